package dev.scrip.testing;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/**
 * Data for tests that is not part of the repository: {@code shared/data} in a folder above the
 * project's. A test that needs it skips itself, saying so, where it is missing.
 */
public final class SharedData {

    private SharedData() {}

    /** A file or folder of it, for example {@code recordings}; skips the test without it. */
    public static Path require(String name) {
        Path folder = Path.of("").toAbsolutePath();
        while (folder != null) {
            Path found = folder.resolve("shared").resolve("data").resolve(name);
            if (Files.exists(found)) {
                return found;
            }
            folder = folder.getParent();
        }
        Assumptions.abort("skipped: no shared/data/" + name + " in any folder above the project");
        throw new IllegalStateException("unreachable: the test was skipped");
    }
}
