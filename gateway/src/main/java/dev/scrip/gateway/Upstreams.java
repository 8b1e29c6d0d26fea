package dev.scrip.gateway;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Reads the file that names the upstreams; its format: {@code docs/upstreams.md}. */
public final class Upstreams {

    private Upstreams() {}

    /** What an installation has without a file: the demonstration model. */
    public static List<Upstream> builtIn() {
        throw new UnsupportedOperationException("gateway: to be written");
    }

    /**
     * Reads a file.
     *
     * @param environment where the keys are, by the name that the file gives
     * @throws dev.scrip.postgres.StartFailure with one line that names the wrong field
     */
    public static List<Upstream> read(Path file, Map<String, String> environment) {
        throw new UnsupportedOperationException("gateway: to be written");
    }
}
