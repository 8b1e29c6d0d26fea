package dev.scrip.charging;

import dev.scrip.ledger.PoolList;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Lock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is to be read of the pools of one lane. One question is under way at a time, and what comes
 * meanwhile gathers for the next: most organizations have neither limits nor scoped credit, and
 * thousands of them are one statement. The others are asked for each by itself.
 */
final class Readings {

    private static final Logger LOG = LoggerFactory.getLogger(Readings.class);
    private static final int TOGETHER_MAX = 1_000;

    private final Settler settler;
    private final Lock lock;
    private final Consumer<Map<Reading, @Nullable PoolList>> done;
    private final ArrayDeque<Reading> gathered = new ArrayDeque<>();
    private boolean underWay;

    /**
     * @param lock the lane's
     * @param done takes what was read; null: it could not be read
     */
    Readings(Settler settler, Lock lock, Consumer<Map<Reading, @Nullable PoolList>> done) {
        this.settler = settler;
        this.lock = lock;
        this.done = done;
    }

    /** Has something read. The lane's lock must be held. */
    void add(Reading reading) {
        gathered.add(reading);
        kick();
    }

    private void kick() {
        if (underWay || gathered.isEmpty()) {
            return;
        }
        underWay = settler.ask(this::readTogether);
        if (!underWay) {
            gathered.forEach(reading -> reading.organization().endReading(reading));
            gathered.clear();
        }
    }

    private void readTogether(Books books) {
        List<Reading> these = take();
        try {
            Map<Reading, @Nullable PoolList> read = new LinkedHashMap<>();
            List<Reading> others = new ArrayList<>();
            Map<Long, PoolList> unlimited = unlimited(books, these);
            for (Reading reading : these) {
                long organizationId = reading.organization().organizationId();
                if (unlimited == null || unlimited.containsKey(organizationId)) {
                    read.put(reading, unlimited == null ? null : unlimited.get(organizationId));
                } else {
                    others.add(reading);
                }
            }
            done.accept(read);
            others.forEach(this::readAlone);
        } finally {
            lock.lock();
            try {
                underWay = false;
                kick();
            } finally {
                lock.unlock();
            }
        }
    }

    private List<Reading> take() {
        lock.lock();
        try {
            List<Reading> taken = new ArrayList<>();
            while (taken.size() < TOGETHER_MAX && !gathered.isEmpty()) {
                taken.add(gathered.remove());
            }
            return taken;
        } finally {
            lock.unlock();
        }
    }

    private static @Nullable Map<Long, PoolList> unlimited(Books books, List<Reading> readings) {
        try {
            return books.poolsOfUnlimited(
                    readings.stream()
                            .map(reading -> reading.organization().organizationId())
                            .distinct()
                            .toList());
        } catch (RuntimeException failed) {
            LOG.warn("the pools of organizations cannot be read; tried again soon", failed);
            return null;
        }
    }

    private void readAlone(Reading reading) {
        boolean asked = settler.ask(books -> done.accept(one(reading, reading.from(books))));
        if (!asked) {
            done.accept(one(reading, null));
        }
    }

    private static Map<Reading, @Nullable PoolList> one(Reading reading, @Nullable PoolList pools) {
        Map<Reading, @Nullable PoolList> one = new LinkedHashMap<>();
        one.put(reading, pools);
        return one;
    }
}
