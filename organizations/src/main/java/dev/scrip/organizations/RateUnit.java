package dev.scrip.organizations;

import java.time.Duration;

/** What a rate limit counts, and over which time. */
public enum RateUnit {
    REQUESTS_PER_MINUTE(Duration.ofMinutes(1)),
    TOKENS_PER_MINUTE(Duration.ofMinutes(1)),
    REQUESTS_PER_DAY(Duration.ofDays(1)),
    IMAGES_PER_MINUTE(Duration.ofMinutes(1)),
    /** Seconds of sound, listened to or spoken. */
    AUDIO_SECONDS_PER_MINUTE(Duration.ofMinutes(1));

    private final Duration period;

    RateUnit(Duration period) {
        this.period = period;
    }

    public Duration period() {
        return period;
    }
}
