package dev.scrip.proof;

/**
 * One try of an errand, with what tells its answer from another's.
 *
 * @param mark of the errand: its {@code Idempotency-Key}, if it has one
 * @param sent this try alone; its own mark names it
 * @param about the request that the answer says it is the answer to, or that was charged for an
 *     answer which is not kept; empty: it says nothing
 * @param digest of the answer's bytes
 * @param isReplayed whether the answer says that it was given before
 */
record Try(String mark, Sent sent, String about, String digest, boolean isReplayed) {

    /** The errors that the key of a request may get, as {@link Sent#detail} ends with them. */
    static final String NOT_KEPT = "idempotency_answer_not_kept";

    private static final String RUNNING = "idempotency_request_running";

    boolean isAnswered() {
        return sent.ending() == Sent.Ending.ANSWERED;
    }

    boolean isRefused() {
        return sent.ending() == Sent.Ending.REFUSED;
    }

    /** Charged, and its answer is gone: it is not run again. */
    boolean isNotKept() {
        return sent.detail().endsWith(NOT_KEPT);
    }

    boolean isStillRunning() {
        return sent.detail().endsWith(RUNNING);
    }

    /** Nothing else will be said of the errand, but for a refusal after a top-up. */
    boolean isLastWord() {
        return isAnswered() || isRefused() || isNotKept();
    }
}
