package dev.scrip.notifications;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The SQL of the outbox. */
final class OutboxStore {

    private OutboxStore() {}

    static void insert(Handle tx, long id, Mail mail, Instant at) {
        tx.createUpdate(
                        """
                        INSERT INTO outbox_mail
                            (mail_id, kind, recipient, subject, body,
                             created_at, next_attempt_at, attempts)
                        VALUES (:id, :kind, :to, :subject, :text, :at, :at, 0)
                        """)
                .bindMethods(mail)
                .bind("id", id)
                .bind("at", at)
                .execute();
    }

    /**
     * Takes the mail that is due the longest and counts an attempt. Until the claim ends nobody
     * else takes it; one whose process died is taken again after that.
     */
    static Optional<OutboxMail> claim(Handle tx, Instant at, Instant claimedUntil) {
        return tx.createQuery(
                        """
                        UPDATE outbox_mail
                           SET attempts = attempts + 1,
                               next_attempt_at = :claimedUntil
                         WHERE mail_id = (
                               SELECT mail_id
                                 FROM outbox_mail
                                WHERE next_attempt_at <= :at
                                ORDER BY next_attempt_at, mail_id
                                LIMIT 1
                                  FOR UPDATE SKIP LOCKED)
                        RETURNING mail_id, kind, recipient, subject, body,
                                  created_at, attempts, sent_at, last_error
                        """)
                .bind("at", at)
                .bind("claimedUntil", claimedUntil)
                .map((row, context) -> mail(row))
                .findOne();
    }

    static void delivered(Handle tx, long id, Instant at) {
        tx.createUpdate(
                        """
                        UPDATE outbox_mail
                           SET sent_at = :at, next_attempt_at = NULL, last_error = NULL
                         WHERE mail_id = :id
                        """)
                .bind("at", at)
                .bind("id", id)
                .execute();
    }

    /**
     * @param nextAttemptAt empty: it is given up
     */
    static void failed(Handle tx, long id, String error, Optional<Instant> nextAttemptAt) {
        tx.createUpdate(
                        """
                        UPDATE outbox_mail
                           SET last_error = :error, next_attempt_at = :nextAttemptAt
                         WHERE mail_id = :id
                        """)
                .bind("error", error)
                .bind("nextAttemptAt", nextAttemptAt)
                .bind("id", id)
                .execute();
    }

    static List<OutboxMail> mails(Handle handle, String containing, long beforeId, int limit) {
        return handle.createQuery(
                        """
                        SELECT mail_id, kind, recipient, subject, body,
                               created_at, attempts, sent_at, last_error
                          FROM outbox_mail
                         WHERE mail_id < :beforeId
                           AND (strpos(lower(recipient), lower(:containing)) > 0
                                OR strpos(lower(subject), lower(:containing)) > 0)
                         ORDER BY mail_id DESC
                         LIMIT :limit
                        """)
                .bind("containing", containing)
                .bind("beforeId", beforeId)
                .bind("limit", limit)
                .map((row, context) -> mail(row))
                .list();
    }

    private static OutboxMail mail(ResultSet row) throws SQLException {
        return new OutboxMail(
                row.getLong("mail_id"),
                new Mail(
                        row.getString("kind"),
                        row.getString("recipient"),
                        row.getString("subject"),
                        row.getString("body")),
                row.getTimestamp("created_at").toInstant(),
                instant(row, "sent_at"),
                row.getInt("attempts"),
                row.getString("last_error"));
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        var timestamp = row.getTimestamp(column);
        return timestamp == null ? null : timestamp.toInstant();
    }
}
