package dev.scrip.gateway;

import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** An upstream as it is now, seen from this process. */
final class LiveUpstream {

    private final Upstream upstream;
    private final InstantSource clock;
    private final Breaker breaker;
    private final Gate gate;
    private volatile UpstreamHealth.@Nullable Fault fault;

    LiveUpstream(Upstream upstream, InstantSource clock) {
        this.upstream = upstream;
        this.clock = clock;
        Upstream.Policy policy = upstream.policy();
        this.breaker = new Breaker(policy.failuresMax(), clock);
        this.gate = new Gate(policy.runningMax(), policy.waitingMax());
    }

    Upstream upstream() {
        return upstream;
    }

    /** Of the upstream as a whole: whether it is there and takes our account. */
    Breaker breaker() {
        return breaker;
    }

    Gate gate() {
        return gate;
    }

    void wentWrong(String what) {
        fault = new UpstreamHealth.Fault(clock.instant(), what);
    }

    /** What went wrong last. */
    UpstreamHealth.@Nullable Fault fault() {
        return fault;
    }
}
