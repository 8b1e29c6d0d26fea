package dev.scrip.charging;

import java.util.function.UnaryOperator;

/**
 * What a simulation is of.
 *
 * @param calm nothing goes wrong, and it is checked that nobody is refused who could be served
 * @param mutation of the books: the identity, or a bug that must be found
 * @param extending {@link Charging#extend}, or a bug that must be found
 */
record SimulationPlan(
        long seed,
        int lifeSeconds,
        boolean calm,
        UnaryOperator<Books> mutation,
        SimulatedTraffic.Extending extending) {

    static SimulationPlan stormy(long seed, int lifeSeconds) {
        return new SimulationPlan(
                seed, lifeSeconds, false, UnaryOperator.identity(), Charging::extend);
    }

    static SimulationPlan calm(long seed, int lifeSeconds) {
        return new SimulationPlan(
                seed, lifeSeconds, true, UnaryOperator.identity(), Charging::extend);
    }
}
