package dev.scrip.charging;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import org.jspecify.annotations.Nullable;

/** What a failed transaction means. The same message is sent again in every case. */
enum Failure {

    /** PostgreSQL said no: it was rolled back, and the same will happen until somebody acts. */
    REFUSED,

    /** It was certainly not committed, and may be the next time. */
    TRANSIENT,

    /** The connection was lost: it may have been committed. */
    AMBIGUOUS;

    /** Sorts by SQLSTATE, never by message or constraint. */
    static Failure of(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLTransientConnectionException) {
                return TRANSIENT; // no connection was had from the pool
            }
            if (cause instanceof SQLException sql) {
                return ofState(sql.getSQLState());
            }
        }
        return REFUSED;
    }

    private static Failure ofState(@Nullable String state) {
        if (state == null || state.length() < 2) {
            return AMBIGUOUS;
        }
        return switch (state.substring(0, 2)) {
            case "40" -> "40003".equals(state) ? AMBIGUOUS : TRANSIENT;
            case "55", "53", "25" -> TRANSIENT; // locks, resources, a server that is read-only yet
            case "08", "57", "58", "XX" -> AMBIGUOUS;
            default -> REFUSED;
        };
    }
}
