package dev.scrip.charging;

import dev.scrip.money.Money;
import org.jspecify.annotations.Nullable;

/** A request as its upstream and its client saw it. */
final class SimulatedRequest {

    final long number;
    final SimulatedProcess process;
    final Hold hold;

    /** The output that its client is to have, if it can be paid for. */
    final long outputTokens;

    /** What it may yet cost, or does, as it was counted last; nano-dollars. */
    long exposed;

    /** What it cost; null: it has not ended. Zero for one that was released. */
    @Nullable Money cost;

    boolean released;
    boolean acknowledged;

    /** Its process learned what it held it from, or its charge, of a database that is gone. */
    boolean lost;

    /** Its process died, provably: its money is back, and it may be unbilled. */
    boolean cutOff;

    SimulatedRequest(long number, SimulatedProcess process, Hold hold, long outputTokens) {
        this.number = number;
        this.process = process;
        this.hold = hold;
        this.outputTokens = outputTokens;
    }

    long organizationId() {
        return hold.payer().organizationId();
    }
}
