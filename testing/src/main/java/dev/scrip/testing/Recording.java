package dev.scrip.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** A recorded call to a real server: the first interaction of a file in go-vcr's format. */
public record Recording(
        String name, String requestBody, int status, String contentType, String responseBody) {

    public static Recording read(Path file) {
        Yaml yaml = new Yaml(new SafeConstructor(new LoaderOptions()));
        try {
            Map<?, ?> cassette = yaml.load(Files.readString(file));
            Map<?, ?> interaction = (Map<?, ?>) ((List<?>) at(cassette, "interactions")).getFirst();
            Map<?, ?> response = (Map<?, ?>) at(interaction, "response");
            Map<?, ?> headers = (Map<?, ?>) at(response, "headers");
            return new Recording(
                    file.getFileName().toString().replace(".yaml", ""),
                    at((Map<?, ?>) at(interaction, "request"), "body").toString(),
                    (Integer) at(response, "code"),
                    ((List<?>) at(headers, "Content-Type")).getFirst().toString(),
                    at(response, "body").toString());
        } catch (IOException failed) {
            throw new IllegalStateException("unreadable recording " + file, failed);
        }
    }

    private static Object at(Map<?, ?> map, String key) {
        Object value = map.get(key);
        if (value == null) {
            throw new IllegalArgumentException("a recording without " + key);
        }
        return value;
    }

    public boolean isStream() {
        return contentType.startsWith("text/event-stream");
    }

    @Override
    public String toString() {
        return name;
    }
}
