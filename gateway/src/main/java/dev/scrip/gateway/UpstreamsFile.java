package dev.scrip.gateway;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.scrip.pricing.UpstreamRates;
import dev.scrip.pricing.UpstreamRatesText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the file that names the upstreams; its format: {@code docs/upstreams.md}. */
final class UpstreamsFile {

    private static final int TOKENS_PER_SECOND = 100;
    private static final int COUNT_MAX = 100_000;
    private static final Set<String> FIELDS =
            Set.of("upstreams", "aliases", "tries_max", "tries_seconds");
    private static final Set<String> FIELDS_OF_ALL =
            Set.of(
                    "name",
                    "kind",
                    "models",
                    "priority",
                    "weight",
                    "running_max",
                    "waiting_max",
                    "waiting_seconds",
                    "failures_max");
    private static final Set<String> FIELDS_OF_DEMONSTRATION = Set.of("tokens_per_second");
    private static final Set<String> FIELDS_OF_SERVERS =
            Set.of(
                    "base_url",
                    "costs",
                    "api_key_env",
                    "max_tokens_field",
                    "usage_dialect",
                    "continuous_usage",
                    "stream_windows",
                    "connect_seconds",
                    "first_byte_seconds",
                    "idle_seconds");
    private static final String DEMONSTRATION = "demonstration";

    private final Path file;
    private final Map<String, String> environment;

    UpstreamsFile(Path file, Map<String, String> environment) {
        this.file = file;
        this.environment = environment;
    }

    Upstreams read() {
        FileFields whole = FileFields.of(file, "", json());
        whole.only(FIELDS);
        List<Upstream> upstreams = upstreams(whole);
        Upstreams.Tries usual = Upstreams.Tries.DEFAULT;
        return new Upstreams(
                upstreams,
                aliases(whole, upstreams),
                new Upstreams.Tries(
                        whole.number("tries_max", usual.max(), 1, 100),
                        whole.seconds("tries_seconds", usual.time())));
    }

    private JsonNode json() {
        try {
            return Json.read(Files.readAllBytes(file));
        } catch (JacksonException malformed) {
            throw new InvalidUpstreams(file + ": not JSON: " + Json.explain(malformed), malformed);
        } catch (IOException unreadable) {
            throw new InvalidUpstreams(file + ": cannot be read: " + unreadable.getMessage());
        }
    }

    private List<Upstream> upstreams(FileFields whole) {
        JsonNode list = whole.json().path("upstreams");
        if (!list.isArray() || list.isEmpty()) {
            throw whole.wrong("upstreams", "must be a list with at least one upstream");
        }
        List<Upstream> upstreams = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (int i = 0; i < list.size(); i++) {
            FileFields fields = FileFields.of(file, "upstreams[" + i + "]", list.get(i));
            Upstream upstream = upstream(fields);
            if (!names.add(upstream.name())) {
                throw fields.wrong("name", "'" + upstream.name() + "' is taken by another one");
            }
            upstreams.add(upstream);
        }
        return upstreams;
    }

    private static Map<String, String> aliases(FileFields whole, List<Upstream> upstreams) {
        if (!whole.has("aliases")) {
            return Map.of();
        }
        Set<String> models = new HashSet<>();
        upstreams.forEach(upstream -> models.addAll(upstream.models()));
        Map<String, String> aliases =
                whole.texts("aliases", "must map each further name to the name of a model");
        FileFields each = whole.object("aliases");
        aliases.forEach(
                (alias, model) -> {
                    if (models.contains(alias)) {
                        throw each.wrong(alias, "is the name of a model");
                    }
                    if (!models.contains(model)) {
                        throw each.wrong(alias, "no upstream serves '" + model + "'");
                    }
                });
        return aliases;
    }

    private Upstream upstream(FileFields fields) {
        Set<String> kinds = new HashSet<>(Preset.kinds());
        kinds.add(DEMONSTRATION);
        Preset preset = Preset.of(fields.word("kind", kinds));
        Set<String> known = new HashSet<>(FIELDS_OF_ALL);
        known.addAll(preset == null ? FIELDS_OF_DEMONSTRATION : FIELDS_OF_SERVERS);
        if (preset == Preset.AZURE) {
            known.add("api_version");
        }
        fields.only(known);
        return preset == null ? demonstration(fields) : server(fields, preset);
    }

    private Upstream demonstration(FileFields fields) {
        int pace = fields.number("tokens_per_second", TOKENS_PER_SECOND, 0, 1_000_000);
        return new Upstream.Demonstration(
                fields.text("name"),
                demonstrated(fields),
                pace == 0 ? OptionalInt.empty() : OptionalInt.of(pace),
                policy(fields));
    }

    private static Set<String> demonstrated(FileFields fields) {
        JsonNode given = fields.json().path("models");
        if (given.isMissingNode()) {
            return Upstream.Demonstration.MODELS;
        }
        Set<String> models = new LinkedHashSet<>();
        given.forEach(name -> models.add(name.asText()));
        boolean names = given.isArray() && !given.isEmpty();
        for (JsonNode name : given) {
            names &= name.isTextual() && !name.textValue().isBlank();
        }
        if (!names) {
            throw fields.wrong("models", "must be a list of names");
        }
        return models;
    }

    private Upstream server(FileFields fields, Preset preset) {
        Upstream.Timeouts usual = Upstream.Timeouts.DEFAULT;
        Upstream.Server server =
                new Upstream.Server(
                        fields.address("base_url"), apiKey(fields), preset.manner(fields));
        Map<String, String> names =
                fields.texts(
                        "models", "must map each public model name to its name at the upstream");
        return new Upstream.OpenAiCompatible(
                fields.text("name"),
                server,
                names,
                costs(fields, names.keySet()),
                policy(fields),
                new Upstream.Timeouts(
                        fields.seconds("connect_seconds", usual.connect()),
                        fields.seconds("first_byte_seconds", usual.firstByte()),
                        fields.seconds("idle_seconds", usual.idle())));
    }

    private static Map<String, UpstreamRates> costs(FileFields fields, Set<String> models) {
        if (!fields.has("costs")) {
            return Map.of();
        }
        FileFields given = fields.object("costs");
        given.only(models);
        Map<String, UpstreamRates> costs = new HashMap<>();
        for (Map.Entry<String, JsonNode> each : given.json().properties()) {
            try {
                costs.put(each.getKey(), UpstreamRatesText.read(each.getValue()));
            } catch (IllegalArgumentException wrong) {
                throw given.wrong(each.getKey(), String.valueOf(wrong.getMessage()));
            }
        }
        return costs;
    }

    private @Nullable String apiKey(FileFields fields) {
        String variable = fields.textIfAny("api_key_env");
        if (variable == null) {
            return null;
        }
        String key = environment.get(variable);
        if (key == null || key.isBlank()) {
            throw fields.wrong(
                    "api_key_env", "the environment variable " + variable + " is not set");
        }
        return key.strip();
    }

    private static Upstream.Policy policy(FileFields fields) {
        Upstream.Policy usual = Upstream.Policy.DEFAULT;
        return new Upstream.Policy(
                fields.number("priority", usual.priority(), 0, 1_000),
                fields.number("weight", usual.weight(), 1, 1_000),
                fields.number("running_max", usual.runningMax(), 1, COUNT_MAX),
                fields.number("waiting_max", usual.waitingMax(), 0, COUNT_MAX),
                fields.seconds("waiting_seconds", usual.waiting()),
                fields.number("failures_max", usual.failuresMax(), 0, COUNT_MAX));
    }
}
