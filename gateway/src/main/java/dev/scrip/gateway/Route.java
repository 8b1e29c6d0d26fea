package dev.scrip.gateway;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A model at one upstream, as it is now. */
final class Route {

    private final LiveUpstream at;
    private final String model;
    private final Breaker breaker;

    Route(LiveUpstream at, String model, InstantSource clock) {
        this.at = at;
        this.model = model;
        this.breaker = new Breaker(at.upstream().policy().failuresMax(), clock);
    }

    LiveUpstream at() {
        return at;
    }

    Upstream upstream() {
        return at.upstream();
    }

    /** The model's public name. */
    String model() {
        return model;
    }

    /** The model's name there. */
    String nameThere() {
        return upstream().nameOf(model);
    }

    /** What stands in the way of asking there. */
    Breaker.Obstacle obstacle() {
        Breaker.Obstacle here = breaker.obstacle();
        return here == Breaker.Obstacle.NOTHING ? at.breaker().obstacle() : here;
    }

    /** It failed too often, and no request has gone well since. */
    boolean hasFailed() {
        return breaker.isOpen() || at.breaker().isOpen();
    }

    /** How long it may take until it is asked again. */
    Duration timeLeft() {
        Duration here = breaker.timeLeft();
        Duration all = at.breaker().timeLeft();
        return here.compareTo(all) > 0 ? here : all;
    }

    /** Lets a request through that has entered the gate; null: not now. */
    @Nullable Pass pass() {
        long whole = at.breaker().enter();
        if (whole == Breaker.REFUSED) {
            return null;
        }
        long here = breaker.enter();
        if (here == Breaker.REFUSED) {
            at.breaker().dropped(whole);
            return null;
        }
        return new Pass(whole, here);
    }

    /** A request on its way, with a place in the gate; ends once. */
    final class Pass {

        private final long whole;
        private final long here;

        private Pass(long whole, long here) {
            this.whole = whole;
            this.here = here;
        }

        Route route() {
            return Route.this;
        }

        /**
         * The attempt is over.
         *
         * @param retryAfter for how long the upstream wants to be left alone with this model
         * @param what went wrong, in our own words
         */
        void end(Blame blame, Optional<Duration> retryAfter, String what) {
            Breaker all = at.breaker();
            switch (blame) {
                case NOBODY, CALLER, RATE -> {
                    all.succeeded(whole);
                    breaker.succeeded(here);
                }
                case SERVER -> {
                    all.succeeded(whole);
                    breaker.failed(here);
                }
                case ADDRESS -> {
                    all.failed(whole);
                    breaker.dropped(here);
                }
                case ACCOUNT -> {
                    all.failedForAll(whole);
                    breaker.dropped(here);
                }
                case US -> {
                    all.dropped(whole);
                    breaker.dropped(here);
                }
            }
            if (blame.mayBeBetterElsewhere()) {
                at.wentWrong(what);
                retryAfter.ifPresent(breaker::leaveAlone);
            }
            at.gate().leave();
        }
    }
}
