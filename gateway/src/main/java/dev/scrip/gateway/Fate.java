package dev.scrip.gateway;

/** What became of a request at its upstream. */
enum Fate {
    /** It was never sent. */
    NOT_DISPATCHED,
    /** No connection, or it broke before an answer began. */
    UNREACHABLE,
    /** No answer began in time. */
    TIMED_OUT,
    /** It answered with an error. */
    REFUSED,
    /** It answered to the end. */
    COMPLETED,
    /** It was given up because no more of its answer could be paid. */
    LIMITED,
    /** Its answer began and broke off, stalled, or was none. */
    CUT,
    /** The client is gone and the upstream did not end in the time that it is given then. */
    ABANDONED,
    /** This process stops. */
    STOPPED,
    /** Its key was revoked while it ran. */
    REVOKED
}
