package dev.scrip.gateway;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * How an upstream is now, seen from this process. Tells neither its key nor its address.
 *
 * @param priority those with the lowest are asked first
 * @param weight how often it is asked, compared with others of the same priority
 * @param running requests that it has now
 * @param runningMax how many it gets at most; empty: no bound
 * @param waiting requests that wait for one of those to end
 * @param models what it answers for, by name
 * @param lastFault what went wrong there last; null: nothing since this process began
 */
public record UpstreamHealth(
        String name,
        int priority,
        int weight,
        int running,
        OptionalInt runningMax,
        int waiting,
        List<Model> models,
        @Nullable Fault lastFault) {

    public UpstreamHealth {
        models = List.copyOf(models);
    }

    /** Whether it is asked. */
    public enum State {
        ASKED,
        /** It asked to be left alone for a while. */
        RETRY_AFTER,
        /** It failed too often; after a while one request tries it again. */
        FAILED
    }

    /**
     * A model there.
     *
     * @param name its public name
     * @param left how long it may take until it is asked again
     */
    public record Model(String name, State state, Duration left) {}

    /**
     * What went wrong.
     *
     * @param what in our own words, such as "answered 503"
     */
    public record Fault(Instant at, String what) {}

    /** The worst of what its models are. */
    public State state() {
        return models.stream()
                .map(Model::state)
                .reduce(State.ASKED, (one, other) -> one.compareTo(other) > 0 ? one : other);
    }
}
