package dev.scrip.organizations;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The SQL of operators' keys. */
final class OperatorKeyStore {

    private OperatorKeyStore() {}

    static void insert(Handle tx, OperatorKey key, SecretHash hash) {
        tx.createUpdate(
                        """
                        INSERT INTO operator_key
                            (operator_key_id, name, secret_start, secret_end, secret_hash,
                             created_by, created_at)
                        VALUES (:id, :name, :start, :end, :hash, :createdBy, :createdAt)
                        """)
                .bindMethods(key)
                .bind("hash", hash.bytes())
                .execute();
    }

    static List<OperatorKey> keys(Handle handle) {
        return handle.createQuery(
                        """
                        SELECT operator_key_id, name, secret_start, secret_end, created_by,
                               created_at, revoked_at
                          FROM operator_key ORDER BY operator_key_id DESC
                        """)
                .map((row, context) -> key(row))
                .list();
    }

    static Optional<OperatorKey> find(Handle handle, SecretHash hash) {
        return handle.createQuery(
                        """
                        SELECT operator_key_id, name, secret_start, secret_end, created_by,
                               created_at, revoked_at
                          FROM operator_key WHERE secret_hash = :hash
                        """)
                .bind("hash", hash.bytes())
                .map((row, context) -> key(row))
                .findOne();
    }

    static boolean revoke(Handle tx, long keyId, Instant at) {
        return tx.createUpdate(
                                """
                                UPDATE operator_key SET revoked_at = COALESCE(revoked_at, :at)
                                 WHERE operator_key_id = :id
                                """)
                        .bind("at", at)
                        .bind("id", keyId)
                        .execute()
                == 1;
    }

    private static OperatorKey key(ResultSet row) throws SQLException {
        var revoked = row.getTimestamp("revoked_at");
        return new OperatorKey(
                row.getLong("operator_key_id"),
                row.getString("name"),
                row.getString("secret_start"),
                row.getString("secret_end"),
                row.getLong("created_by"),
                row.getTimestamp("created_at").toInstant(),
                revoked == null ? null : revoked.toInstant());
    }
}
