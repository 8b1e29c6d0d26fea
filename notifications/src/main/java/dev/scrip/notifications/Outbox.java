package dev.scrip.notifications;

import dev.scrip.postgres.Database;
import dev.scrip.postgres.Ids;
import jakarta.mail.MessagingException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Mails, written in the transaction of whoever sends them and delivered later: a mail exists if and
 * only if what it tells of was committed. Without an SMTP server they wait, readable on a page.
 *
 * <p>Each is delivered once, but for one case that SMTP leaves open: when the server took it and
 * its answer was lost, it is sent again under the same Message-ID.
 */
public final class Outbox implements AutoCloseable {

    /** After this many tries, over half a day, a mail is given up; the page shows why. */
    static final int ATTEMPTS_MAX = 10;

    private static final Logger LOG = LoggerFactory.getLogger(Outbox.class);
    private static final Duration POLL = Duration.ofMillis(500);

    /** Longer than any conversation whose every wait is limited, so that none is sent twice. */
    private static final Duration CLAIM = Duration.ofMinutes(5);

    private static final Duration FIRST_PAUSE = Duration.ofSeconds(10);
    private static final Duration LONGEST_PAUSE = Duration.ofHours(4);
    private static final int ERROR_LENGTH_MAX = 500;

    private final Database database;
    private final Optional<SmtpSender> sender;
    private final InstantSource clock;
    private final CountDownLatch closing = new CountDownLatch(1);
    private @Nullable Thread deliverer;

    /**
     * @param smtp empty: nothing is delivered
     */
    public Outbox(Database database, Optional<SmtpServer> smtp, InstantSource clock) {
        this.database = database;
        this.sender = smtp.map(SmtpSender::new);
        this.clock = clock;
    }

    /** Whether mails leave this machine; else they can only be read in the outbox. */
    public boolean delivers() {
        return sender.isPresent();
    }

    /** Writes a mail, to be delivered once the caller's transaction is committed. */
    public void send(Handle tx, Mail mail) {
        OutboxStore.insert(tx, Ids.next(), mail, now());
    }

    /** Begins to deliver in the background. */
    public synchronized void start() {
        if (deliverer == null && sender.isPresent()) {
            SmtpSender smtp = sender.get();
            deliverer = Thread.ofVirtual().name("outbox").start(() -> deliverAll(smtp));
        }
    }

    /**
     * Mails, newest first, whose address or subject contains a text.
     *
     * @param containing in any case; empty: all
     */
    public List<OutboxMail> mails(String containing, Optional<Long> beforeId, int limit) {
        return database.read(
                handle ->
                        OutboxStore.mails(
                                handle, containing, beforeId.orElse(Long.MAX_VALUE), limit));
    }

    private void deliverAll(SmtpSender smtp) {
        boolean more = false;
        while (!closes(more ? Duration.ZERO : POLL)) {
            try {
                more = deliverNext(smtp);
            } catch (RuntimeException failed) {
                more = false;
                LOG.warn("the outbox cannot be worked on now: {}", failed.toString());
            }
        }
    }

    /** Delivers the mail that is due the longest; false if there is none. */
    private boolean deliverNext(SmtpSender smtp) {
        Instant at = now();
        Optional<OutboxMail> claimed =
                database.transaction(tx -> OutboxStore.claim(tx, at, at.plus(CLAIM)));
        claimed.ifPresent(mail -> deliver(smtp, mail));
        return claimed.isPresent();
    }

    private void deliver(SmtpSender smtp, OutboxMail mail) {
        try {
            smtp.send(mail);
        } catch (MessagingException failure) {
            boolean givenUp = SmtpSender.isFinal(failure) || mail.attempts() >= ATTEMPTS_MAX;
            Optional<Instant> next =
                    givenUp ? Optional.empty() : Optional.of(now().plus(pause(mail.attempts())));
            String error = shortened(failure);
            LOG.warn(
                    "{} was not delivered ({}): {}",
                    mail.mail(),
                    givenUp ? "given up" : "to be tried again",
                    error);
            database.execute(tx -> OutboxStore.failed(tx, mail.id(), error, next));
            return;
        }
        database.execute(tx -> OutboxStore.delivered(tx, mail.id(), now()));
    }

    /** How long to wait after so many attempts: three times as long each time. */
    static Duration pause(int attempts) {
        Duration pause = FIRST_PAUSE;
        for (int i = 1; i < attempts && pause.compareTo(LONGEST_PAUSE) < 0; i++) {
            pause = pause.multipliedBy(3);
        }
        return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
    }

    private static String shortened(MessagingException failure) {
        String text = String.valueOf(failure.getMessage()).strip();
        return text.length() <= ERROR_LENGTH_MAX ? text : text.substring(0, ERROR_LENGTH_MAX);
    }

    private boolean closes(Duration within) {
        try {
            return closing.await(within.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            return true;
        }
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    /** Ends after the mail that is being delivered. */
    @Override
    public synchronized void close() {
        closing.countDown();
        if (deliverer != null) {
            try {
                deliverer.join();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
