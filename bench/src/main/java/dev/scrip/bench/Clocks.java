package dev.scrip.bench;

import java.time.Duration;

/**
 * What processes have had of the processors.
 *
 * @param own of the program
 * @param below of its PostgreSQL
 */
record Clocks(Duration own, Duration below) {

    static final Clocks NONE = new Clocks(Duration.ZERO, Duration.ZERO);

    static Clocks of(Program program) {
        return new Clocks(program.processorTime(), program.processorTimeBelow());
    }

    Clocks plus(Clocks more) {
        return new Clocks(own.plus(more.own), below.plus(more.below));
    }

    Clocks minus(Clocks before) {
        return new Clocks(own.minus(before.own), below.minus(before.below));
    }
}
