package dev.scrip.gateway;

/** Whose fault it is that an attempt ended as it did, which decides what is done about it. */
enum Blame {
    /** It was answered. */
    NOBODY,
    /** The request is at fault: every upstream would say so. */
    CALLER,
    /** The upstream gets too many requests. */
    RATE,
    /** The operator's account there: its key, its credit. No request can succeed there. */
    ACCOUNT,
    /** The upstream, with this model. */
    SERVER,
    /** The upstream is not there at all. */
    ADDRESS,
    /** The client is gone, or this process stops: it says nothing about the upstream. */
    US;

    /**
     * Whose fault it is.
     *
     * @param error what it answered when it {@link Fate#REFUSED}; else of no meaning
     */
    static Blame of(Fate fate, UpstreamError error) {
        return switch (fate) {
            case COMPLETED, LIMITED -> NOBODY;
            case REFUSED -> error.blame();
            case UNREACHABLE -> ADDRESS;
            case TIMED_OUT, CUT -> SERVER;
            case NOT_DISPATCHED, ABANDONED, STOPPED, REVOKED -> US;
        };
    }

    /** Another upstream may do better. */
    boolean mayBeBetterElsewhere() {
        return switch (this) {
            case RATE, ACCOUNT, SERVER, ADDRESS -> true;
            case NOBODY, CALLER, US -> false;
        };
    }
}
