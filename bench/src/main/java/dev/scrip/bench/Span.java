package dev.scrip.bench;

import java.time.Duration;

/** How long this and that takes, which a setting may shorten. */
final class Span {

    private Span() {}

    /**
     * Seconds of a setting.
     *
     * @param setting a variable of the environment, such as {@code make bench ROUND_SECONDS=2}
     */
    static Duration seconds(String setting, long usual) {
        String given = System.getenv(setting);
        return Duration.ofSeconds(given == null ? usual : Long.parseLong(given));
    }

    /** How long one round of several is. */
    static Duration round() {
        return seconds("ROUND_SECONDS", 8);
    }

    /** What comes before each round and is not counted: the one before it ends, caches turn. */
    static Duration settling() {
        return Duration.ofSeconds(1);
    }

    /** For the compilers of all who take part. */
    static Duration warmUp() {
        return seconds("WARM_UP_SECONDS", 12);
    }
}
