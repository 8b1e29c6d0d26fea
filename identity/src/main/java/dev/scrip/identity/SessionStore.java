package dev.scrip.identity;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The SQL of sessions. A session past its end, or idle too long, is read by no query. */
final class SessionStore {

    private SessionStore() {}

    static void insert(Handle tx, Token token, Session session) {
        tx.createUpdate(
                        """
                        INSERT INTO user_session
                            (token_hash, session_id, user_id, user_agent, address,
                             created_at, last_seen_at, expires_at)
                        VALUES
                            (:hash, :id, :userId, :userAgent, :address,
                             :createdAt, :lastSeenAt, :expiresAt)
                        """)
                .bindMethods(session)
                .bind("hash", token.hash())
                .bind("userId", session.user().id())
                .execute();
    }

    static Optional<Session> session(Handle handle, Token token, Instant at, Duration idle) {
        return handle.createQuery(
                        """
                        SELECT session_id, user_agent, address, last_seen_at, expires_at,
                               user_session.created_at AS signed_in_at,
                               users.user_id, email, name, operator, verified_at, users.created_at
                          FROM user_session
                          JOIN users ON users.user_id = user_session.user_id
                         WHERE token_hash = :hash
                           AND expires_at > :at
                           AND last_seen_at > :seenAfter
                        """)
                .bind("hash", token.hash())
                .bind("at", at)
                .bind("seenAfter", at.minus(idle))
                .map((row, context) -> session(row))
                .findOne();
    }

    static List<Session> sessions(Handle handle, long userId, Instant at, Duration idle) {
        return handle.createQuery(
                        """
                        SELECT session_id, user_agent, address, last_seen_at, expires_at,
                               user_session.created_at AS signed_in_at,
                               users.user_id, email, name, operator, verified_at, users.created_at
                          FROM user_session
                          JOIN users ON users.user_id = user_session.user_id
                         WHERE user_session.user_id = :userId
                           AND expires_at > :at
                           AND last_seen_at > :seenAfter
                         ORDER BY last_seen_at DESC, session_id DESC
                        """)
                .bind("userId", userId)
                .bind("at", at)
                .bind("seenAfter", at.minus(idle))
                .map((row, context) -> session(row))
                .list();
    }

    static void seen(Handle tx, Token token, Instant at) {
        tx.createUpdate(
                        """
                        UPDATE user_session SET last_seen_at = :at WHERE token_hash = :hash
                        """)
                .bind("at", at)
                .bind("hash", token.hash())
                .execute();
    }

    static void delete(Handle tx, Token token) {
        tx.createUpdate(
                        """
                        DELETE FROM user_session WHERE token_hash = :hash
                        """)
                .bind("hash", token.hash())
                .execute();
    }

    static boolean delete(Handle tx, long userId, long sessionId) {
        int deleted =
                tx.createUpdate(
                                """
                                DELETE FROM user_session
                                 WHERE user_id = :userId
                                   AND session_id = :sessionId
                                """)
                        .bind("userId", userId)
                        .bind("sessionId", sessionId)
                        .execute();
        return deleted > 0;
    }

    static void deleteAll(Handle tx, long userId) {
        tx.createUpdate(
                        """
                        DELETE FROM user_session WHERE user_id = :userId
                        """)
                .bind("userId", userId)
                .execute();
    }

    static void deleteEnded(Handle tx, long userId, Instant at, Duration idle) {
        tx.createUpdate(
                        """
                        DELETE FROM user_session
                         WHERE user_id = :userId
                           AND (expires_at <= :at OR last_seen_at <= :seenBefore)
                        """)
                .bind("userId", userId)
                .bind("at", at)
                .bind("seenBefore", at.minus(idle))
                .execute();
    }

    private static Session session(ResultSet row) throws SQLException {
        return new Session(
                row.getLong("session_id"),
                UserStore.user(row),
                row.getString("user_agent"),
                row.getString("address"),
                row.getTimestamp("signed_in_at").toInstant(),
                row.getTimestamp("last_seen_at").toInstant(),
                row.getTimestamp("expires_at").toInstant());
    }
}
