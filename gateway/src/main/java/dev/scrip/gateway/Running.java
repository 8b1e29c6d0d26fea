package dev.scrip.gateway;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** The requests that run now, and the bounds on how many and how large. */
final class Running {

    private final GatewaySettings.Limits limits;
    private final Set<Run> runs = ConcurrentHashMap.newKeySet();
    private final AtomicInteger count = new AtomicInteger();
    private final AtomicLong bodiesBytes = new AtomicLong();
    private final CompletableFuture<Void> empty = new CompletableFuture<>();
    private volatile boolean stopping;

    Running(GatewaySettings.Limits limits) {
        this.limits = limits;
    }

    /** What came of {@link #enter}. */
    enum Entry {
        ENTERED,
        FULL,
        STOPPING
    }

    /** Each run that entered must {@link #leave}. */
    Entry enter(Run run) {
        if (count.incrementAndGet() > limits.requestsMax()) {
            left();
            return Entry.FULL;
        }
        // Counted first, looked second: whoever stops either sees this run or is seen by it.
        if (stopping) {
            left();
            return Entry.STOPPING;
        }
        runs.add(run);
        return Entry.ENTERED;
    }

    void leave(Run run) {
        if (runs.remove(run)) {
            left();
        }
    }

    private void left() {
        if (count.decrementAndGet() == 0 && stopping) {
            empty.complete(null);
        }
    }

    /** How many run now. */
    int count() {
        return count.get();
    }

    /** Room for a part of a body; false: all bodies together would be too large. */
    boolean take(int bytes) {
        if (bodiesBytes.addAndGet(bytes) > limits.bodiesBytesMax()) {
            give(bytes);
            return false;
        }
        return true;
    }

    void give(int bytes) {
        bodiesBytes.addAndGet(-bytes);
    }

    /** Lets nobody in any more; complete when nobody is left. */
    CompletionStage<Void> stop() {
        stopping = true;
        if (count.get() == 0) {
            empty.complete(null);
        }
        return empty;
    }

    boolean isStopping() {
        return stopping;
    }

    /** The runs that stream, by the secrets of their keys. */
    Map<String, List<Run>> streams() {
        Map<String, List<Run>> streams = new HashMap<>();
        for (Run run : runs) {
            String secret = run.streamsWith();
            if (secret != null) {
                streams.computeIfAbsent(secret, _ -> new ArrayList<>()).add(run);
            }
        }
        return streams;
    }

    /** Stops every run that is still at its upstream. */
    void cutAll() {
        runs.forEach(Run::stopLater);
    }
}
