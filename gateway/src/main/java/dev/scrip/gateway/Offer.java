package dev.scrip.gateway;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.scrip.charging.Charging;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Which models there are: those that have an upstream and a price. */
final class Offer {

    private final Charging charging;
    private final Instant since;
    private final Map<String, Upstream> byModel = new TreeMap<>();

    Offer(List<Upstream> upstreams, Charging charging, Instant since) {
        this.charging = charging;
        this.since = since;
        for (Upstream upstream : upstreams) {
            for (String model : upstream.models()) {
                if (byModel.putIfAbsent(model, upstream) != null) {
                    throw new IllegalArgumentException("two upstreams for model " + model);
                }
            }
        }
    }

    /** Who answers for a model; null: nobody. Its price is for charging to know. */
    @Nullable Upstream upstream(String model) {
        return byModel.get(model);
    }

    /** A model's name at its upstream. */
    static String nameAt(Upstream upstream, String model) {
        return switch (upstream) {
            case Upstream.Demonstration _ -> model;
            case Upstream.OpenAiCompatible remote -> remote.names().getOrDefault(model, model);
        };
    }

    ObjectNode list() {
        ObjectNode list = Json.object().put("object", "list");
        ArrayNode data = list.putArray("data");
        byModel.keySet().forEach(model -> one(model).ifPresent(data::add));
        return list;
    }

    Optional<ObjectNode> one(String model) {
        Upstream upstream = byModel.get(model);
        if (upstream == null || !charging.isPriced(model)) {
            return Optional.empty();
        }
        return Optional.of(
                Json.object()
                        .put("id", model)
                        .put("object", "model")
                        .put("created", since.getEpochSecond())
                        .put("owned_by", upstream.name()));
    }
}
