package dev.scrip.notifications;

import dev.scrip.postgres.Database;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * Mails, written in the transaction of whoever sends them and delivered later: a mail exists if and
 * only if what it tells of was committed. Without an SMTP server they wait, readable on a page.
 */
public final class Outbox implements AutoCloseable {

    public Outbox(Database database, Optional<SmtpServer> smtp, InstantSource clock) {
        throw new UnsupportedOperationException("notifications: to be written");
    }

    public boolean delivers() {
        throw new UnsupportedOperationException();
    }

    public void send(Handle tx, Mail mail) {
        throw new UnsupportedOperationException();
    }

    /** Begins to deliver in the background. */
    public void start() {
        throw new UnsupportedOperationException();
    }

    /** Mails, newest first, whose address or subject contains a text. */
    public List<OutboxMail> mails(String containing, Optional<Long> beforeId, int limit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
