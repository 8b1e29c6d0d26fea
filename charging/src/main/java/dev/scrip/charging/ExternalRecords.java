package dev.scrip.charging;

import dev.scrip.ledger.DurableHold;
import dev.scrip.ledger.HoldOutcome;
import dev.scrip.ledger.Payer;
import dev.scrip.ledger.UsageOutcome;
import dev.scrip.metering.UsageRecord;
import dev.scrip.money.Money;
import dev.scrip.pricing.Usage;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The usage records of requests that ran elsewhere. */
final class ExternalRecords {

    /** In place of a model's name, where none was told. */
    static final String NO_MODEL = "unspecified";

    /** Nobody's price: the caller named the amount. */
    static final long NO_PRICE = 0;

    private static final Usage NOTHING = new Usage(0, 0, 0, 0, 0, false);

    private ExternalRecords() {}

    /** Of a hold that was captured. */
    static UsageRecord of(HoldOutcome.Done captured, @Nullable Usage usage, long priceId) {
        DurableHold hold = captured.hold();
        Instant ended = hold.endedAt();
        boolean expired = hold.state() == DurableHold.State.EXPIRED;
        return record(
                hold.payer(),
                hold.holdId(),
                "holds",
                hold.model(),
                hold.heldAt(),
                ended == null ? hold.expiresAt() : ended,
                expired ? "hold_expired" : "completed",
                usage,
                priceId,
                hold.captured(),
                hold.amount(),
                captured.entryId(),
                captured.balance());
    }

    /** Of usage that was charged in one step. */
    static UsageRecord of(
            UsageEvent event, UsageOutcome.Charged charged, @Nullable Usage usage, long priceId) {
        return record(
                event.payer(),
                charged.requestId(),
                "usage.events",
                event.model(),
                event.happenedAt(),
                event.happenedAt(),
                "completed",
                usage,
                priceId,
                charged.amount(),
                charged.amount(),
                charged.entryId(),
                charged.balance());
    }

    private static UsageRecord record(
            Payer payer,
            long requestId,
            String endpoint,
            String model,
            Instant startedAt,
            Instant endedAt,
            String ending,
            @Nullable Usage told,
            long priceId,
            Money amount,
            Money held,
            long entryId,
            Money balanceAfter) {
        Usage usage = told == null ? NOTHING : told;
        return new UsageRecord(
                payer.organizationId(),
                requestId,
                payer.projectId(),
                payer.apiKeyId(),
                payer.endUser(),
                endpoint,
                model.isEmpty() ? NO_MODEL : model,
                "external",
                false,
                startedAt,
                endedAt,
                ending,
                usage.inputTokens(),
                usage.cachedInputTokens(),
                usage.cacheWriteTokens(),
                usage.outputTokens(),
                usage.reasoningTokens(),
                usage.estimated(),
                priceId,
                amount,
                held,
                Money.ZERO,
                entryId,
                balanceAfter,
                UsageUnits.of(usage.extras()),
                usage.serviceTier(),
                null);
    }
}
