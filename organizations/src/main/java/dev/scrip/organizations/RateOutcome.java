package dev.scrip.organizations;

import java.time.Duration;

/** Whether a request may go on. */
public sealed interface RateOutcome {

    record Passed(RatePass pass) implements RateOutcome {}

    /**
     * Not now.
     *
     * @param limit the one that refuses for longest
     * @param max of the unit's period
     * @param used of it, at the moment
     * @param requested by this request
     * @param retryAfter until it can pass, if nothing else does; meaningless if it is too large
     * @param tooLarge it can never pass: it asks for more than a whole period's worth
     */
    record Refused(
            RateLimit limit,
            RateUnit unit,
            long max,
            long used,
            long requested,
            Duration retryAfter,
            boolean tooLarge,
            RateReadings readings)
            implements RateOutcome {}

    /** The limits of this caller cannot be read now. */
    record Unavailable() implements RateOutcome {}
}
