package dev.scrip.charging;

import dev.scrip.ledger.Exchange.ChargeOrder;
import dev.scrip.ledger.Payer;
import dev.scrip.metering.UsageRecord;
import dev.scrip.money.Money;
import dev.scrip.pricing.Charge;
import dev.scrip.pricing.UpstreamRates;
import dev.scrip.pricing.Usage;
import java.util.concurrent.CompletableFuture;

/**
 * A charge on its way to the ledger.
 *
 * @param amount the charge, cut to the hold
 * @param since {@link System#nanoTime} when the request ended
 */
record PendingCharge(
        RunningHold hold,
        Charge charge,
        Money amount,
        Call call,
        long since,
        CompletableFuture<Settled> settled) {

    long organizationId() {
        return hold.payer().organizationId();
    }

    ChargeOrder order() {
        return new ChargeOrder(
                hold.payer(), hold.requestId(), amount, hold.shares(), hold.heldAt());
    }

    UsageRecord usageRecord(long entryId, Money balanceAfter) {
        Payer payer = hold.payer();
        Usage usage = charge.usage();
        UpstreamRates rates = call.upstreamRates();
        return new UsageRecord(
                payer.organizationId(),
                hold.requestId(),
                payer.projectId(),
                payer.apiKeyId(),
                payer.endUser(),
                call.endpoint(),
                hold.quote().ask().model(),
                call.upstream(),
                call.streamed(),
                hold.heldAt(),
                call.endedAt(),
                call.ending(),
                usage.inputTokens(),
                usage.cachedInputTokens(),
                usage.cacheWriteTokens(),
                usage.outputTokens(),
                usage.reasoningTokens(),
                usage.estimated(),
                charge.priceId(),
                amount,
                hold.amount(),
                charge.amount().minus(amount),
                entryId,
                balanceAfter,
                UsageUnits.of(usage.extras()),
                usage.serviceTier(),
                rates == null ? null : rates.cost(usage));
    }
}
