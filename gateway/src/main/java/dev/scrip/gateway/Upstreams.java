package dev.scrip.gateway;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * All upstreams of an installation.
 *
 * @param aliases public name → the public name of the model that it stands for
 * @param tries how often a request is sent
 */
public record Upstreams(List<Upstream> all, Map<String, String> aliases, Tries tries) {

    public Upstreams {
        all = List.copyOf(all);
        aliases = Map.copyOf(aliases);
    }

    /** Upstreams without aliases, with {@link Tries#DEFAULT}. */
    public Upstreams(List<Upstream> all) {
        this(all, Map.of(), Tries.DEFAULT);
    }

    /**
     * How often one request is sent, each time to another upstream, while nothing of an answer has
     * gone to the client.
     *
     * @param max in all
     * @param time after which it is not sent again
     */
    public record Tries(int max, Duration time) {

        public static final Tries DEFAULT = new Tries(3, Duration.ofMinutes(2));

        public Tries {
            if (max < 1 || !time.isPositive()) {
                throw new IllegalArgumentException("a request must be sent once");
            }
        }
    }

    /**
     * Reads the file that names them; its format: {@code docs/upstreams.md}.
     *
     * @param environment where the keys are, by the name that the file gives
     * @throws InvalidUpstreams with one line that names the wrong field
     */
    public static Upstreams read(Path file, Map<String, String> environment) {
        return new UpstreamsFile(file, environment).read();
    }
}
