package dev.scrip.gateway;

import dev.scrip.pricing.UpstreamRates;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Where the answers of some models come from. Every one of them is behind the same gate. */
public sealed interface Upstream {

    /** Names it in usage records and logs; unique in an installation. */
    String name();

    /** The public names of the models that it answers for. */
    Set<String> models();

    /** How it stands among the others that answer for the same models. */
    Policy policy();

    /** How long it may keep us waiting. */
    Timeouts timeouts();

    /** The name by which it knows a model. */
    String nameOf(String model);

    /** What it asks of the operator for a model; null: not known. */
    @Nullable UpstreamRates costOf(String model);

    /**
     * A stream of a model shows all that the model writes, so that its hold may grow with it; else
     * all that it may cost must be held from the beginning.
     */
    boolean showsAll(String model);

    /**
     * The built-in model, which answers by itself, in this process.
     *
     * @param tokensPerSecond the pace of its streams; empty: as fast as they are read
     */
    record Demonstration(
            String name, Set<String> models, OptionalInt tokensPerSecond, Policy policy)
            implements Upstream {

        /** The models it offers when nothing else is said. */
        public static final Set<String> MODELS =
                Set.of(
                        "scrip-demo",
                        "scrip-demo-large",
                        "scrip-demo-embedding",
                        "scrip-demo-moderation",
                        "scrip-demo-image",
                        "scrip-demo-speech",
                        "scrip-demo-transcribe");

        public Demonstration {
            models = Set.copyOf(models);
            if (tokensPerSecond.isPresent() && tokensPerSecond.getAsInt() < 1) {
                throw new IllegalArgumentException("not a pace: " + tokensPerSecond);
            }
        }

        /** With {@link Policy#DEFAULT}. */
        public Demonstration(String name, Set<String> models, OptionalInt tokensPerSecond) {
            this(name, models, tokensPerSecond, Policy.DEFAULT);
        }

        @Override
        public Timeouts timeouts() {
            return Timeouts.DEFAULT;
        }

        @Override
        public String nameOf(String model) {
            return model;
        }

        @Override
        public @Nullable UpstreamRates costOf(String model) {
            return null;
        }

        @Override
        public boolean showsAll(String model) {
            return true;
        }
    }

    /**
     * Any server that speaks OpenAI's API.
     *
     * @param names public model name → the name that the server knows it by
     * @param costs public model name → what it asks of the operator, where that is known
     */
    record OpenAiCompatible(
            String name,
            Server server,
            Map<String, String> names,
            Map<String, UpstreamRates> costs,
            Policy policy,
            Timeouts timeouts)
            implements Upstream {

        public OpenAiCompatible {
            names = Map.copyOf(names);
            costs = Map.copyOf(costs);
        }

        @Override
        public Set<String> models() {
            return names.keySet();
        }

        @Override
        public String nameOf(String model) {
            return names.getOrDefault(model, model);
        }

        @Override
        public @Nullable UpstreamRates costOf(String model) {
            return costs.get(model);
        }

        @Override
        public boolean showsAll(String model) {
            return server.manner().windows().include(nameOf(model));
        }
    }

    /**
     * A server, and how it is spoken to.
     *
     * @param baseUrl without a slash at the end: {@code https://api.openai.com/v1}
     * @param apiKey null: it asks for none
     */
    record Server(URI baseUrl, @Nullable String apiKey, Manner manner) {

        /** Where a call goes. */
        URI url(String path, String modelThere) {
            String version = manner.apiVersion();
            return URI.create(
                    baseUrl
                            + manner.addressing().prefix(path, modelThere)
                            + path
                            + (version == null ? "" : "?api-version=" + version));
        }

        @Override
        public String toString() {
            return "Server[" + baseUrl + "]"; // never the key
        }
    }

    /** Where the endpoints of a kind of server are, and which header has its key. */
    enum Addressing {
        /** Under the base URL. */
        OPENAI,
        /** Under {@code /openai/v1}. */
        AZURE,
        /** Under the deployment of the model, with the version in the query. */
        AZURE_DATED;

        private String prefix(String path, String modelThere) {
            return switch (this) {
                case OPENAI -> "";
                case AZURE -> "/openai/v1";
                case AZURE_DATED ->
                        path.startsWith("/responses")
                                ? "/openai"
                                : "/openai/deployments/" + segment(modelThere);
            };
        }

        private static String segment(String name) {
            return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
        }

        boolean keyIsBearer() {
            return this == OPENAI;
        }
    }

    /**
     * What a kind of server does its own way.
     *
     * @param apiVersion of {@link Addressing#AZURE_DATED}; null: of every other
     * @param outputBoundField the only field for the output bound that it knows; null: the one that
     *     the client used, else {@code max_completion_tokens}
     * @param usageDialect how it tells the usage of chats and completions
     * @param continuousUsage it can tell the usage so far with every event of a stream
     * @param windows which streams show all that is written for them
     */
    record Manner(
            Addressing addressing,
            @Nullable String apiVersion,
            @Nullable String outputBoundField,
            String usageDialect,
            boolean continuousUsage,
            Windows windows) {

        /** OpenAI's own. */
        public static final Manner OPENAI =
                new Manner(
                        Addressing.OPENAI,
                        null,
                        null,
                        UsageDialect.OPENAI_CHAT.name(),
                        false,
                        Windows.BY_MODEL);
    }

    /** Which streams hold a window of their output first, and grow. */
    enum Windows {
        ALWAYS,
        NEVER,
        /** Those of models that are known not to reason in secret. */
        BY_MODEL;

        private static final Pattern OPEN =
                Pattern.compile("(chatgpt-4o|gpt-4o|gpt-4\\.1|gpt-4|gpt-3\\.5)(?!.*search).*");

        boolean include(String modelThere) {
            return switch (this) {
                case ALWAYS -> true;
                case NEVER -> false;
                case BY_MODEL -> OPEN.matcher(modelThere).matches();
            };
        }
    }

    /**
     * How an upstream stands among others, and what it can bear. The counts are of this process.
     *
     * @param priority those with the lowest are asked first
     * @param weight how often it is asked, compared with others of the same priority
     * @param runningMax requests at once
     * @param waitingMax requests that wait for one of those to end
     * @param waiting how long one waits at most
     * @param failuresMax failures in ten seconds, at least half of all answers, after which it is
     *     not asked for a while; 0: it always is
     */
    record Policy(
            int priority,
            int weight,
            int runningMax,
            int waitingMax,
            Duration waiting,
            int failuresMax) {

        public static final Policy DEFAULT =
                new Policy(0, 1, Integer.MAX_VALUE, 100, Duration.ofSeconds(10), 5);

        public Policy {
            if (weight < 1 || runningMax < 1 || waitingMax < 0 || failuresMax < 0) {
                throw new IllegalArgumentException("not a policy");
            }
        }
    }

    /**
     * How long an upstream may keep us waiting.
     *
     * @param connect for the connection
     * @param firstByte for the head of the answer, from the request on
     * @param idle between two pieces of the answer
     */
    record Timeouts(Duration connect, Duration firstByte, Duration idle) {

        public static final Timeouts DEFAULT =
                new Timeouts(Duration.ofSeconds(5), Duration.ofSeconds(60), Duration.ofSeconds(60));

        public Timeouts {
            if (!connect.isPositive() || !firstByte.isPositive() || !idle.isPositive()) {
                throw new IllegalArgumentException("a timeout must be positive");
            }
        }
    }
}
