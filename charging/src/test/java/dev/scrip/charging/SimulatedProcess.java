package dev.scrip.charging;

import dev.scrip.ledger.Lanes;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/** One process of a simulation: the real charging on a simulated machine. */
final class SimulatedProcess {

    final String name;
    final UUID incarnationId;
    final SimulatedMachine machine;
    final LossyBooks books;
    final Charging charging;
    boolean buried;

    /** Lanes in which the database has forgotten what it had confirmed to this process. */
    private final Set<Integer> lostLanes = new TreeSet<>();

    private long lostAt;

    /** It may know of a pool that the database has forgotten. */
    boolean mayHaveLost;

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

    void lose(int lane, long at) {
        lostLanes.add(lane);
        lostAt = at;
    }

    boolean hasLost(long organizationId) {
        return lostLanes.contains(Lanes.of(organizationId));
    }

    boolean hasLost() {
        return !lostLanes.isEmpty();
    }

    /** When it could not know yet that the database has forgotten something. */
    boolean couldNotKnow(long now, long withinNanos) {
        return now - Math.max(lostAt, machine.frozenUntil()) < withinNanos;
    }

    /** It can settle what runs: it is neither dead nor stopped, and the ledger knows it. */
    boolean isSound() {
        return takesRequests() && !charging.isForgotten();
    }

    boolean takesRequests() {
        return !machine.isDead() && !machine.isStopped();
    }
}
