package dev.scrip.charging;

import dev.scrip.charging.KeptAnswerStore.Row;
import dev.scrip.ledger.Lanes;
import dev.scrip.ledger.Ledger;
import dev.scrip.metering.Metering;
import dev.scrip.postgres.Database;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The same request is charged once and answered the same: which keys of requests are claimed, and
 * what was answered. A key is looked for before anything is set aside, claimed before anything is
 * sent, and then either let go, if nothing was charged, or bound to the answer. Of a claim whose
 * process is proven dead the usage records tell whether it was charged.
 *
 * <p>Never blocks its caller and never fails: what is told completes on a thread of this module.
 */
public final class KeptAnswers implements AutoCloseable {

    /**
     * How much is kept.
     *
     * @param keptFor how long; zero: nothing is
     * @param bytesMax of one answer
     */
    public record Bounds(Duration keptFor, int bytesMax) {
        private static final int BYTES_MAX = 8 << 20;

        /** The usual size, for some time. */
        public static Bounds lasting(Duration keptFor) {
            return new Bounds(keptFor, BYTES_MAX);
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(KeptAnswers.class);

    /** The rest of the connections is for what every request needs. */
    private static final int CONNECTIONS = 4;

    private static final Duration LINE_MAX = Duration.ofSeconds(2);
    private static final int CLAIM_TRIES = 3;
    private static final Duration PAUSE = Duration.ofSeconds(2);
    private static final int PAUSES_PER_PURGE = 300;
    private static final int PURGED_MAX = 1_000;
    private static final int OWED_MAX = 10_000;

    /** No request runs longer, whatever the setting. */
    private static final Duration RUNS_MAX = Duration.ofDays(1);

    private final Database database;
    private final Ledger ledger;
    private final Metering metering;
    private final Bounds bounds;
    private final InstantSource clock;
    private final Semaphore connections = new Semaphore(CONNECTIONS, true);
    private final ExecutorService threads =
            Executors.newThreadPerTaskExecutor(
                    Thread.ofVirtual().name("kept-answers-", 0).factory());

    /** What could not be written when it should have been. */
    private final ConcurrentLinkedQueue<Consumer<Handle>> owed = new ConcurrentLinkedQueue<>();

    private @Nullable Thread chores;

    public KeptAnswers(
            Database database,
            Ledger ledger,
            Metering metering,
            Bounds bounds,
            InstantSource clock) {
        this.database = database;
        this.ledger = ledger;
        this.metering = metering;
        this.bounds = bounds;
        this.clock = clock;
    }

    /** Begins to remove what is too old; any number of processes may do so. */
    public void start() {
        chores = Thread.ofVirtual().name("kept-answers").start(this::choresOnAndOn);
    }

    public Bounds bounds() {
        return bounds;
    }

    /** Whether keys mean anything here. */
    public boolean isOn() {
        return bounds.keptFor().isPositive();
    }

    /** What became of a key before. Changes nothing. */
    public CompletionStage<Earlier> find(RequestKey key) {
        return ask(() -> judge(key, row(key)));
    }

    /**
     * Claims a key for the request of a hold, which may run if this tells {@link Earlier.Nothing}.
     * It then ends with one of {@link #keep}, {@link #giveUp} and {@link #release}.
     */
    public CompletionStage<Earlier> claim(RequestKey key, Hold hold) {
        UUID incarnationId = RunningHold.of(hold).organization().lane().incarnationId();
        long requestId = hold.requestId();
        return ask(() -> claim(key, requestId, incarnationId))
                .thenApply(
                        earlier -> {
                            if (earlier instanceof Earlier.Unavailable) {
                                // Nobody knows whether the claim is there; it would be in the way.
                                owe(tx -> KeptAnswerStore.release(tx, key, requestId));
                            }
                            return earlier;
                        });
    }

    private Earlier claim(RequestKey key, long requestId, UUID incarnationId) {
        for (int tries = 0; tries < CLAIM_TRIES; tries++) {
            Instant now = clock.instant();
            boolean claimed =
                    database.transaction(
                            tx -> KeptAnswerStore.claim(tx, key, requestId, incarnationId, now));
            if (claimed) {
                return new Earlier.Nothing();
            }
            Optional<Row> before = row(key);
            Earlier earlier = judge(key, before);
            if (!(earlier instanceof Earlier.Nothing)) {
                return earlier;
            }
            boolean taken =
                    before.isPresent()
                            && database.transaction(
                                    tx ->
                                            KeptAnswerStore.takeOver(
                                                    tx,
                                                    key,
                                                    before.get(),
                                                    requestId,
                                                    incarnationId,
                                                    now));
            if (taken) {
                return new Earlier.Nothing();
            }
        }
        return new Earlier.Running();
    }

    private Optional<Row> row(RequestKey key) {
        return database.read(tx -> KeptAnswerStore.find(tx, key));
    }

    private Earlier judge(RequestKey key, Optional<Row> found) {
        if (found.isEmpty()) {
            return new Earlier.Nothing();
        }
        Row row = found.get();
        Earlier earlier =
                row.state().equals(KeptAnswerStore.RUNNING) ? claimed(key, row) : kept(row);
        boolean another = !row.hash().equals(key.hash());
        return another && !(earlier instanceof Earlier.Nothing)
                ? new Earlier.OtherRequest()
                : earlier;
    }

    private Earlier claimed(RequestKey key, Row row) {
        // First the death, then the records: of who is dead there will be no more of them.
        if (!ledger.isBuried(row.incarnationId())) {
            return new Earlier.Running();
        }
        return metering.request(key.organizationId(), row.requestId()).isPresent()
                ? new Earlier.NotKept(row.requestId(), Earlier.Reason.LOST)
                : new Earlier.Nothing();
    }

    private Earlier kept(Row row) {
        if (row.changedAt().plus(bounds.keptFor()).isBefore(clock.instant())) {
            return new Earlier.Nothing();
        }
        if (!row.state().equals(KeptAnswerStore.KEPT)) {
            return new Earlier.NotKept(row.requestId(), Earlier.Reason.valueOf(row.state()));
        }
        KeptAnswer answer = row.answer();
        return answer == null ? new Earlier.OtherRequest() : new Earlier.Kept(answer);
    }

    /** Tells when the answer to a claimed request is durable, or could not be made so. */
    public CompletionStage<Void> keep(RequestKey key, long requestId, KeptAnswer answer) {
        Instant at = clock.instant();
        return write(
                tx -> {
                    if (!KeptAnswerStore.keep(tx, key, requestId, answer, at)) {
                        LOG.warn(
                                "request {} has no claim on its key any more",
                                RequestIds.print(requestId));
                    }
                },
                tx -> KeptAnswerStore.giveUp(tx, key, requestId, Earlier.Reason.LOST, at));
    }

    /** A claimed request was charged, or may be, and there is no answer to keep. */
    public CompletionStage<Void> giveUp(RequestKey key, long requestId, Earlier.Reason reason) {
        Instant at = clock.instant();
        Consumer<Handle> work = tx -> KeptAnswerStore.giveUp(tx, key, requestId, reason, at);
        return write(work, work);
    }

    /** A claimed request was not charged: the key is free again. */
    public CompletionStage<Void> release(RequestKey key, long requestId) {
        Consumer<Handle> work = tx -> KeptAnswerStore.release(tx, key, requestId);
        return write(work, work);
    }

    private CompletionStage<Earlier> ask(Supplier<Earlier> question) {
        return CompletableFuture.supplyAsync(() -> connected(question), threads)
                .exceptionally(
                        failed -> {
                            LOG.warn("kept answers cannot be read: {}", failed.toString());
                            return new Earlier.Unavailable();
                        });
    }

    /**
     * @param later what is done instead once the database can be reached again
     */
    private CompletionStage<Void> write(Consumer<Handle> work, Consumer<Handle> later) {
        return CompletableFuture.runAsync(
                        () ->
                                connected(
                                        () -> {
                                            database.execute(work);
                                            return true;
                                        }),
                        threads)
                .exceptionally(
                        failed -> {
                            LOG.warn("an answer cannot be kept now: {}", failed.toString());
                            owe(later);
                            return null;
                        });
    }

    private <T> T connected(Supplier<T> work) {
        try {
            if (!connections.tryAcquire(LINE_MAX.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException("the line for a connection is too long");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("this process stops", interrupted);
        }
        try {
            return work.get();
        } finally {
            connections.release();
        }
    }

    private void owe(Consumer<Handle> work) {
        if (owed.size() < OWED_MAX) {
            owed.add(work);
        }
    }

    // ---- chores ----

    private void choresOnAndOn() {
        try {
            for (long pauses = 0; true; pauses++) {
                try {
                    payOwed();
                    if (pauses % PAUSES_PER_PURGE == 0) {
                        LOG.debug("{} kept answers were too old", purge());
                    }
                } catch (RuntimeException failed) {
                    if (Thread.interrupted()) {
                        return;
                    }
                    LOG.warn("a chore of kept answers failed; tried again soon", failed);
                }
                Thread.sleep(PAUSE);
            }
        } catch (InterruptedException closing) {
            LOG.debug("no more kept answers are removed by this process");
        }
    }

    private void payOwed() {
        for (int left = owed.size(); left > 0; left--) {
            Consumer<Handle> work = owed.peek();
            if (work == null) {
                return;
            }
            database.execute(work);
            owed.remove(work);
        }
    }

    /** Removes what is too old; how many that was. */
    int purge() {
        Instant before = clock.instant().minus(bounds.keptFor());
        int purged = 0;
        int removed = -1;
        while (removed != 0) {
            List<Long> organizations =
                    database.read(
                            tx -> KeptAnswerStore.organizationsBefore(tx, before, PURGED_MAX));
            removed = purge(organizations, before);
            purged += removed;
        }
        return purged;
    }

    /** A lane at a time, as everything that is written. */
    private int purge(List<Long> organizations, Instant before) {
        Map<Integer, List<Long>> lanes =
                organizations.stream().collect(Collectors.groupingBy(Lanes::of));
        int removed = 0;
        for (List<Long> lane : lanes.values()) {
            removed +=
                    database.transaction(
                            tx -> KeptAnswerStore.purge(tx, lane, before, before.minus(RUNS_MAX)));
        }
        return removed;
    }

    /** Waits for what is being written. */
    @Override
    public void close() {
        Thread running = chores;
        if (running != null) {
            chores = null;
            running.interrupt();
            try {
                running.join();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        threads.close();
        try {
            payOwed();
        } catch (RuntimeException failed) {
            LOG.warn("{} changes of keys could not be written", owed.size(), failed);
        }
    }
}
