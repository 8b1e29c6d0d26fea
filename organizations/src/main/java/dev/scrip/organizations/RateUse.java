package dev.scrip.organizations;

import java.time.Duration;

/**
 * How far one bound is used up, by all processes together.
 *
 * @param max what may pass in a period
 * @param burst what may pass at once when nothing is used
 * @param remaining what may pass at once now
 * @param reset in how long nothing is used, if nothing more is asked
 */
public record RateUse(
        RateLimit limit, RateUnit unit, long max, long burst, long remaining, Duration reset) {

    /** In percent of what may pass at once; 100: a request is refused now. */
    public int percent() {
        return Math.clamp(100 - remaining * 100 / Math.max(1, burst), 0, 100);
    }
}
