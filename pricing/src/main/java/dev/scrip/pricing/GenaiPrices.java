package dev.scrip.pricing;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A price catalogue in the format of pydantic/genai-prices, read exactly or not at all: providers
 * with models, each with prices in dollars per million tokens that may depend on a date and on the
 * length of the input.
 *
 * <p>A model is known by its id and by the names that its {@code match} rule gives word for word;
 * rules for parts of names are left out, because they would price names nobody has looked at.
 *
 * @param models of each name one: that of the first provider that has it
 * @param skipped one line for each model that cannot be priced exactly, with the reason
 */
record GenaiPrices(List<GenaiModel> models, List<String> skipped) {

    /** Makers of models, then hosts of open ones. Resellers of everything are left to be named. */
    static final List<String> PROVIDERS =
            List.of(
                    "openai",
                    "anthropic",
                    "google",
                    "mistral",
                    "deepseek",
                    "x-ai",
                    "cohere",
                    "moonshotai",
                    "zhipuai",
                    "minimax",
                    "perplexity",
                    "groq",
                    "cerebras",
                    "together",
                    "fireworks");

    static GenaiPrices read(Path file, List<String> providers) {
        Map<String, JsonNode> byId = new LinkedHashMap<>();
        for (JsonNode provider : parse(file)) {
            byId.put(provider.path("id").asText(), provider);
        }
        Reading reading = new Reading();
        for (String id : new LinkedHashSet<>(providers)) {
            JsonNode provider = byId.get(id);
            if (provider == null || !provider.path("models").isArray()) {
                throw new IllegalArgumentException(file + " has no provider \"" + id + "\"");
            }
            reading.provider(id, provider.path("models"));
        }
        return new GenaiPrices(List.copyOf(reading.models.values()), reading.skipped);
    }

    private static JsonNode parse(Path file) {
        JsonMapper json =
                JsonMapper.builder()
                        .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                        .build();
        try {
            JsonNode catalogue = json.readTree(file.toFile());
            if (!catalogue.isArray()) {
                throw new IllegalArgumentException(file + " is no list of providers");
            }
            return catalogue;
        } catch (IOException unreadable) {
            throw new UncheckedIOException(file + " cannot be read", unreadable);
        }
    }

    /** The models found so far. */
    private static final class Reading {

        private final Map<String, GenaiModel> models = new LinkedHashMap<>();
        private final List<String> skipped = new ArrayList<>();

        void provider(String provider, JsonNode nodes) {
            Set<String> ids = new HashSet<>();
            nodes.forEach(node -> ids.add(node.path("id").asText()));
            for (JsonNode node : nodes) {
                String id = node.path("id").asText();
                try {
                    GenaiModel model = GenaiModel.read(provider, node);
                    keep(model);
                    for (String name : model.otherNames()) {
                        if (!ids.contains(name)) {
                            models.putIfAbsent(name, model.named(name));
                        }
                    }
                } catch (GenaiModel.NotExpressible why) {
                    skipped.add(provider + "/" + id + ": " + why.getMessage());
                }
            }
        }

        private void keep(GenaiModel model) {
            GenaiModel first = models.putIfAbsent(model.model(), model);
            if (first != null) {
                skipped.add(
                        "%s/%s: taken from %s"
                                .formatted(model.provider(), model.model(), first.provider()));
            }
        }
    }
}
