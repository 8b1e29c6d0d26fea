package dev.scrip.metering;

import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Optional;

/**
 * Which usage to add up.
 *
 * @param from the first day, in {@code zone}
 * @param to the last day, inclusive, in {@code zone}
 */
public record UsageQuery(
        long organizationId,
        LocalDate from,
        LocalDate to,
        ZoneId zone,
        Optional<String> model,
        Optional<Long> projectId,
        Optional<Long> apiKeyId) {}
