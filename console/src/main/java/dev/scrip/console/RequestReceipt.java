package dev.scrip.console;

import dev.scrip.metering.Units;
import dev.scrip.metering.UsageRecord;
import dev.scrip.money.Money;
import dev.scrip.pricing.Charge;
import dev.scrip.pricing.Extras;
import dev.scrip.pricing.Price;
import dev.scrip.pricing.Quote;
import dev.scrip.pricing.TokenRates;
import dev.scrip.pricing.Usage;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One request explained: its record, the price version it was charged at, and the charge computed
 * once more from the two by the pricing module.
 *
 * @param price null with the charge: the amount was not computed here
 */
public record RequestReceipt(UsageRecord record, @Nullable Price price, @Nullable Charge charge) {

    /**
     * Of a request that ran elsewhere, whose amount its caller named: there is nothing to compute.
     */
    static RequestReceipt unpriced(UsageRecord record) {
        return new RequestReceipt(record, null, null);
    }

    static RequestReceipt explain(UsageRecord record, Price price) {
        Usage usage =
                new Usage(
                        record.inputTokens(),
                        record.cachedInputTokens(),
                        record.cacheWriteTokens(),
                        record.outputTokens(),
                        record.reasoningTokens(),
                        record.estimated(),
                        extras(record.units()),
                        record.serviceTier());
        return new RequestReceipt(record, price, Quote.of(price, usage).charge(usage));
    }

    private static Extras extras(Units units) {
        return new Extras(
                units.audioInputTokens(),
                units.imageInputTokens(),
                units.audioOutputTokens(),
                units.imageOutputTokens(),
                units.images(),
                units.imageVariant(),
                units.audioSeconds(),
                units.characters());
    }

    /** What was counted besides plain tokens. */
    public record Used(String what, long quantity) {}

    /** What was used besides plain tokens; mostly nothing. */
    public List<Used> used() {
        Units units = record.units();
        String variant = units.imageVariant();
        return Stream.of(
                        new Used("Audio input tokens", units.audioInputTokens()),
                        new Used("Image input tokens", units.imageInputTokens()),
                        new Used("Audio output tokens", units.audioOutputTokens()),
                        new Used("Image output tokens", units.imageOutputTokens()),
                        new Used(variant == null ? "Images" : "Images " + variant, units.images()),
                        new Used("Seconds of audio", units.audioSeconds()),
                        new Used("Characters", units.characters()))
                .filter(used -> used.quantity() > 0)
                .toList();
    }

    /** The token rates that count for this request; those of long input if its input was long. */
    public @Nullable TokenRates rates() {
        return price == null ? null : price.ratesAt(record.inputTokens());
    }

    /** What is left to the operator; null: the upstream's cost is not known. */
    public @Nullable Money margin() {
        Money cost = record.upstreamCost();
        return cost == null ? null : record.amount().minus(cost);
    }

    /** What the usage was worth beyond the hold, which the operator bore. */
    public boolean wasCut() {
        return record.overrun().isPositive();
    }

    /** The record says what the arithmetic says. Anything else is a fault worth showing. */
    public boolean agrees() {
        Charge computed = charge;
        return computed == null || computed.amount().equals(record.amount().plus(record.overrun()));
    }

    /** What was set aside and not needed. */
    public Money released() {
        return record.held().minus(record.amount());
    }

    public Money balanceBefore() {
        return record.balanceAfter().plus(record.amount());
    }

    public long tokens() {
        return Math.addExact(record.inputTokens(), record.outputTokens());
    }

    public long milliseconds() {
        return Duration.between(record.startedAt(), record.endedAt()).toMillis();
    }

    /** How it ended, as a sentence. */
    public String ending() {
        return switch (record.ending()) {
            case "completed" -> "Completed";
            case "hold_expired" -> "Its hold's time was over; all of it was charged";
            case "client_gone" -> "The client hung up; what had been generated was charged";
            case "gateway_stopped" -> "This server stopped; what had arrived was charged";
            case "upstream_cut" -> "The upstream broke off; what had arrived was charged";
            default -> record.ending().replace('_', ' ');
        };
    }
}
