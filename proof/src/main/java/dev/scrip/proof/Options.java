package dev.scrip.proof;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * How a run goes, from the environment.
 *
 * @param seed of everything that is by chance, but for what the machine itself does
 * @param isLong whether it goes on after every attack was carried out once
 * @param lasts how long it then goes on; empty: until interrupted
 * @param only attacks whose name contains this
 */
record Options(long seed, boolean isLong, Optional<Duration> lasts, String only) {

    private static final BigDecimal SECONDS_PER_HOUR = BigDecimal.valueOf(3_600);

    static Options read(Map<String, String> environment, Random chance) {
        String seed = environment.getOrDefault("SEED", "");
        String hours = environment.getOrDefault("HOURS", "");
        boolean isLong = !environment.getOrDefault("LONG", "").isEmpty();
        return new Options(
                seed.isEmpty() ? seed(chance) : Long.parseLong(seed),
                isLong || !hours.isEmpty(),
                hours.isEmpty() ? Optional.empty() : Optional.of(lasting(hours)),
                environment.getOrDefault("ONLY", ""));
    }

    /** Short enough to be typed. */
    static long seed(Random chance) {
        return chance.nextInt(1_000_000_000);
    }

    private static Duration lasting(String hours) {
        return Duration.ofSeconds(new BigDecimal(hours).multiply(SECONDS_PER_HOUR).longValue());
    }

    boolean goesOn(long nanos) {
        return isLong
                && lasts.map(most -> Duration.ofNanos(nanos).compareTo(most) < 0).orElse(true);
    }
}
