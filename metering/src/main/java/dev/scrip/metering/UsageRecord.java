package dev.scrip.metering;

import dev.scrip.money.Money;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One request that was charged, as it is kept for ever.
 *
 * @param requestId unique in the organization, begins with the moment at which it was held; printed
 *     as {@code req_...}
 * @param ending how it ended: {@code completed}, {@code client_gone}, {@code upstream_cut} ...
 * @param inputTokens all input, read from and written to the upstream's cache included
 * @param estimated true when the upstream gave no usage and we counted ourselves
 * @param amount what it cost, as pricing computed and the ledger booked it
 * @param held what had been set aside
 * @param overrun what the computed cost exceeded the hold by: the operator's loss
 * @param entryId the journal entry that holds it
 * @param balanceAfter the wallet's credit after it
 * @param serviceTier at which the upstream says it was served; null: not told
 * @param upstreamCost what the upstream asks of the operator; null: not known
 */
public record UsageRecord(
        long organizationId,
        long requestId,
        long projectId,
        long apiKeyId,
        @Nullable String endUser,
        String endpoint,
        String model,
        String upstream,
        boolean streamed,
        Instant startedAt,
        Instant endedAt,
        String ending,
        long inputTokens,
        long cachedInputTokens,
        long cacheWriteTokens,
        long outputTokens,
        long reasoningTokens,
        boolean estimated,
        long priceId,
        Money amount,
        Money held,
        Money overrun,
        long entryId,
        Money balanceAfter,
        Units units,
        @Nullable String serviceTier,
        @Nullable Money upstreamCost) {

    /** A record of plain tokens, whose cost at the upstream is not known. */
    public UsageRecord(
            long organizationId,
            long requestId,
            long projectId,
            long apiKeyId,
            @Nullable String endUser,
            String endpoint,
            String model,
            String upstream,
            boolean streamed,
            Instant startedAt,
            Instant endedAt,
            String ending,
            long inputTokens,
            long cachedInputTokens,
            long cacheWriteTokens,
            long outputTokens,
            long reasoningTokens,
            boolean estimated,
            long priceId,
            Money amount,
            Money held,
            Money overrun,
            long entryId,
            Money balanceAfter) {
        this(
                organizationId,
                requestId,
                projectId,
                apiKeyId,
                endUser,
                endpoint,
                model,
                upstream,
                streamed,
                startedAt,
                endedAt,
                ending,
                inputTokens,
                cachedInputTokens,
                cacheWriteTokens,
                outputTokens,
                reasoningTokens,
                estimated,
                priceId,
                amount,
                held,
                overrun,
                entryId,
                balanceAfter,
                Units.NONE,
                null,
                null);
    }
}
