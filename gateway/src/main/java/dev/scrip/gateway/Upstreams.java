package dev.scrip.gateway;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the file that names the upstreams; its format: {@code docs/upstreams.md}. */
public final class Upstreams {

    private static final int TOKENS_PER_SECOND = 100;
    private static final int SECONDS_MAX = 3_600;
    private static final Set<String> FIELDS_OF_DEMONSTRATION =
            Set.of("name", "kind", "models", "tokens_per_second");
    private static final Set<String> FIELDS_OF_OPENAI =
            Set.of(
                    "name",
                    "kind",
                    "models",
                    "base_url",
                    "api_key_env",
                    "max_tokens_field",
                    "connect_seconds",
                    "first_byte_seconds",
                    "idle_seconds");

    private final Path file;
    private final Map<String, String> environment;

    private Upstreams(Path file, Map<String, String> environment) {
        this.file = file;
        this.environment = environment;
    }

    /**
     * Reads a file.
     *
     * @param environment where the keys are, by the name that the file gives
     * @throws InvalidUpstreams with one line that names the wrong field
     */
    public static List<Upstream> read(Path file, Map<String, String> environment) {
        return new Upstreams(file, environment).read();
    }

    private List<Upstream> read() {
        JsonNode json;
        try {
            json = Json.read(Files.readAllBytes(file));
        } catch (JacksonException malformed) {
            throw new InvalidUpstreams(file + ": not JSON: " + Json.explain(malformed), malformed);
        } catch (IOException unreadable) {
            throw new InvalidUpstreams(file + ": cannot be read: " + unreadable.getMessage());
        }
        onlyFields("", json, Set.of("upstreams"));
        JsonNode list = json.path("upstreams");
        if (!list.isArray() || list.isEmpty()) {
            throw wrong("upstreams", "must be a list with at least one upstream");
        }
        List<Upstream> upstreams = new ArrayList<>();
        Map<String, String> servedBy = new HashMap<>();
        Set<String> names = new LinkedHashSet<>();
        for (int i = 0; i < list.size(); i++) {
            String at = "upstreams[" + i + "]";
            Upstream upstream = upstream(at, list.get(i));
            if (!names.add(upstream.name())) {
                throw wrong(at + ".name", "'" + upstream.name() + "' is taken by another one");
            }
            for (String model : upstream.models()) {
                String other = servedBy.putIfAbsent(model, upstream.name());
                if (other != null) {
                    throw wrong(at + ".models", "'" + model + "' is served by '" + other + "' too");
                }
            }
            upstreams.add(upstream);
        }
        return List.copyOf(upstreams);
    }

    private Upstream upstream(String at, JsonNode json) {
        if (!json.isObject()) {
            throw wrong(at, "must be an object");
        }
        String kind = text(at + ".kind", json.path("kind"));
        return switch (kind) {
            case "demonstration" -> demonstration(at, json);
            case "openai" -> openai(at, json);
            default ->
                    throw wrong(
                            at + ".kind",
                            "must be 'demonstration' or 'openai', not '" + kind + "'");
        };
    }

    private Upstream.Demonstration demonstration(String at, JsonNode json) {
        onlyFields(at, json, FIELDS_OF_DEMONSTRATION);
        JsonNode given = json.path("models");
        Set<String> models = new LinkedHashSet<>();
        if (given.isMissingNode()) {
            models.addAll(Upstream.Demonstration.MODELS);
        } else if (!given.isArray() || given.isEmpty()) {
            throw wrong(at + ".models", "must be a list of names");
        }
        given.forEach(name -> models.add(text(at + ".models", name)));
        int pace = number(at + ".tokens_per_second", json, TOKENS_PER_SECOND, 0, 1_000_000);
        return new Upstream.Demonstration(
                text(at + ".name", json.path("name")),
                models,
                pace == 0 ? OptionalInt.empty() : OptionalInt.of(pace));
    }

    private Upstream.OpenAiCompatible openai(String at, JsonNode json) {
        onlyFields(at, json, FIELDS_OF_OPENAI);
        return new Upstream.OpenAiCompatible(
                text(at + ".name", json.path("name")),
                address(at + ".base_url", text(at + ".base_url", json.path("base_url"))),
                apiKey(at + ".api_key_env", json.path("api_key_env")),
                names(at + ".models", json.path("models")),
                boundField(at + ".max_tokens_field", json.path("max_tokens_field")),
                new Upstream.Timeouts(
                        seconds(at, json, "connect_seconds", Upstream.Timeouts.DEFAULT.connect()),
                        seconds(
                                at,
                                json,
                                "first_byte_seconds",
                                Upstream.Timeouts.DEFAULT.firstByte()),
                        seconds(at, json, "idle_seconds", Upstream.Timeouts.DEFAULT.idle())));
    }

    private Map<String, String> names(String at, JsonNode given) {
        if (!(given instanceof ObjectNode object) || object.isEmpty()) {
            throw wrong(at, "must map each public model name to its name at the upstream");
        }
        Map<String, String> names = new LinkedHashMap<>();
        object.properties()
                .forEach(
                        each ->
                                names.put(
                                        each.getKey(),
                                        text(at + "." + each.getKey(), each.getValue())));
        return names;
    }

    private @Nullable String apiKey(String at, JsonNode given) {
        if (given.isMissingNode()) {
            return null;
        }
        String variable = text(at, given);
        String key = environment.get(variable);
        if (key == null || key.isBlank()) {
            throw wrong(at, "the environment variable " + variable + " is not set");
        }
        return key.strip();
    }

    private @Nullable String boundField(String at, JsonNode given) {
        if (given.isMissingNode()) {
            return null;
        }
        String field = text(at, given);
        if (!field.equals("max_tokens") && !field.equals("max_completion_tokens")) {
            throw wrong(at, "must be 'max_tokens' or 'max_completion_tokens'");
        }
        return field;
    }

    private URI address(String at, String given) {
        try {
            URI address = new URI(given.replaceFirst("/+$", ""));
            boolean http = "http".equals(address.getScheme());
            if ((http || "https".equals(address.getScheme()))
                    && address.getHost() != null
                    && address.getUserInfo() == null
                    && address.getQuery() == null
                    && address.getFragment() == null) {
                return address;
            }
        } catch (URISyntaxException _) {
            // Said below, as for every other address that is none.
        }
        throw wrong(at, "must be an address like https://api.openai.com/v1, not '" + given + "'");
    }

    private Duration seconds(String at, JsonNode json, String field, Duration otherwise) {
        return Duration.ofSeconds(
                number(at + "." + field, json, (int) otherwise.toSeconds(), 1, SECONDS_MAX));
    }

    private int number(String at, JsonNode json, int otherwise, int min, int max) {
        JsonNode given = json.path(at.substring(at.lastIndexOf('.') + 1));
        if (given.isMissingNode()) {
            return otherwise;
        }
        if (!given.isInt() || given.intValue() < min || given.intValue() > max) {
            throw wrong(at, "must be a whole number from " + min + " to " + max);
        }
        return given.intValue();
    }

    private String text(String at, JsonNode given) {
        if (!given.isTextual() || given.textValue().isBlank()) {
            throw wrong(at, given.isMissingNode() ? "is missing" : "must be a text");
        }
        return given.textValue();
    }

    private void onlyFields(String at, JsonNode json, Set<String> known) {
        json.fieldNames()
                .forEachRemaining(
                        field -> {
                            if (!known.contains(field)) {
                                String path = at.isEmpty() ? field : at + "." + field;
                                throw wrong(path, "is not a known field");
                            }
                        });
    }

    private InvalidUpstreams wrong(String at, String what) {
        return new InvalidUpstreams(file + ": " + at + ": " + what);
    }
}
