package dev.scrip.organizations;

import java.time.Duration;

/**
 * The rate limits of an installation.
 *
 * @param defaults for each organization, all models together, as long as the operator sets nothing
 *     else
 * @param burst how much of a minute's limit may pass at once, in time: 15 s is a quarter
 */
public record RateLimitSettings(RateBounds defaults, Duration burst) {

    public static final Duration BURST_DEFAULT = Duration.ofSeconds(15);

    /** Nobody is limited who was given no limit. */
    public static final RateLimitSettings NONE =
            new RateLimitSettings(RateBounds.NONE, BURST_DEFAULT);

    public RateLimitSettings {
        if (burst.compareTo(Duration.ofSeconds(1)) < 0
                || burst.compareTo(Duration.ofMinutes(1)) > 0) {
            throw new IllegalArgumentException("a burst of " + burst);
        }
    }

    /**
     * The time in which what may pass at once refills. A day's limit is one bucket: who asks little
     * for hours may use it when it is needed.
     */
    Duration burst(RateUnit unit) {
        return switch (unit) {
            case REQUESTS_PER_DAY -> unit.period();
            case REQUESTS_PER_MINUTE,
                    TOKENS_PER_MINUTE,
                    IMAGES_PER_MINUTE,
                    AUDIO_SECONDS_PER_MINUTE ->
                    burst;
        };
    }
}
