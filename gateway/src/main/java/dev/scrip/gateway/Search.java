package dev.scrip.gateway;

import io.vertx.core.Context;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One request's way through the upstreams of its model: whom it asks next, each once, until the
 * bounds on number and time. Of those of the lowest priority that are well the one with room that
 * the weighted lot falls on; if none has room it waits for one; only then come those of the next
 * priority. Used on the request's context.
 */
final class Search {

    /** Why there is nobody to ask. */
    enum Why {
        /** All have been asked, or as many as may be. */
        ENDED,
        /** All others have no room, nor had any in time. */
        CROWDED,
        /** All others asked to be left alone. */
        LIMITED,
        /** All others have failed too often. */
        BROKEN
    }

    /** What came of it. */
    sealed interface Found {

        /** Ask there. The pass must be ended. */
        record Go(Route.Pass pass) implements Found {}

        /**
         * There is nobody.
         *
         * @param retryAfter when there may be somebody
         */
        record Nobody(Why why, Duration retryAfter) implements Found {}
    }

    /** How it is for a request that waits at a gate. */
    private final class Wait implements Runnable {
        private final Route route;
        private final Consumer<Found> told;
        private long timer = -1;
        private boolean over;

        Wait(Route route, Consumer<Found> told) {
            this.route = route;
            this.told = told;
        }

        /** On any thread: it has entered the gate. */
        @Override
        public void run() {
            context.runOnContext(_ -> myTurn());
        }

        private void myTurn() {
            if (over) {
                route.at().gate().leave();
            } else {
                end();
                entered(route, told);
            }
        }

        private void tooLong() {
            timer = -1;
            if (giveUp()) {
                next(told);
            }
        }

        /** False: its turn has come, and {@link #myTurn} with it. */
        private boolean giveUp() {
            if (!route.at().gate().giveUp(this)) {
                return false;
            }
            end();
            return true;
        }

        private void end() {
            over = true;
            waiting = null;
            if (timer >= 0) {
                context.owner().cancelTimer(timer);
                timer = -1;
            }
        }
    }

    private final List<Route> routes;
    private final Upstreams.Tries tries;
    private final IntUnaryOperator random;
    private final Context context;
    private final long since = System.nanoTime();
    private final Set<Route> asked = new HashSet<>();
    private final Set<Route> crowded = new HashSet<>();
    private @Nullable Wait waiting;
    private int passes;

    /**
     * @param routes those of the lowest priority first
     * @param random a number from 0 to below its argument
     */
    Search(List<Route> routes, Upstreams.Tries tries, IntUnaryOperator random, Context context) {
        this.routes = routes;
        this.tries = tries;
        this.random = random;
        this.context = context;
    }

    /** How many have been asked. */
    int passes() {
        return passes;
    }

    /**
     * Looks for whom to ask.
     *
     * @param told once, unless {@link #cancel} comes first
     */
    void next(Consumer<Found> told) {
        if (passes >= tries.max() || (passes > 0 && timeLeft().isNegative())) {
            told.accept(new Found.Nobody(Why.ENDED, Duration.ZERO));
            return;
        }
        for (int from = 0; from < routes.size(); ) {
            int to = endOfPriority(from);
            if (oneOf(drawn(routes.subList(from, to)), told)) {
                return;
            }
            from = to;
        }
        told.accept(nobody());
    }

    private Duration timeLeft() {
        return tries.time().minusNanos(System.nanoTime() - since);
    }

    private int endOfPriority(int from) {
        int to = from + 1;
        while (to < routes.size() && priority(to) == priority(from)) {
            to++;
        }
        return to;
    }

    private int priority(int index) {
        return routes.get(index).upstream().policy().priority();
    }

    /** Those that can be asked, in the order that the weighted lot gives. */
    private List<Route> drawn(List<Route> equals) {
        List<Route> left = new ArrayList<>(equals.size());
        int weights = 0;
        for (Route route : equals) {
            if (!asked.contains(route) && route.obstacle() == Breaker.Obstacle.NOTHING) {
                left.add(route);
                weights += route.upstream().policy().weight();
            }
        }
        for (int drawn = 0; drawn < left.size() - 1; drawn++) {
            int lot = random.applyAsInt(weights);
            int at = drawn;
            while (lot >= left.get(at).upstream().policy().weight()) {
                lot -= left.get(at).upstream().policy().weight();
                at++;
            }
            weights -= left.get(at).upstream().policy().weight();
            left.add(drawn, left.remove(at));
        }
        return left;
    }

    private boolean oneOf(List<Route> drawn, Consumer<Found> told) {
        for (Route route : drawn) {
            if (route.at().gate().enter()) {
                entered(route, told);
                return true;
            }
        }
        for (Route route : drawn) {
            if (crowded.add(route) && waitAt(route, told)) {
                return true;
            }
        }
        return false;
    }

    private boolean waitAt(Route route, Consumer<Found> told) {
        Wait wait = new Wait(route, told);
        return switch (route.at().gate().enterOrWait(wait)) {
            case FULL -> false;
            case ENTERED -> {
                entered(route, told);
                yield true;
            }
            case WAITING -> {
                Duration limit = route.upstream().policy().waiting();
                long millis = Math.min(limit.toMillis(), timeLeft().toMillis());
                waiting = wait;
                wait.timer = context.owner().setTimer(Math.max(1, millis), _ -> wait.tooLong());
                yield true;
            }
        };
    }

    /** It has a place in the gate. */
    private void entered(Route route, Consumer<Found> told) {
        Route.Pass pass = route.pass();
        if (pass == null) { // it broke down since it was looked at
            route.at().gate().leave();
            next(told);
            return;
        }
        asked.add(route);
        passes++;
        told.accept(new Found.Go(pass));
    }

    private Found nobody() {
        Why why = Why.ENDED;
        Duration soonest = Duration.ofDays(1);
        for (Route route : routes) {
            if (asked.contains(route)) {
                continue;
            }
            Why here =
                    switch (route.obstacle()) {
                        case NOTHING -> Why.CROWDED;
                        case RETRY_AFTER -> Why.LIMITED;
                        case OPEN -> Why.BROKEN;
                    };
            Duration left = route.timeLeft();
            // The best of what can be said: that of the one that is back first.
            if (why == Why.ENDED || left.compareTo(soonest) < 0) {
                why = here;
                soonest = left;
            }
        }
        return new Found.Nobody(why, soonest);
    }

    /** The request does not want to be sent any more: out of the line, and nothing is told. */
    void cancel() {
        Wait wait = waiting;
        if (wait != null && !wait.giveUp()) {
            wait.end(); // its turn is on its way; it passes that on
        }
    }
}
