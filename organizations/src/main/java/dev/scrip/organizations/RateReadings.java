package dev.scrip.organizations;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How the limits of a request stand, for its headers: of each kind the one that has least left.
 *
 * @param requests null: requests are not limited
 * @param tokens null: tokens are not limited
 */
public record RateReadings(@Nullable Reading requests, @Nullable Reading tokens) {

    public static final RateReadings NONE = new RateReadings(null, null);

    /**
     * One limit.
     *
     * @param limit of a minute or a day
     * @param remaining what may pass at once now
     * @param reset in how long nothing is used, if nothing more is asked
     */
    public record Reading(long limit, long remaining, Duration reset) {}
}
