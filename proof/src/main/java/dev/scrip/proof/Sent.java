package dev.scrip.proof;

import dev.scrip.money.Money;
import org.jspecify.annotations.Nullable;

/**
 * One request, as its client saw it. Times are {@link System#nanoTime} of the proof's own process.
 *
 * @param mark unique; the upstream and the usage record name it too
 * @param node where it was sent
 * @param cost what the answer says that it cost; null: it says nothing
 * @param detail the code of an error, or the failure
 */
record Sent(
        String mark,
        String node,
        long sentAt,
        long endedAt,
        Ending ending,
        @Nullable Money cost,
        String detail) {

    /** How the detail of a stream begins that was ended before its time. */
    static final String ENDED = "ended: ";

    /** Whether it is a stream that was ended before its time, and said so. */
    boolean isShortened() {
        return ending == Ending.ANSWERED && detail.startsWith(ENDED);
    }

    /** Whether it was refused for credit or a limit, at its beginning or while it grew. */
    boolean lacked() {
        return ending == Ending.REFUSED || (isShortened() && !detail.equals(ENDED + "unavailable"));
    }

    /** What the client was told. */
    enum Ending {
        /** A whole answer: its charge must be durable. */
        ANSWERED,
        /** No credit, or a limit. */
        REFUSED,
        /** Any other error of the server. */
        UNAVAILABLE,
        /** No whole answer: it may be charged or not. */
        BROKEN_OFF
    }
}
