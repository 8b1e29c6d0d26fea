package dev.scrip.identity;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The SQL of users and of the tokens they are mailed. */
final class UserStore {

    /** What a mailed token is for. */
    enum Purpose {
        VERIFICATION,
        RESET
    }

    /** A user with the hash of their password. */
    record Credentials(User user, String passwordHash) {}

    /** A token as it is kept. */
    record KeptToken(long userId, boolean used, boolean replaced, Instant expiresAt) {}

    private UserStore() {}

    /** Makes a user, unless somebody has the address; false then. */
    static boolean insert(Handle tx, User user, EmailAddress email, String passwordHash) {
        int claimed =
                tx.createUpdate(
                                """
                                INSERT INTO user_email (email, user_id)
                                VALUES (:email, :userId)
                                ON CONFLICT (email) DO NOTHING
                                """)
                        .bind("email", email.key())
                        .bind("userId", user.id())
                        .execute();
        if (claimed == 0) {
            return false;
        }
        tx.createUpdate(
                        """
                        INSERT INTO users
                            (user_id, email, name, password_hash, operator, created_at, verified_at)
                        VALUES
                            (:id, :email, :name, :passwordHash, :operator, :createdAt,
                             CASE WHEN :verified THEN CAST(:createdAt AS timestamptz) END)
                        """)
                .bindMethods(user)
                .bind("passwordHash", passwordHash)
                .execute();
        return true;
    }

    static Optional<User> user(Handle handle, long userId) {
        return handle.createQuery(
                        """
                        SELECT user_id, email, name, operator, created_at, verified_at
                          FROM users
                         WHERE user_id = :userId
                        """)
                .bind("userId", userId)
                .map((row, context) -> user(row))
                .findOne();
    }

    static Optional<Credentials> credentials(Handle handle, EmailAddress email) {
        return handle.createQuery(
                        """
                        SELECT users.user_id, users.email, name, operator, created_at, verified_at,
                               password_hash
                          FROM user_email
                          JOIN users ON users.user_id = user_email.user_id
                         WHERE user_email.email = :email
                        """)
                .bind("email", email.key())
                .map((row, context) -> new Credentials(user(row), row.getString("password_hash")))
                .findOne();
    }

    static String lockPasswordHash(Handle tx, long userId) {
        return tx.createQuery(
                        """
                        SELECT password_hash FROM users WHERE user_id = :userId FOR UPDATE
                        """)
                .bind("userId", userId)
                .mapTo(String.class)
                .one();
    }

    static void setPassword(Handle tx, long userId, String passwordHash) {
        tx.createUpdate(
                        """
                        UPDATE users SET password_hash = :passwordHash WHERE user_id = :userId
                        """)
                .bind("passwordHash", passwordHash)
                .bind("userId", userId)
                .execute();
    }

    static void setVerified(Handle tx, long userId, Instant at) {
        tx.createUpdate(
                        """
                        UPDATE users
                           SET verified_at = COALESCE(verified_at, :at)
                         WHERE user_id = :userId
                        """)
                .bind("at", at)
                .bind("userId", userId)
                .execute();
    }

    static void setOperator(Handle tx, long userId) {
        tx.createUpdate(
                        """
                        UPDATE users SET operator = true WHERE user_id = :userId
                        """)
                .bind("userId", userId)
                .execute();
    }

    static boolean hasOperator(Handle handle) {
        return handle.createQuery(
                        """
                        SELECT EXISTS (SELECT FROM users WHERE operator)
                        """)
                .mapTo(Boolean.class)
                .one();
    }

    static void insertToken(
            Handle tx, Token token, long userId, Purpose purpose, Instant at, Instant expiresAt) {
        tx.createUpdate(
                        """
                        INSERT INTO user_token (token_hash, user_id, purpose, created_at, expires_at)
                        VALUES (:hash, :userId, :purpose, :at, :expiresAt)
                        """)
                .bind("hash", token.hash())
                .bind("userId", userId)
                .bind("purpose", purpose.name())
                .bind("at", at)
                .bind("expiresAt", expiresAt)
                .execute();
    }

    static int tokensSince(Handle tx, long userId, Purpose purpose, Instant since) {
        return tx.createQuery(
                        """
                        SELECT count(*)
                          FROM user_token
                         WHERE user_id = :userId
                           AND purpose = :purpose
                           AND created_at > :since
                        """)
                .bind("userId", userId)
                .bind("purpose", purpose.name())
                .bind("since", since)
                .mapTo(Integer.class)
                .one();
    }

    /** Makes a user's unused tokens worthless, and drops those of long ago. */
    static void replaceTokens(
            Handle tx, long userId, Purpose purpose, Instant at, Instant dropBefore) {
        tx.createUpdate(
                        """
                        UPDATE user_token
                           SET replaced_at = :at
                         WHERE user_id = :userId
                           AND purpose = :purpose
                           AND used_at IS NULL
                           AND replaced_at IS NULL
                        """)
                .bind("at", at)
                .bind("userId", userId)
                .bind("purpose", purpose.name())
                .execute();
        tx.createUpdate(
                        """
                        DELETE FROM user_token
                         WHERE user_id = :userId
                           AND purpose = :purpose
                           AND created_at < :dropBefore
                        """)
                .bind("userId", userId)
                .bind("purpose", purpose.name())
                .bind("dropBefore", dropBefore)
                .execute();
    }

    /** A token, locked, so that of two who follow it at once one waits for the other. */
    static Optional<KeptToken> lockToken(Handle tx, Token token, Purpose purpose) {
        return tx.createQuery(
                        """
                        SELECT user_id, used_at IS NOT NULL AS used,
                               replaced_at IS NOT NULL AS replaced, expires_at
                          FROM user_token
                         WHERE token_hash = :hash
                           AND purpose = :purpose
                           FOR UPDATE
                        """)
                .bind("hash", token.hash())
                .bind("purpose", purpose.name())
                .map(
                        (row, context) ->
                                new KeptToken(
                                        row.getLong("user_id"),
                                        row.getBoolean("used"),
                                        row.getBoolean("replaced"),
                                        row.getTimestamp("expires_at").toInstant()))
                .findOne();
    }

    static void useToken(Handle tx, Token token, Instant at) {
        tx.createUpdate(
                        """
                        UPDATE user_token SET used_at = :at WHERE token_hash = :hash
                        """)
                .bind("at", at)
                .bind("hash", token.hash())
                .execute();
    }

    static User user(ResultSet row) throws SQLException {
        return new User(
                row.getLong("user_id"),
                row.getString("email"),
                row.getString("name"),
                row.getTimestamp("verified_at") != null,
                row.getBoolean("operator"),
                row.getTimestamp("created_at").toInstant());
    }
}
