package dev.scrip.charging;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scrip.testing.TestPostgres;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Seeds, one after another, for some seconds, in every build the same ones first: {@code
 * -Dcharging.simulation.minutes=N} for new ones and longer, {@code -Dcharging.simulation.seed=N}
 * for one that failed.
 */
class SimulationTest {

    private static final Duration IN_EVERY_BUILD = Duration.ofSeconds(6);

    /** Of the tests on the shared database no two draw the same: a seed names its processes. */
    private static final long STORMY = 20261122;

    private static final long CALM = 20261123;

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
        forSeeds(
                STORMY,
                seed -> SimulationPlan.stormy(seed, Simulation.LIFE_SECONDS),
                () -> Primary.shared(shop.database));
    }

    @Test
    void nobodyIsRefusedWhoCouldBeServedWhereNothingGoesWrong() {
        forSeeds(
                CALM,
                seed -> SimulationPlan.calm(seed, Simulation.LIFE_SECONDS),
                () -> Primary.shared(shop.database));
    }

    @Test
    void whoeverKnowsMoreThanAStandbyStopsWhenThatTakesOver() {
        forSeeds(
                STORMY,
                seed -> SimulationPlan.stormy(seed, Simulation.LIFE_SECONDS),
                () -> Primary.replaceable(TestPostgres.migrated()));
    }

    private static void forSeeds(
            long first, LongFunction<SimulationPlan> plan, Supplier<Primary> primary) {
        Optional<Long> seed = Optional.ofNullable(Long.getLong("charging.simulation.seed"));
        if (seed.isPresent()) {
            run(plan.apply(seed.get()), primary);
            return;
        }
        long minutes = Long.getLong("charging.simulation.minutes", 0);
        Duration length = minutes > 0 ? Duration.ofMinutes(minutes) : IN_EVERY_BUILD;
        long end = System.nanoTime() + length.toNanos();
        Random seeds = minutes > 0 ? new Random() : new Random(first);
        do {
            run(plan.apply(seeds.nextInt(Integer.MAX_VALUE)), primary);
        } while (System.nanoTime() < end);
    }

    private static void run(SimulationPlan plan, Supplier<Primary> databases) {
        try (Primary primary = databases.get()) {
            Simulation simulation = new Simulation(primary, shop.prices, plan);
            simulation.run();
            System.out.println("simulation of seed " + plan.seed() + ": " + simulation.summary());
        } catch (RuntimeException | AssertionError broken) {
            throw new AssertionError(
                    "the simulation of seed %d is broken; again with -Dcharging.simulation.seed=%d"
                            .formatted(plan.seed(), plan.seed()),
                    broken);
        }
    }

    @Test
    void aSeedReplaysIdentically() {
        assertThat(trace()).isEqualTo(trace());
    }

    private static long trace() {
        try (Primary primary = Primary.replaceable(TestPostgres.migrated())) {
            Simulation simulation =
                    new Simulation(
                            primary,
                            shop.prices,
                            SimulationPlan.stormy(20261122, Simulation.SHORT_SECONDS));
            simulation.run();
            return simulation.trace();
        }
    }
}
