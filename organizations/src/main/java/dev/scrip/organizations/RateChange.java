package dev.scrip.organizations;

import java.time.Instant;

/**
 * One change of a rate limit.
 *
 * @param before none: there was no limit
 * @param after none: it was removed
 */
public record RateChange(
        long id,
        Instant at,
        Actor actor,
        RateSubject subject,
        String model,
        RateBounds before,
        RateBounds after) {}
