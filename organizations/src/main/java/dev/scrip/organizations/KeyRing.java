package dev.scrip.organizations;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import dev.scrip.postgres.Database;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys this process has seen lately, in memory: who they are, and when they were last used.
 *
 * <p>A revocation takes its hash out of here before it returns, and out of every other process's
 * ring when they hear its signal, or at their next poll. An answer under way when that happens is
 * not kept, because what is taken out is the promise of an answer. The short lives of the entries
 * are only a net below that.
 */
final class KeyRing implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(KeyRing.class);

    private static final int ENTRIES_MAX = 100_000;
    private static final Duration KNOWN_LIFE = Duration.ofMinutes(1);
    private static final Duration UNKNOWN_LIFE = Duration.ofSeconds(2);

    /** Made-up secrets must not take the connections that paying requests need. */
    private static final int LOADS_AT_ONCE = 4;

    private static final int LOADS_WAITING_MAX = 1_000;
    private static final Duration LOAD_WAIT = Duration.ofSeconds(5);

    private static final Duration POLL = Duration.ofMillis(500);

    /** Longer than an entry lives, so that a poll may come late and clocks may differ. */
    private static final Duration REVOCATIONS_LOOK_BACK = Duration.ofMinutes(2);

    private static final Duration REVOCATIONS_KEPT = Duration.ofMinutes(10);
    private static final int POLLS_PER_MINUTE = (int) Duration.ofMinutes(1).dividedBy(POLL);

    private final Database database;
    private final InstantSource clock;
    private final AsyncCache<SecretHash, KeyOutcome> outcomes;
    private final Map<Caller, Instant> uses = new ConcurrentHashMap<>();
    private final Semaphore loads = new Semaphore(LOADS_AT_ONCE, true);
    private final Semaphore wake = new Semaphore(0);
    private volatile boolean closing;
    private final Thread follower;

    KeyRing(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
        this.outcomes =
                Caffeine.newBuilder()
                        .maximumSize(ENTRIES_MAX)
                        .expireAfter(Expiry.creating(KeyRing::life))
                        .buildAsync();
        this.follower = Thread.ofVirtual().name("api-key-revocations").start(this::follow);
    }

    /** Never fails: keys that cannot be read are {@code Unavailable}, which is not remembered. */
    CompletionStage<KeyOutcome> find(SecretHash hash) {
        return outcomes.get(hash, (missing, executor) -> load(missing))
                .thenApply(
                        outcome -> {
                            if (outcome instanceof KeyOutcome.Known known) {
                                uses.put(known.caller(), clock.instant());
                            }
                            return outcome;
                        });
    }

    void forget(SecretHash hash) {
        outcomes.synchronous().invalidate(hash);
    }

    private static Duration life(SecretHash hash, KeyOutcome outcome) {
        return switch (outcome) {
            case KeyOutcome.Known known -> KNOWN_LIFE;
            case KeyOutcome.Unknown unknown -> UNKNOWN_LIFE;
            case KeyOutcome.Unavailable unavailable -> Duration.ZERO;
        };
    }

    private CompletableFuture<KeyOutcome> load(SecretHash hash) {
        return loads.getQueueLength() < LOADS_WAITING_MAX
                ? CompletableFuture.supplyAsync(() -> read(hash), Thread::startVirtualThread)
                : CompletableFuture.completedFuture(new KeyOutcome.Unavailable());
    }

    private KeyOutcome read(SecretHash hash) {
        boolean mine = false;
        try {
            mine = loads.tryAcquire(LOAD_WAIT.toMillis(), TimeUnit.MILLISECONDS);
            if (!mine) {
                return new KeyOutcome.Unavailable();
            }
            return database.read(handle -> KeyStore.caller(handle, hash))
                    .<KeyOutcome>map(KeyOutcome.Known::new)
                    .orElseGet(KeyOutcome.Unknown::new);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return new KeyOutcome.Unavailable();
        } catch (RuntimeException failed) {
            LOG.warn("API keys cannot be read: {}", failed.toString());
            return new KeyOutcome.Unavailable();
        } finally {
            if (mine) {
                loads.release();
            }
        }
    }

    /**
     * Polls for revocations. A poll needs no connection of its own and misses nothing: it reads a
     * window that overlaps the last ones, and when it could not read for a while, it forgets all.
     */
    private void follow() {
        boolean blind = false;
        for (long polls = 1; !closes(); polls++) {
            try {
                Instant since = clock.instant().minus(REVOCATIONS_LOOK_BACK);
                List<SecretHash> revoked =
                        database.read(handle -> KeyStore.revokedSince(handle, since));
                if (blind) {
                    outcomes.synchronous().invalidateAll();
                    blind = false;
                }
                outcomes.synchronous().invalidateAll(revoked);
                if (polls % POLLS_PER_MINUTE == 0) {
                    tidy();
                }
            } catch (RuntimeException failed) {
                if (!blind) {
                    LOG.warn("revoked API keys cannot be read; trying on", failed);
                }
                blind = true;
            }
        }
    }

    /** Polls at once instead of at the next time. */
    void pollNow() {
        wake.release();
    }

    private boolean closes() {
        try {
            boolean _ = wake.tryAcquire(POLL.toMillis(), TimeUnit.MILLISECONDS);
            return closing;
        } catch (InterruptedException interrupted) {
            return true;
        }
    }

    private void tidy() {
        writeUses();
        Instant before = clock.instant().minus(REVOCATIONS_KEPT);
        database.execute(tx -> KeyStore.forgetRevocations(tx, before));
    }

    private void writeUses() {
        // Sorted, so that two processes lock the rows in the same order.
        List<Map.Entry<Caller, Instant>> written =
                Map.copyOf(uses).entrySet().stream()
                        .sorted(
                                Comparator.comparingLong(
                                                (Map.Entry<Caller, Instant> use) ->
                                                        use.getKey().organizationId())
                                        .thenComparingLong(use -> use.getKey().apiKeyId()))
                        .toList();
        if (!written.isEmpty()) {
            database.execute(tx -> KeyStore.used(tx, written));
            written.forEach(use -> uses.remove(use.getKey(), use.getValue()));
        }
    }

    @Override
    public void close() {
        closing = true;
        wake.release();
        try {
            follower.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        try {
            writeUses();
        } catch (RuntimeException failed) {
            LOG.warn("the last uses of API keys could not be written", failed);
        }
    }
}
