package dev.scrip.gateway;

import io.vertx.core.Context;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntUnaryOperator;

/** All upstreams, as they are now, and which models they answer for. */
final class Fleet {

    private final Upstreams upstreams;
    private final IntUnaryOperator random;
    private final List<LiveUpstream> live = new ArrayList<>();
    private final Map<String, List<Route>> byModel = new TreeMap<>();

    /**
     * @param random a number from 0 to below its argument
     */
    Fleet(Upstreams upstreams, InstantSource clock, IntUnaryOperator random) {
        this.upstreams = upstreams;
        this.random = random;
        for (Upstream upstream : upstreams.all()) {
            LiveUpstream one = new LiveUpstream(upstream, clock);
            live.add(one);
            for (String model : upstream.models()) {
                byModel.computeIfAbsent(model, _ -> new ArrayList<>())
                        .add(new Route(one, model, clock));
            }
        }
        byModel.replaceAll(
                (_, routes) ->
                        routes.stream()
                                .sorted(
                                        Comparator.comparingInt(
                                                route -> route.upstream().policy().priority()))
                                .toList());
    }

    /** The public names of all models, but no aliases. */
    Set<String> models() {
        return byModel.keySet();
    }

    /** Who answers for a model, those of the lowest priority first; empty: nobody. */
    List<Route> routes(String model) {
        return byModel.getOrDefault(model, List.of());
    }

    /** A request's way through the upstreams of its model. */
    Search search(String model, Context context) {
        return new Search(routes(model), upstreams.tries(), random, context);
    }

    /** How each upstream is now, in the order of the file. */
    List<UpstreamHealth> health() {
        return live.stream().map(this::health).toList();
    }

    private UpstreamHealth health(LiveUpstream one) {
        Upstream.Policy policy = one.upstream().policy();
        return new UpstreamHealth(
                one.upstream().name(),
                policy.priority(),
                policy.weight(),
                one.gate().running(),
                policy.runningMax() == Integer.MAX_VALUE
                        ? OptionalInt.empty()
                        : OptionalInt.of(policy.runningMax()),
                one.gate().waiting(),
                byModel.values().stream()
                        .flatMap(List::stream)
                        .filter(route -> route.at() == one)
                        .map(Fleet::health)
                        .toList(),
                one.fault());
    }

    private static UpstreamHealth.Model health(Route route) {
        UpstreamHealth.State state =
                switch (route.obstacle()) {
                    case NOTHING ->
                            route.hasFailed()
                                    ? UpstreamHealth.State.FAILED
                                    : UpstreamHealth.State.ASKED;
                    case RETRY_AFTER -> UpstreamHealth.State.RETRY_AFTER;
                    case OPEN -> UpstreamHealth.State.FAILED;
                };
        return new UpstreamHealth.Model(route.model(), state, route.timeLeft());
    }
}
