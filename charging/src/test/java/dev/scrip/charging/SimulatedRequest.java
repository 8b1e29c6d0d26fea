package dev.scrip.charging;

import dev.scrip.money.Money;
import org.jspecify.annotations.Nullable;

/** A request as its upstream and its client saw it. */
final class SimulatedRequest {

    final long number;
    final SimulatedProcess process;
    final Hold hold;

    /** What it cost; null: it has not ended. Zero for one that was released. */
    @Nullable Money cost;

    boolean released;
    boolean acknowledged;

    /** Its process died, provably: its money is back, and it may be unbilled. */
    boolean cutOff;

    SimulatedRequest(long number, SimulatedProcess process, Hold hold) {
        this.number = number;
        this.process = process;
        this.hold = hold;
    }

    long organizationId() {
        return hold.payer().organizationId();
    }

    /** What it may yet cost, or does. */
    long exposure() {
        Money known = cost;
        return known == null ? hold.amount().nanos() : known.nanos();
    }
}
