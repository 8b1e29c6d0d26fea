package dev.scrip.charging;

import dev.scrip.ledger.ClonedIncarnation;
import dev.scrip.ledger.Exchange;
import dev.scrip.ledger.ExchangeReply;
import dev.scrip.ledger.Ledger;
import dev.scrip.ledger.Payer;
import dev.scrip.ledger.Pool;
import dev.scrip.ledger.PoolList;
import dev.scrip.metering.Metering;
import dev.scrip.postgres.Database;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries messages into the database, over few connections, and again until they are answered.
 *
 * <p>One message is one transaction of ledger and metering. The ledger knows a message by its
 * number: sent again after an unknown outcome, it is answered from what is stored.
 */
final class Settler {

    private static final Logger LOG = LoggerFactory.getLogger(Settler.class);
    private static final Duration PAUSE_MIN = Duration.ofMillis(20);
    private static final Duration PAUSE_MAX = Duration.ofSeconds(1);
    private static final Duration PAUSE_REFUSED = Duration.ofSeconds(5);

    /** This process stopped before the message was answered. */
    static final class Stopped extends Exception {
        private static final long serialVersionUID = 1;
    }

    private final Database database;
    private final Ledger ledger;
    private final Metering metering;
    private final Semaphore connections;
    private final Consumer<ClonedIncarnation> cloned;
    private final ExecutorService threads =
            Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("charging-", 0).factory());
    private final CountDownLatch stopped = new CountDownLatch(1);

    /**
     * @param cloned told when another process speaks as this one
     */
    Settler(
            Database database,
            Ledger ledger,
            Metering metering,
            int connections,
            Consumer<ClonedIncarnation> cloned) {
        this.cloned = cloned;
        this.database = database;
        this.ledger = ledger;
        this.metering = metering;
        this.connections = new Semaphore(connections, true);
    }

    Ledger ledger() {
        return ledger;
    }

    void run(Runnable task) {
        threads.execute(task);
    }

    /** The pools of an organization; one that never had credit gets its empty wallet. */
    List<Pool> pools(long organizationId, Instant at) throws Stopped {
        return read(
                () -> {
                    database.execute(tx -> ledger.openWallet(tx, organizationId));
                    PoolList list = ledger.pools(new Payer(organizationId, 0, 0, 0, null), "", at);
                    return Stream.concat(list.credit().stream(), list.budgets().stream()).toList();
                });
    }

    /** Reads with one of the few connections. */
    <T> T read(Supplier<T> work) throws Stopped {
        take();
        try {
            return work.get();
        } finally {
            connections.release();
        }
    }

    /**
     * Writes a message as late as possible, so that more gathers in it, and sends it until it is
     * answered.
     *
     * @param write null when there is nothing to say
     * @param troubled told with a reason when PostgreSQL refuses, and with null when it answers
     */
    @Nullable ExchangeReply settle(Supplier<@Nullable Message> write, Trouble troubled)
            throws Stopped {
        take();
        boolean holding = true;
        try {
            Message message = write.get();
            if (message == null) {
                return null;
            }
            Duration pause = PAUSE_MIN;
            while (true) {
                try {
                    ExchangeReply reply = send(message);
                    troubled.is(null);
                    return reply;
                } catch (ClonedIncarnation twice) {
                    cloned.accept(twice);
                    throw new Stopped();
                } catch (RuntimeException failed) {
                    pause = pauseAfter(failed, message.exchange(), pause, troubled);
                }
                connections.release();
                holding = false;
                if (stopped.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                    throw new Stopped();
                }
                take();
                holding = true;
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new Stopped();
        } finally {
            if (holding) {
                connections.release();
            }
        }
    }

    /** A message with what is recorded in the same transaction. */
    record Message(Exchange exchange, Batch batch) {}

    /** Learns why PostgreSQL refuses a message, or that it answers. */
    interface Trouble {
        void is(@Nullable String reason);
    }

    private ExchangeReply send(Message message) {
        return database.transaction(
                tx -> {
                    ExchangeReply reply = ledger.exchange(tx, message.exchange());
                    // A stored answer means that the first time committed, with the records.
                    if (!reply.replayed() && !message.batch().charges().isEmpty()) {
                        metering.record(tx, message.batch().records(reply));
                    }
                    return reply;
                });
    }

    private static Duration pauseAfter(
            RuntimeException failed, Exchange exchange, Duration pause, Trouble troubled) {
        String what =
                "message %d of lane %d (%d charges)"
                        .formatted(exchange.number(), exchange.lane(), exchange.charges().size());
        return switch (Failure.of(failed)) {
            case REFUSED -> {
                LOG.error("{} is refused and stops its lane; it is sent again", what, failed);
                troubled.is("charges cannot be settled at the moment");
                yield PAUSE_REFUSED;
            }
            case TRANSIENT, AMBIGUOUS -> {
                LOG.warn("{} was not answered and is sent again: {}", what, failed.toString());
                Duration doubled = pause.multipliedBy(2);
                yield doubled.compareTo(PAUSE_MAX) < 0 ? doubled : PAUSE_MAX;
            }
        };
    }

    private void take() throws Stopped {
        try {
            connections.acquire();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new Stopped();
        }
        if (isStopped()) {
            connections.release();
            throw new Stopped();
        }
    }

    boolean isStopped() {
        return stopped.getCount() == 0;
    }

    /** Nothing more is begun, and nothing is sent again. */
    void stop() {
        stopped.countDown();
        threads.shutdown();
    }

    /** Waits for what is under way; false when it did not end within the time. */
    boolean awaitEnd(Duration limit) {
        try {
            return threads.awaitTermination(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
