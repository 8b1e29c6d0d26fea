package dev.scrip.organizations;

import dev.scrip.postgres.Database;
import dev.scrip.postgres.Ids;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the other processes what was taken here and hears what they took, twice a second, beside
 * the requests and never on their way. Without the database each process goes on with the share it
 * had.
 */
final class RateExchange implements AutoCloseable {

    static final Duration EVERY = Duration.ofMillis(500);

    /** A process whose beat stood still for this long shares no more. */
    static final Duration SILENCE_MAX = Duration.ofSeconds(3);

    private static final Logger LOG = LoggerFactory.getLogger(RateExchange.class);
    private static final Duration BURIED_AFTER = Duration.ofMinutes(1);

    /** A process that is alone writes only so that a day's limit outlives it. */
    private static final Duration EVERY_ALONE = Duration.ofSeconds(5);

    /** Longer than anything waits for a commit, so that a poll may come late and clocks differ. */
    private static final Duration CHANGES_LOOK_BACK = Duration.ofMinutes(2);

    private static final int SLIPS_AT_ONCE = 1_000;

    /** Another process, as it was last heard of. */
    private record Heard(long beat, Instant at) {}

    /** Who is told what was changed. */
    interface Changes {
        void changed(long organizationId);

        void allChanged();
    }

    private final Database database;
    private final InstantSource clock;
    private final RateGate gate;
    private final Changes changes;
    private final long processId = Ids.next();
    private final Map<Long, Heard> others = new HashMap<>();
    private final Set<Long> changesSeen = new HashSet<>();
    private final Semaphore wake = new Semaphore(0);
    private volatile boolean closing;
    private Thread thread = Thread.ofVirtual().unstarted(() -> {});
    private long beat;
    private boolean blind;
    private Instant bookedAt = Instant.MIN;

    RateExchange(Database database, InstantSource clock, RateGate gate, Changes changes) {
        this.database = database;
        this.clock = clock;
        this.gate = gate;
        this.changes = changes;
    }

    /** Looks once who else is there, and goes on doing so. */
    void start() {
        exchange();
        gate.onShareUsedUp(wake::release);
        thread = Thread.ofVirtual().name("rate-limits").start(this::work);
    }

    private void work() {
        while (!closing) {
            try {
                boolean _ = wake.tryAcquire(EVERY.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException interrupted) {
                return;
            }
            if (!closing) {
                int _ = wake.drainPermits();
                exchange();
                LockSupport.parkNanos(RateGate.LOOK.toNanos());
            }
        }
    }

    /** Limits were changed somewhere: they are looked for at once. */
    void pollNow() {
        wake.release();
    }

    /** One exchange. */
    synchronized void exchange() {
        try {
            meet();
            boolean alone = gate.processes() == 1;
            if (!alone || bookedAt.plus(EVERY_ALONE).isBefore(clock.instant())) {
                book(alone);
            }
            hear();
            blind = false;
        } catch (RuntimeException failed) {
            if (!blind) {
                LOG.warn("rate limits are not exchanged between processes now; trying on", failed);
            }
            blind = true;
        }
    }

    private void meet() {
        beat++;
        database.execute(tx -> RateLevelStore.beat(tx, processId, beat));
        Map<Long, Long> beats = database.read(RateLevelStore::beats);
        beats.remove(processId);
        Instant now = clock.instant();
        others.keySet().retainAll(beats.keySet());
        beats.forEach(
                (id, heard) -> {
                    Heard before = others.get(id);
                    if (before == null || before.beat != heard) {
                        others.put(id, new Heard(heard, now));
                    } else if (before.at.plus(BURIED_AFTER).isBefore(now)) {
                        database.execute(tx -> RateLevelStore.bury(tx, id, heard));
                    }
                });
        int alive =
                1
                        + (int)
                                others.values().stream()
                                        .filter(other -> !other.at.plus(SILENCE_MAX).isBefore(now))
                                        .count();
        if (alive != gate.processes()) {
            LOG.debug("{} processes share the rate limits", alive);
            gate.processes(alive);
        }
    }

    private void book(boolean alone) {
        List<Meter> meters = new ArrayList<>();
        for (Meter meter : gate.busy()) {
            if (meter.isQuiet()) {
                gate.busy().remove(meter);
            } else {
                meters.add(meter);
            }
        }
        meters.sort(Comparator.comparing((Meter meter) -> meter.key));
        for (int from = 0; from < meters.size(); from += SLIPS_AT_ONCE) {
            book(meters.subList(from, Math.min(meters.size(), from + SLIPS_AT_ONCE)), alone);
        }
        bookedAt = clock.instant();
    }

    private void book(List<Meter> meters, boolean alone) {
        List<Meter.Slip> slips = meters.stream().map(Meter::slip).toList();
        try {
            List<Meter.Slip> used = slips.stream().filter(slip -> slip.cost() != 0).toList();
            Map<Meter.Key, Long> booked = database.transaction(tx -> RateLevelStore.book(tx, used));
            if (!alone) {
                List<Meter.Key> unused =
                        slips.stream()
                                .filter(slip -> slip.cost() == 0)
                                .map(slip -> slip.meter().key)
                                .toList();
                booked.putAll(database.read(handle -> RateLevelStore.levels(handle, unused)));
                meters.forEach(
                        meter -> meter.adopt(booked.getOrDefault(meter.key, 0L), gate.processes()));
            }
        } catch (RuntimeException failed) {
            slips.forEach(slip -> slip.meter().undo(slip));
            throw failed;
        }
    }

    /**
     * Misses nothing: it reads a window that overlaps the last ones, or forgets all after a gap.
     */
    private void hear() {
        Instant since = clock.instant().minus(CHANGES_LOOK_BACK);
        Map<Long, Long> changed =
                database.read(handle -> RateLimitStore.changedSince(handle, since));
        if (blind) {
            changes.allChanged();
        }
        changed.forEach(
                (change, organizationId) -> {
                    if (!changesSeen.contains(change)) {
                        changes.changed(organizationId);
                    }
                });
        changesSeen.clear();
        changesSeen.addAll(changed.keySet());
    }

    @Override
    public void close() {
        closing = true;
        wake.release();
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        synchronized (this) {
            try {
                book(true);
                database.execute(tx -> RateLevelStore.bury(tx, processId, beat));
            } catch (RuntimeException failed) {
                LOG.warn("what the last requests took of rate limits is not told", failed);
            }
        }
    }
}
