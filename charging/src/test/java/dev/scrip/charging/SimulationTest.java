package dev.scrip.charging;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scrip.postgres.Database;
import dev.scrip.testing.TestPostgres;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Seeds, one after another, for some seconds: {@code -Dcharging.simulation.minutes=N} for longer,
 * {@code -Dcharging.simulation.seed=N} for one that failed.
 */
class SimulationTest {

    private static final Duration IN_EVERY_BUILD = Duration.ofSeconds(15);

    private static Shop shop;

    @BeforeAll
    static void open() {
        Shop.silence(); // every loss would be a warning
        // A price must be in force when the simulated time begins.
        shop = new Shop(Shop.clockAt("2026-03-01T00:00:00Z"));
    }

    @AfterAll
    static void close() {
        shop.close();
    }

    @Test
    void nothingIsOverspentLostOrDoubledWhateverGoesWrong() {
        Optional<Long> seed = Optional.ofNullable(Long.getLong("charging.simulation.seed"));
        if (seed.isPresent()) {
            run(seed.get());
            return;
        }
        long minutes = Long.getLong("charging.simulation.minutes", 0);
        Duration length = minutes > 0 ? Duration.ofMinutes(minutes) : IN_EVERY_BUILD;
        long end = System.nanoTime() + length.toNanos();
        Random seeds = new Random();
        do {
            run(seeds.nextInt(Integer.MAX_VALUE));
        } while (System.nanoTime() < end);
    }

    private static void run(long seed) {
        Simulation simulation =
                new Simulation(
                        shop.database,
                        shop.prices,
                        seed,
                        Simulation.LIFE_SECONDS,
                        UnaryOperator.identity(),
                        Charging::extend);
        try {
            simulation.run();
        } catch (RuntimeException | AssertionError broken) {
            throw new AssertionError(
                    "the simulation of seed %d is broken; again with -Dcharging.simulation.seed=%d"
                            .formatted(seed, seed),
                    broken);
        }
        System.out.println("simulation of seed " + seed + ": " + simulation.summary());
    }

    @Test
    void aSeedReplaysIdentically() {
        assertThat(trace()).isEqualTo(trace());
    }

    private static long trace() {
        try (Database database = TestPostgres.database()) {
            Simulation simulation =
                    new Simulation(
                            database,
                            shop.prices,
                            20261122,
                            Simulation.SHORT_SECONDS,
                            UnaryOperator.identity(),
                            Charging::extend);
            simulation.run();
            return simulation.trace();
        }
    }
}
