package dev.scrip.bench;

import dev.scrip.charging.Admission;
import dev.scrip.charging.Call;
import dev.scrip.charging.ChargingWatch;
import dev.scrip.charging.Extension;
import dev.scrip.charging.Hold;
import dev.scrip.charging.RequestMoney;
import dev.scrip.charging.Settled;
import dev.scrip.ledger.Payer;
import dev.scrip.money.Money;
import dev.scrip.pricing.Ask;
import dev.scrip.pricing.Charge;
import dev.scrip.pricing.Price;
import dev.scrip.pricing.Quote;
import dev.scrip.pricing.Usage;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;

/** Charging switched off: lets every request in at once and charges nothing. */
final class FreeMoney implements RequestMoney {

    private static final long OUTPUT_TOKENS_MAX = 16_384;
    private static final Price FREE =
            new Price(
                    1,
                    "any",
                    "Any",
                    Instant.EPOCH,
                    0,
                    0,
                    0,
                    0,
                    1_000_000,
                    OUTPUT_TOKENS_MAX,
                    "measurements");

    private final AtomicLong requestIds = new AtomicLong(1L << 50);

    private record Nothing(
            long requestId, Payer payer, Quote quote, long outputTokensHeld, Instant heldAt)
            implements Hold {

        @Override
        public Money amount() {
            return Money.ZERO;
        }

        @Override
        public boolean lowered() {
            return false;
        }
    }

    @Override
    public boolean isPriced(String model) {
        return true;
    }

    @Override
    public CompletionStage<Admission> admit(Payer payer, Ask ask) {
        long tokens = ask.outputTokensMax().orElse(OUTPUT_TOKENS_MAX);
        return CompletableFuture.completedStage(
                new Admission.Held(
                        new Nothing(
                                requestIds.incrementAndGet(),
                                payer,
                                new Quote(FREE, ask, tokens),
                                tokens,
                                Instant.EPOCH)));
    }

    @Override
    public CompletionStage<Admission> admit(Payer payer, Ask ask, long outputWindow) {
        return admit(payer, ask);
    }

    @Override
    public CompletionStage<Extension> extend(Hold hold, long outputTokensMax) {
        throw new IllegalStateException("all is covered from the beginning");
    }

    @Override
    public CompletionStage<Settled> charge(Hold hold, Usage usage, Call call) {
        return CompletableFuture.completedStage(
                new Settled(
                        new Charge(Money.ZERO, usage, FREE.priceId(), List.of()),
                        Money.ZERO,
                        Money.ZERO));
    }

    @Override
    public void release(Hold hold) {}

    @Override
    public int running() {
        return 0;
    }

    @Override
    public void watchedBy(ChargingWatch told) {}
}
