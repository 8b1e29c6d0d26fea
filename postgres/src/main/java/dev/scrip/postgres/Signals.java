package dev.scrip.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Change signals between the processes of an installation: sent in the transaction that makes the
 * change, heard by every process, the sender included, once it has committed.
 *
 * <p>A signal says that something may have changed, never what: it can be lost while a process is
 * not connected, and come when nothing is new. So whoever listens is also told when signals may
 * have been missed, and then takes everything for changed; and must stay correct, if slower, when
 * it hears nothing at all (a connection pooler that hands on transactions carries no signals).
 */
public final class Signals implements AutoCloseable {

    /** What may have changed. */
    public enum Topic {
        /** Credit, limits or a freeze of an organization. */
        CREDIT_CHANGED,
        /** Another process needs money that idle leases of an organization hold. */
        RECALL,
        /** API keys of an organization; 0: of any. */
        KEYS_CHANGED,
        /** Rate limits of an organization; 0: of all. */
        LIMITS_CHANGED,
        /** The price book. Of no organization: 0. */
        PRICES_CHANGED
    }

    private record Listener(LongConsumer heard, Runnable missed) {}

    private static final Logger LOG = LoggerFactory.getLogger(Signals.class);

    /** After this much silence the connection is tried, because a dead one is silent too. */
    private static final Duration SILENCE_MAX = Duration.ofSeconds(5);

    private static final Duration PAUSE_MIN = Duration.ofMillis(100);
    private static final Duration PAUSE_MAX = Duration.ofSeconds(5);

    private final Database database;
    private final Map<Topic, List<Listener>> listeners = new EnumMap<>(Topic.class);
    private final CountDownLatch closing = new CountDownLatch(1);
    private volatile boolean listening;
    private volatile @Nullable Connection connection;
    private @Nullable Thread thread;

    public Signals(Database database) {
        this.database = database;
        for (Topic topic : Topic.values()) {
            listeners.put(topic, new CopyOnWriteArrayList<>());
        }
    }

    /**
     * Tells every process, when this transaction commits. Commits that signal wait for one another:
     * never for what happens with every request.
     *
     * @param organizationId whose; 0: of no organization
     */
    public static void send(Handle tx, Topic topic, long organizationId) {
        SignalStore.send(tx, topic.name().toLowerCase(Locale.ROOT) + " " + organizationId);
    }

    /**
     * Has a topic's signals told, on the one thread that hears them: it must not be kept waiting.
     *
     * @param heard takes the organization's id
     * @param missed signals may have been lost: everything may have changed. Also told after the
     *     first connection
     */
    public void on(Topic topic, LongConsumer heard, Runnable missed) {
        listenersOf(topic).add(new Listener(heard, missed));
    }

    /** Begins to listen, on a connection of its own, and goes on until it is closed. */
    public void start() {
        thread = Thread.ofVirtual().name("signals").start(this::work);
    }

    /** Whether signals are heard at the moment. */
    public boolean isListening() {
        return listening;
    }

    private void work() {
        Duration pause = PAUSE_MIN;
        while (closing.getCount() > 0) {
            try (Connection made = database.connectAlone()) {
                connection = made;
                SignalStore.listen(made);
                listening = true;
                pause = PAUSE_MIN;
                LOG.debug("listening for signals");
                tellMissed();
                listen(made);
            } catch (SQLException failed) {
                if (listening) {
                    LOG.warn(
                            "no signals are heard until PostgreSQL is back: {}", failed.toString());
                }
            } finally {
                listening = false;
                connection = null;
            }
            if (closes(pause)) {
                return;
            }
            Duration doubled = pause.multipliedBy(2);
            pause = doubled.compareTo(PAUSE_MAX) < 0 ? doubled : PAUSE_MAX;
        }
    }

    private void listen(Connection made) throws SQLException {
        PGConnection postgres = made.unwrap(PGConnection.class);
        while (closing.getCount() > 0) {
            PGNotification[] heard = postgres.getNotifications((int) SILENCE_MAX.toMillis());
            if (heard == null || heard.length == 0) {
                if (!made.isValid((int) SILENCE_MAX.toSeconds())) {
                    throw new SQLException("the connection does not answer");
                }
                continue;
            }
            for (PGNotification notification : heard) {
                tell(notification.getParameter());
            }
        }
    }

    private void tell(String message) {
        int space = message.indexOf(' ');
        Optional<Topic> topic = topic(message.substring(0, Math.max(0, space)));
        if (topic.isEmpty()) {
            LOG.debug("a signal of another version: {}", message);
            return;
        }
        for (Listener listener : listenersOf(topic.get())) {
            guarded(() -> listener.heard().accept(Long.parseLong(message.substring(space + 1))));
        }
    }

    private static Optional<Topic> topic(String name) {
        for (Topic topic : Topic.values()) {
            if (topic.name().toLowerCase(Locale.ROOT).equals(name)) {
                return Optional.of(topic);
            }
        }
        return Optional.empty();
    }

    private void tellMissed() {
        for (List<Listener> each : listeners.values()) {
            each.forEach(listener -> guarded(listener.missed()));
        }
    }

    private static void guarded(Runnable telling) {
        try {
            telling.run();
        } catch (RuntimeException failed) {
            LOG.error("a signal was not taken in", failed);
        }
    }

    private List<Listener> listenersOf(Topic topic) {
        List<Listener> all = listeners.get(topic);
        return all == null ? List.of() : all;
    }

    private boolean closes(Duration pause) {
        try {
            return closing.await(pause.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    @Override
    public void close() {
        closing.countDown();
        Connection open = connection;
        if (open != null) {
            try {
                open.abort(Runnable::run); // closing it would wait for the read under way
            } catch (SQLException failed) {
                LOG.debug("the connection for signals was lost before it was closed", failed);
            }
        }
        Thread running = thread;
        if (running != null) {
            try {
                running.join(SILENCE_MAX);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
