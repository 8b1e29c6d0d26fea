package dev.scrip.charging;

import dev.scrip.postgres.SqlColumns;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlStatement;
import org.jspecify.annotations.Nullable;

/** The rows of kept answers. A row is changed only by whoever knows its request and state. */
final class KeptAnswerStore {

    static final String RUNNING = "RUNNING";
    static final String KEPT = "KEPT";

    private KeptAnswerStore() {}

    /**
     * A row.
     *
     * @param answer null: none is kept, or it answers another request
     */
    record Row(
            String hash,
            long requestId,
            UUID incarnationId,
            String state,
            Instant changedAt,
            @Nullable KeptAnswer answer) {}

    static Optional<Row> find(Handle tx, RequestKey key) {
        return named(
                        tx.createQuery(
                                """
                                SELECT request_hash, request_id, incarnation_id, state, changed_at,
                                    status, headers,
                                    CASE WHEN request_hash = :hash THEN body END AS body
                                FROM kept_answer
                                WHERE organization_id = :organization AND project_id = :project
                                    AND idempotency_key = :key
                                """),
                        key)
                .bind("hash", key.hash())
                .map((row, context) -> read(row))
                .findOne();
    }

    private static Row read(ResultSet row) throws SQLException {
        byte[] body = row.getBytes("body");
        return new Row(
                row.getString("request_hash"),
                row.getLong("request_id"),
                row.getObject("incarnation_id", UUID.class),
                row.getString("state"),
                SqlColumns.time(row, "changed_at"),
                body == null
                        ? null
                        : new KeptAnswer(
                                row.getInt("status"),
                                KeptAnswer.headers(row.getString("headers")),
                                body));
    }

    /** False: there is a row. */
    static boolean claim(
            Handle tx, RequestKey key, long requestId, UUID incarnationId, Instant at) {
        return named(
                                tx.createUpdate(
                                        """
                                        INSERT INTO kept_answer (organization_id, project_id,
                                            idempotency_key, request_hash, request_id,
                                            incarnation_id, state, changed_at)
                                        VALUES (:organization, :project, :key, :hash, :request,
                                            :incarnation, 'RUNNING', :at)
                                        ON CONFLICT DO NOTHING
                                        """),
                                key)
                        .bind("hash", key.hash())
                        .bind("request", requestId)
                        .bind("incarnation", incarnationId)
                        .bind("at", at)
                        .execute()
                == 1;
    }

    /** Claims a row that means nothing any more. False: it has changed meanwhile. */
    static boolean takeOver(
            Handle tx, RequestKey key, Row before, long requestId, UUID incarnationId, Instant at) {
        return named(
                                tx.createUpdate(
                                        """
                                        UPDATE kept_answer SET request_hash = :hash,
                                            request_id = :request, incarnation_id = :incarnation,
                                            state = 'RUNNING', changed_at = :at, status = NULL,
                                            headers = NULL, body = NULL
                                        WHERE organization_id = :organization
                                            AND project_id = :project AND idempotency_key = :key
                                            AND request_id = :before AND state = :stateBefore
                                        """),
                                key)
                        .bind("hash", key.hash())
                        .bind("request", requestId)
                        .bind("incarnation", incarnationId)
                        .bind("at", at)
                        .bind("before", before.requestId())
                        .bind("stateBefore", before.state())
                        .execute()
                == 1;
    }

    /** False: the request has no claim. */
    static boolean keep(Handle tx, RequestKey key, long requestId, KeptAnswer answer, Instant at) {
        return named(
                                tx.createUpdate(
                                        """
                                        UPDATE kept_answer SET state = 'KEPT', changed_at = :at,
                                            status = :status, headers = :headers, body = :body
                                        WHERE organization_id = :organization
                                            AND project_id = :project AND idempotency_key = :key
                                            AND request_id = :request AND state = 'RUNNING'
                                        """),
                                key)
                        .bind("at", at)
                        .bind("status", answer.status())
                        .bind("headers", answer.headerLines())
                        .bind("body", answer.body())
                        .bind("request", requestId)
                        .execute()
                == 1;
    }

    static void giveUp(
            Handle tx, RequestKey key, long requestId, Earlier.Reason reason, Instant at) {
        named(
                        tx.createUpdate(
                                """
                                UPDATE kept_answer SET state = :state, changed_at = :at
                                WHERE organization_id = :organization AND project_id = :project
                                    AND idempotency_key = :key AND request_id = :request
                                    AND state = 'RUNNING'
                                """),
                        key)
                .bind("state", reason.name())
                .bind("at", at)
                .bind("request", requestId)
                .execute();
    }

    static void release(Handle tx, RequestKey key, long requestId) {
        named(
                        tx.createUpdate(
                                """
                                DELETE FROM kept_answer
                                WHERE organization_id = :organization AND project_id = :project
                                    AND idempotency_key = :key AND request_id = :request
                                    AND state = 'RUNNING'
                                """),
                        key)
                .bind("request", requestId)
                .execute();
    }

    private static <T extends SqlStatement<T>> T named(T statement, RequestKey key) {
        return statement
                .bind("organization", key.organizationId())
                .bind("project", key.projectId())
                .bind("key", key.key());
    }

    /** Whose rows are older than a moment. */
    static List<Long> organizationsBefore(Handle tx, Instant before, int limit) {
        return tx.createQuery(
                        """
                        SELECT DISTINCT organization_id FROM kept_answer
                        WHERE changed_at < :before LIMIT :limit
                        """)
                .bind("before", before)
                .bind("limit", limit)
                .mapTo(Long.class)
                .list();
    }

    /**
     * Removes what is older than a moment.
     *
     * @param runningBefore the same for claims: what claimed them may run still
     */
    static int purge(
            Handle tx, Collection<Long> organizations, Instant before, Instant runningBefore) {
        return tx.createUpdate(
                        """
                        DELETE FROM kept_answer
                        WHERE organization_id = ANY(:organizations) AND changed_at < :before
                            AND (state <> 'RUNNING' OR changed_at < :runningBefore)
                        """)
                .bind("organizations", SqlColumns.longs(organizations))
                .bind("before", before)
                .bind("runningBefore", runningBefore)
                .execute();
    }
}
