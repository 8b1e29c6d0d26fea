package dev.scrip.proof;

import java.time.Duration;
import java.util.Map;
import java.util.Random;

/**
 * How a run goes, from the environment.
 *
 * @param seed of everything that is by chance, but for what the machine itself does
 * @param hours how long to go on; 0: every attack once
 * @param only attacks whose name contains this
 */
record Options(long seed, long hours, String only) {

    private static final long FOR_EVER = Long.MAX_VALUE;

    static Options read(Map<String, String> environment, Random chance) {
        String seed = environment.getOrDefault("SEED", "");
        String hours = environment.getOrDefault("HOURS", "");
        boolean isLong = !environment.getOrDefault("LONG", "").isEmpty();
        return new Options(
                seed.isEmpty() ? chance.nextInt(1_000_000_000) : Long.parseLong(seed),
                hours.isEmpty() ? (isLong ? FOR_EVER : 0) : Long.parseLong(hours),
                environment.getOrDefault("ONLY", ""));
    }

    boolean goesOn(long nanos) {
        return hours == FOR_EVER || Duration.ofNanos(nanos).compareTo(Duration.ofHours(hours)) < 0;
    }
}
