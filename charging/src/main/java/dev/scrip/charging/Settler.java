package dev.scrip.charging;

import dev.scrip.ledger.ClonedIncarnation;
import dev.scrip.ledger.ExchangeReply;
import dev.scrip.ledger.ForgottenMessages;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries messages into the database, over few connections, and again until they are answered. The
 * ledger knows a message by its number: sent again after an unknown outcome, it is answered from
 * what is stored.
 */
final class Settler {

    private static final Logger LOG = LoggerFactory.getLogger(Settler.class);
    private static final Duration PAUSE_MIN = Duration.ofMillis(20);
    private static final Duration PAUSE_MAX = Duration.ofSeconds(1);
    private static final Duration PAUSE_REFUSED = Duration.ofSeconds(5);

    /** Who has something to say: a lane. */
    interface Sender {

        /** Writes the message, as late as possible so that more is in it; null: nothing to say. */
        @Nullable Message write();

        /** The message was answered; null: there was nothing to say. */
        void answered(@Nullable ExchangeReply reply);

        /** Why the message is not answered for now; null: it is. */
        void troubled(@Nullable String reason);

        /** It will not be sent again: this process is stopping. */
        void stopped();

        /** It cannot be answered any more: the database is older than what it had confirmed. */
        void forgotten();
    }

    /** Who is told what concerns the whole process. */
    interface Watcher {

        /** Another process speaks as this one. */
        void cloned(ClonedIncarnation twice);

        /** The database does not know what it had confirmed. */
        void forgotten(ForgottenMessages lost);

        /** A message cannot be carried out until somebody acts; told once for each. */
        void refused(String message, RuntimeException why);

        /** Messages are answered again: by the same database, or by another. */
        void recovered(Settler settler);
    }

    private final Books books;
    private final Machine machine;
    private final Semaphore connections;
    private final Watcher watcher;
    private final AtomicBoolean unanswered = new AtomicBoolean();
    private volatile ChargingWatch watch = ChargingWatch.NOBODY;

    Settler(Books books, Machine machine, int connections, Watcher watcher) {
        this.books = books;
        this.machine = machine;
        this.connections = new Semaphore(connections, true);
        this.watcher = watcher;
    }

    void watchedBy(ChargingWatch told) {
        watch = told;
    }

    ChargingWatch watch() {
        return watch;
    }

    /** Has the watch told when an admission that waits is decided. */
    CompletableFuture<Admission> timed(CompletableFuture<Admission> admission) {
        long began = machine.nanoTime();
        return admission.whenComplete((_, _) -> watch.waited(machine.nanoTime() - began));
    }

    /** Reads or books with one of the few connections, beside the caller. False: stopped. */
    boolean ask(Consumer<Books> work) {
        return machine.converse(
                () -> {
                    connections.acquireUninterruptibly();
                    try {
                        work.accept(books);
                    } finally {
                        connections.release();
                    }
                });
    }

    /** Has one message written and sends it until it is answered. False: stopped. */
    boolean send(Sender sender) {
        return machine.converse(() -> carry(sender));
    }

    /** {@link #send} by the caller's own thread, which is one that may talk to the database. */
    void carry(Sender sender) {
        attempt(sender, null, PAUSE_MIN);
    }

    private void attempt(Sender sender, @Nullable Message written, Duration pause) {
        if (machine.isStopped()) {
            sender.stopped();
            return;
        }
        Message message = written;
        ExchangeReply reply = null;
        connections.acquireUninterruptibly();
        try {
            message = message == null ? sender.write() : message;
            if (message != null) {
                long began = machine.nanoTime();
                reply = books.settle(message);
                watch.settled(message.exchange().charges().size(), machine.nanoTime() - began);
            }
        } catch (ClonedIncarnation twice) {
            watcher.cloned(twice);
            sender.stopped();
            return;
        } catch (ForgottenMessages forgotten) {
            watcher.forgotten(forgotten);
            sender.forgotten();
            return;
        } catch (RuntimeException failed) {
            again(sender, message, pause, failed);
            return;
        } finally {
            connections.release();
        }
        sender.troubled(null);
        sender.answered(reply);
        if (reply != null && unanswered.compareAndSet(true, false)) {
            watcher.recovered(this);
        }
    }

    private void again(
            Sender sender, @Nullable Message message, Duration pause, RuntimeException failed) {
        unanswered.set(true);
        watch.notSettled();
        Duration next = pauseAfter(failed, message, pause, sender);
        if (!machine.runLater(next, () -> attempt(sender, message, next))) {
            sender.stopped();
        }
    }

    private Duration pauseAfter(
            RuntimeException failed, @Nullable Message message, Duration pause, Sender sender) {
        return switch (Failure.of(failed)) {
            case REFUSED -> {
                sender.troubled("charges cannot be settled at the moment");
                if (!pause.equals(PAUSE_REFUSED)) {
                    watcher.refused(message == null ? "a message" : message.toString(), failed);
                } else {
                    LOG.error("{} is refused still: {}", message, failed.toString());
                }
                yield PAUSE_REFUSED;
            }
            case TRANSIENT, AMBIGUOUS -> {
                LOG.warn("{} was not answered and is sent again: {}", message, failed.toString());
                Duration doubled = pause.multipliedBy(2);
                yield doubled.compareTo(PAUSE_MAX) < 0 ? doubled : PAUSE_MAX;
            }
        };
    }
}
