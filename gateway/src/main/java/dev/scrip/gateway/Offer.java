package dev.scrip.gateway;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.scrip.charging.Admission;
import dev.scrip.charging.RequestMoney;
import io.vertx.core.Context;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** Which models there are, also by their further names: those that have an upstream and a price. */
final class Offer {

    /** Counting more text than this exactly takes too long to be done for nothing. */
    private static final long EXACT_BYTES_MAX = 8 << 20;

    private final Fleet fleet;
    private final Map<String, String> aliases;
    private final RequestMoney charging;
    private final Instant since;

    Offer(Fleet fleet, Map<String, String> aliases, RequestMoney charging, Instant since) {
        this.fleet = fleet;
        this.aliases = aliases;
        this.charging = charging;
        this.since = since;
    }

    /** The model that a name stands for: its own, if it is no alias. */
    String standsFor(String name) {
        return aliases.getOrDefault(name, name);
    }

    /** Somebody answers for a model. Its price is for charging to know. */
    boolean serves(String model) {
        return !fleet.routes(model).isEmpty();
    }

    /** Whoever answers, a stream shows all that is written for it. */
    boolean showsAll(String model) {
        return fleet.routes(model).stream().allMatch(route -> route.upstream().showsAll(model));
    }

    /** A request's way through the upstreams of its model. */
    Search search(String model, Context context) {
        return fleet.search(model, context);
    }

    /** It may be that a request is refused only because its input was bounded and not counted. */
    static boolean countingCanHelp(Admission refused, ModelRequest request) {
        boolean tooMuch =
                switch (refused) {
                    case Admission.InsufficientCredit _,
                            Admission.LimitReached _,
                            Admission.TooLong _ ->
                            true;
                    case Admission.Held _,
                            Admission.Unpriced _,
                            Admission.TierUnpriced _,
                            Admission.Frozen _,
                            Admission.Unavailable _ ->
                            false;
                };
        return tooMuch && request.input().bytes() <= EXACT_BYTES_MAX;
    }

    /**
     * The exact input of a request, at whichever upstream counts the most of it. Never on an event
     * loop.
     */
    long count(ModelRequest request) {
        return fleet.routes(request.model()).stream()
                .map(route -> TokenCounter.of(route.nameThere(), request.model()))
                .distinct()
                .mapToLong(counter -> counter.input(request.input()))
                .max()
                .orElseThrow();
    }

    ObjectNode list() {
        ObjectNode list = Json.object().put("object", "list");
        ArrayNode data = list.putArray("data");
        TreeSet<String> names = new TreeSet<>(fleet.models());
        names.addAll(aliases.keySet());
        names.forEach(name -> one(name).ifPresent(data::add));
        return list;
    }

    Optional<ObjectNode> one(String name) {
        String model = standsFor(name);
        List<Route> routes = fleet.routes(model);
        if (routes.isEmpty() || !charging.isPriced(model)) {
            return Optional.empty();
        }
        return Optional.of(
                Json.object()
                        .put("id", name)
                        .put("object", "model")
                        .put("created", since.getEpochSecond())
                        .put("owned_by", routes.getFirst().upstream().name()));
    }
}
