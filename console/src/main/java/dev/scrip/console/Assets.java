package dev.scrip.console;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.zip.CRC32;

/** Our own style sheet and scripts. Their addresses change with them, so browsers may keep them. */
final class Assets {

    private static final List<String> FILES =
            List.of(
                    "scrip.css",
                    "money.css",
                    "scrip.js",
                    "money.js",
                    "usage.js",
                    "theme.js",
                    "icons.svg");

    /** Changes when one of the files does. */
    static final String VERSION = version();

    private Assets() {}

    private static String version() {
        CRC32 sum = new CRC32();
        for (String name : FILES) {
            try (InputStream file =
                    Assets.class.getResourceAsStream("/META-INF/resources/assets/" + name)) {
                if (file == null) {
                    throw new IllegalStateException("no asset " + name);
                }
                sum.update(file.readAllBytes());
            } catch (IOException unreadable) {
                throw new UncheckedIOException(unreadable);
            }
        }
        return Long.toHexString(sum.getValue());
    }
}
