package dev.scrip.organizations;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jspecify.annotations.Nullable;

/** The SQL of API keys. */
final class KeyStore {

    private KeyStore() {}

    static void insert(Handle tx, ApiKey key, SecretHash hash) {
        tx.createUpdate(
                        """
                        INSERT INTO api_key
                            (organization_id, api_key_id, project_id, name,
                             secret_start, secret_end, secret_hash, created_by, created_at)
                        VALUES
                            (:organizationId, :id, :projectId, :name,
                             :start, :end, :hash, :createdBy, :createdAt)
                        """)
                .bindMethods(key)
                .bind("hash", hash.bytes())
                .execute();
        tx.createUpdate(
                        """
                        INSERT INTO api_key_hash
                            (secret_hash, organization_id, project_id, api_key_id)
                        VALUES (:hash, :organizationId, :projectId, :id)
                        """)
                .bindMethods(key)
                .bind("hash", hash.bytes())
                .execute();
    }

    static List<ApiKey> keys(Handle handle, long organizationId) {
        return handle.createQuery(
                        """
                        SELECT organization_id, api_key_id, project_id, name, secret_start,
                               secret_end, created_by, created_at, last_used_at, revoked_at
                          FROM api_key
                         WHERE organization_id = :organizationId
                         ORDER BY api_key_id DESC
                        """)
                .bind("organizationId", organizationId)
                .map((row, context) -> key(row))
                .list();
    }

    /** Whether it is a living key of the organization. */
    static boolean hasKey(Handle handle, long organizationId, long keyId) {
        return handle.createQuery(
                        """
                        SELECT EXISTS (
                            SELECT FROM api_key
                             WHERE organization_id = :organizationId
                               AND api_key_id = :keyId
                               AND revoked_at IS NULL)
                        """)
                .bind("organizationId", organizationId)
                .bind("keyId", keyId)
                .mapTo(Boolean.class)
                .one();
    }

    static Optional<Caller> caller(Handle handle, SecretHash hash) {
        return handle.createQuery(
                        """
                        SELECT hash.organization_id, hash.project_id, hash.api_key_id,
                               api_key.created_by
                          FROM api_key_hash AS hash
                          JOIN api_key
                            ON api_key.organization_id = hash.organization_id
                               AND api_key.api_key_id = hash.api_key_id
                         WHERE hash.secret_hash = :hash
                        """)
                .bind("hash", hash.bytes())
                .map(
                        (row, context) ->
                                new Caller(
                                        row.getLong("organization_id"),
                                        row.getLong("project_id"),
                                        row.getLong("api_key_id"),
                                        row.getLong("created_by")))
                .findOne();
    }

    /** Marks a key revoked; its hash, or empty if there is no such key. */
    static Optional<SecretHash> revoke(Handle tx, long organizationId, long keyId, Instant at) {
        return tx.createQuery(
                        """
                        UPDATE api_key
                           SET revoked_at = COALESCE(revoked_at, :at)
                         WHERE organization_id = :organizationId
                           AND api_key_id = :keyId
                        RETURNING secret_hash
                        """)
                .bind("at", at)
                .bind("organizationId", organizationId)
                .bind("keyId", keyId)
                .map((row, context) -> SecretHash.of(row.getBytes("secret_hash")))
                .findOne();
    }

    /** Takes a hash away from the living and tells every process of it. */
    static void bury(Handle tx, SecretHash hash, Instant at) {
        tx.createUpdate(
                        """
                        DELETE FROM api_key_hash WHERE secret_hash = :hash
                        """)
                .bind("hash", hash.bytes())
                .execute();
        tx.createUpdate(
                        """
                        INSERT INTO api_key_revocation (secret_hash, revoked_at)
                        VALUES (:hash, :at)
                        ON CONFLICT (secret_hash) DO NOTHING
                        """)
                .bind("hash", hash.bytes())
                .bind("at", at)
                .execute();
    }

    static List<SecretHash> revokedSince(Handle handle, Instant since) {
        return handle.createQuery(
                        """
                        SELECT secret_hash FROM api_key_revocation WHERE revoked_at >= :since
                        """)
                .bind("since", since)
                .map((row, context) -> SecretHash.of(row.getBytes("secret_hash")))
                .list();
    }

    static void forgetRevocations(Handle tx, Instant before) {
        tx.createUpdate(
                        """
                        DELETE FROM api_key_revocation WHERE revoked_at < :before
                        """)
                .bind("before", before)
                .execute();
    }

    /** Writes times of last use; a later time that another process wrote stays. */
    static void used(Handle tx, List<Map.Entry<Caller, Instant>> uses) {
        PreparedBatch batch =
                tx.prepareBatch(
                        """
                        UPDATE api_key
                           SET last_used_at = GREATEST(last_used_at, :at)
                         WHERE organization_id = :organizationId
                           AND api_key_id = :apiKeyId
                        """);
        uses.forEach(use -> batch.bindMethods(use.getKey()).bind("at", use.getValue()).add());
        batch.execute();
    }

    private static ApiKey key(ResultSet row) throws SQLException {
        return new ApiKey(
                row.getLong("organization_id"),
                row.getLong("api_key_id"),
                row.getLong("project_id"),
                row.getString("name"),
                row.getString("secret_start"),
                row.getString("secret_end"),
                row.getLong("created_by"),
                row.getTimestamp("created_at").toInstant(),
                instant(row, "last_used_at"),
                instant(row, "revoked_at"));
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        var timestamp = row.getTimestamp(column);
        return timestamp == null ? null : timestamp.toInstant();
    }
}
