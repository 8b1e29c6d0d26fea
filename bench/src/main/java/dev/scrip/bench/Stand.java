package dev.scrip.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** What measurements of the gateway begin with: an upstream, and the program in front of it. */
final class Stand implements AutoCloseable {

    private final Program upstream;
    private final Program scrip;
    private final Path upstreamsFile;
    private final Target direct;
    private final Target governed;

    Stand(Path folder) throws IOException {
        upstream = Program.java(FastUpstream.class);
        String _ = upstream.awaitOutput("(ready)");
        upstreamsFile = folder.resolve("upstreams.json");
        Files.writeString(
                upstreamsFile,
                """
                {"upstreams":[{"name":"fast","kind":"openai","base_url":"http://127.0.0.1:%s/v1",
                  "models":%s}]}"""
                        .formatted(upstream.port(), Shape.models()));
        scrip =
                Program.scrip(
                        folder.resolve("data"),
                        Map.of(
                                "SCRIP_UPSTREAMS",
                                upstreamsFile.toString(),
                                "SCRIP_TRIAL_AMOUNT",
                                "100000"));
        String key = scrip.awaitOutput("Bearer (sk-scrip-\\w+)");
        scrip.awaitAnswer(key, Shape.ANSWER.model());
        direct = new Target("straight to the upstream", upstream.url(), key, true);
        governed = new Target("governed", scrip.url(), key, false);
    }

    Program scrip() {
        return scrip;
    }

    Path upstreamsFile() {
        return upstreamsFile;
    }

    int upstreamPort() {
        return upstream.port();
    }

    Target direct() {
        return direct;
    }

    /** With everything on: key, limits, wallet, and a charge that is durable. */
    Target governed() {
        return governed;
    }

    @Override
    public void close() {
        scrip.close();
        upstream.close();
    }
}
