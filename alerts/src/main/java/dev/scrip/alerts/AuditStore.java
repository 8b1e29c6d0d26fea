package dev.scrip.alerts;

import java.time.Instant;
import org.jdbi.v3.core.Handle;

/** When the books were recomputed, so that one process does it for all. */
final class AuditStore {

    private AuditStore() {}

    /** Begins a run, unless another began after a moment. */
    static boolean begin(Handle tx, Instant at, Instant unlessAfter, String node) {
        tx.execute("LOCK TABLE audit_run IN SHARE ROW EXCLUSIVE MODE"); // one process at a time
        return tx.createUpdate(
                                """
                                INSERT INTO audit_run (begun_at, node)
                                SELECT :at, :node WHERE NOT EXISTS
                                    (SELECT FROM audit_run WHERE begun_at > :unlessAfter)
                                """)
                        .bind("at", at)
                        .bind("node", node)
                        .bind("unlessAfter", unlessAfter)
                        .execute()
                == 1;
    }

    static void end(Handle tx, Instant begunAt, Instant at, long compared, long differences) {
        tx.createUpdate(
                        """
                        UPDATE audit_run
                        SET ended_at = :at, compared = :compared, differences = :differences
                        WHERE begun_at = :begunAt
                        """)
                .bind("begunAt", begunAt)
                .bind("at", at)
                .bind("compared", compared)
                .bind("differences", differences)
                .execute();
    }
}
