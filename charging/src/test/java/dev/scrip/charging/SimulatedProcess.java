package dev.scrip.charging;

import java.util.UUID;

/** One process of a simulation: the real charging on a simulated machine. */
final class SimulatedProcess {

    final String name;
    final UUID incarnationId;
    final SimulatedMachine machine;
    final LossyBooks books;
    final Charging charging;
    boolean buried;

    SimulatedProcess(
            String name,
            UUID incarnationId,
            SimulatedMachine machine,
            LossyBooks books,
            Charging charging) {
        this.name = name;
        this.incarnationId = incarnationId;
        this.machine = machine;
        this.books = books;
        this.charging = charging;
    }

    /** It can settle what runs: it is neither dead nor stopped, and the ledger knows it. */
    boolean isSound() {
        return takesRequests() && !charging.isForgotten();
    }

    boolean takesRequests() {
        return !machine.isDead() && !machine.isStopped();
    }
}
