package dev.scrip.metering;

import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Optional;
import java.util.Set;

/**
 * Which usage to add up.
 *
 * @param from the first day, in {@code zone}
 * @param to the last day, inclusive, in {@code zone}
 * @param apiKeyIds only requests with one of these keys; none of them: nothing
 * @param endUser whom the requests name as their user
 */
public record UsageQuery(
        long organizationId,
        LocalDate from,
        LocalDate to,
        ZoneId zone,
        Optional<String> model,
        Optional<Long> projectId,
        Optional<Set<Long>> apiKeyIds,
        Optional<String> endUser) {

    public UsageQuery {
        apiKeyIds = apiKeyIds.map(Set::copyOf);
    }

    /** Everything from one day to another. */
    public static UsageQuery all(long organizationId, LocalDate from, LocalDate to, ZoneId zone) {
        return new UsageQuery(
                organizationId,
                from,
                to,
                zone,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }
}
