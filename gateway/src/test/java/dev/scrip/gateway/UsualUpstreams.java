package dev.scrip.gateway;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The upstreams of a {@link World}: the demonstration model, and the fake one under many names. */
final class UsualUpstreams {

    private UsualUpstreams() {}

    /** All of them, by the base URL of the fake one. */
    static Upstreams at(URI fake) {
        Upstream.Timeouts hurried =
                new Upstream.Timeouts(
                        Duration.ofSeconds(5), Duration.ofMillis(400), Duration.ofMillis(400));
        return new Upstreams(
                List.of(
                        new Upstream.Demonstration(
                                "demo",
                                Set.of(
                                        "scrip-demo",
                                        "free-moderation",
                                        "scrip-demo-image",
                                        "scrip-demo-speech",
                                        "scrip-demo-transcribe"),
                                OptionalInt.empty()),
                        remote(
                                "fake",
                                fake,
                                Map.of(
                                        World.MODEL,
                                        World.MODEL,
                                        "vectors",
                                        "vectors",
                                        World.TEN_CENTS,
                                        "cheap-model",
                                        "gpt-4.1-nano-wrong",
                                        "gpt-4.1-nano-wrong",
                                        World.UNPRICED,
                                        "x"),
                                Upstream.Timeouts.DEFAULT),
                        remote(
                                "studio",
                                fake,
                                MediaCalls.MODELS.stream()
                                        .collect(
                                                Collectors.toMap(
                                                        Function.identity(), name -> name)),
                                Upstream.Timeouts.DEFAULT),
                        remote("hurried", fake, Map.of(World.HURRIED, "gpt-5-nano"), hurried),
                        remote(
                                "nowhere",
                                URI.create("http://127.0.0.1:1/v1"),
                                Map.of(World.UNREACHABLE, "x"),
                                Upstream.Timeouts.DEFAULT)));
    }

    private static Upstream remote(
            String name, URI address, Map<String, String> names, Upstream.Timeouts timeouts) {
        return new Upstream.OpenAiCompatible(
                name,
                new Upstream.Server(address, World.UPSTREAM_KEY, Upstream.Manner.OPENAI),
                names,
                Map.of(),
                World.ALWAYS_ASKED,
                timeouts);
    }
}
