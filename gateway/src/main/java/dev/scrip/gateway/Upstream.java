package dev.scrip.gateway;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Where the answers of some models come from. Every one of them is behind the same gate. */
public sealed interface Upstream {

    /** Names it in usage records and logs; unique in an installation. */
    String name();

    /** The public names of the models that it answers for. */
    Set<String> models();

    /**
     * The built-in model, which answers by itself, in this process.
     *
     * @param tokensPerSecond the pace of its streams; empty: as fast as they are read
     */
    record Demonstration(String name, Set<String> models, OptionalInt tokensPerSecond)
            implements Upstream {

        /** The models it offers when nothing else is said. */
        public static final Set<String> MODELS =
                Set.of(
                        "scrip-demo",
                        "scrip-demo-large",
                        "scrip-demo-embedding",
                        "scrip-demo-moderation");

        public Demonstration {
            models = Set.copyOf(models);
            if (tokensPerSecond.isPresent() && tokensPerSecond.getAsInt() < 1) {
                throw new IllegalArgumentException("not a pace: " + tokensPerSecond);
            }
        }
    }

    /**
     * Any server that speaks OpenAI's API.
     *
     * @param baseUrl with the version, without a slash at the end: {@code
     *     https://api.openai.com/v1}
     * @param apiKey sent as bearer; null: the server asks for none
     * @param names public model name → the name that the server knows it by
     * @param outputBoundField the only field for the output bound that the server knows; null: the
     *     one that the client used, else {@code max_completion_tokens}
     */
    record OpenAiCompatible(
            String name,
            URI baseUrl,
            @Nullable String apiKey,
            Map<String, String> names,
            @Nullable String outputBoundField,
            Timeouts timeouts)
            implements Upstream {

        public OpenAiCompatible {
            names = Map.copyOf(names);
        }

        @Override
        public Set<String> models() {
            return names.keySet();
        }

        @Override
        public String toString() {
            return "OpenAiCompatible[" + name + "]"; // never the key
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
