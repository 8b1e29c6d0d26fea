package dev.scrip.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An object of the file of upstreams: its fields, and how it is said what is wrong with them.
 *
 * @param path where it stands; empty: it is the whole
 */
record FileFields(Path file, String path, ObjectNode json) {

    private static final int SECONDS_MAX = 3_600;

    static FileFields of(Path file, String path, JsonNode json) {
        if (json instanceof ObjectNode object) {
            return new FileFields(file, path, object);
        }
        throw new InvalidUpstreams(
                path.isEmpty()
                        ? file + ": must be an object"
                        : file + ": " + path + ": must be an object");
    }

    InvalidUpstreams wrong(String field, String what) {
        return new InvalidUpstreams(file + ": " + at(field) + ": " + what);
    }

    private String at(String field) {
        return path.isEmpty() ? field : path + "." + field;
    }

    void only(Set<String> known) {
        json.fieldNames()
                .forEachRemaining(
                        field -> {
                            if (!known.contains(field)) {
                                throw wrong(field, "is not a known field");
                            }
                        });
    }

    boolean has(String field) {
        return json.has(field);
    }

    FileFields object(String field) {
        return of(file, at(field), json.path(field));
    }

    String text(String field) {
        JsonNode given = json.path(field);
        if (!given.isTextual() || given.textValue().isBlank()) {
            throw wrong(field, given.isMissingNode() ? "is missing" : "must be a text");
        }
        return given.textValue();
    }

    @Nullable String textIfAny(String field) {
        return has(field) ? text(field) : null;
    }

    /** One of some words. */
    String word(String field, Set<String> words) {
        String given = text(field);
        if (!words.contains(given)) {
            throw wrong(field, "must be one of " + said(words) + ", not '" + given + "'");
        }
        return given;
    }

    private static String said(Set<String> words) {
        return "'" + String.join("', '", words.stream().sorted().toList()) + "'";
    }

    int number(String field, int otherwise, int min, int max) {
        JsonNode given = json.path(field);
        if (given.isMissingNode()) {
            return otherwise;
        }
        if (!given.isInt() || given.intValue() < min || given.intValue() > max) {
            throw wrong(field, "must be a whole number from " + min + " to " + max);
        }
        return given.intValue();
    }

    Duration seconds(String field, Duration otherwise) {
        return Duration.ofSeconds(number(field, (int) otherwise.toSeconds(), 1, SECONDS_MAX));
    }

    boolean flag(String field, boolean otherwise) {
        JsonNode given = json.path(field);
        if (!given.isMissingNode() && !given.isBoolean()) {
            throw wrong(field, "must be true or false");
        }
        return given.asBoolean(otherwise);
    }

    /** Texts by name, at least one. */
    Map<String, String> texts(String field, String what) {
        if (!(json.path(field) instanceof ObjectNode given) || given.isEmpty()) {
            throw wrong(field, what);
        }
        FileFields each = object(field);
        Map<String, String> texts = new LinkedHashMap<>();
        given.fieldNames().forEachRemaining(name -> texts.put(name, each.text(name)));
        return texts;
    }

    URI address(String field) {
        String given = text(field);
        try {
            URI address = new URI(given.replaceFirst("/+$", ""));
            boolean http = "http".equals(address.getScheme());
            if ((http || "https".equals(address.getScheme()))
                    && address.getHost() != null
                    && address.getUserInfo() == null
                    && address.getQuery() == null
                    && address.getFragment() == null) {
                return address;
            }
        } catch (URISyntaxException _) {
            // Said below, as for every other address that is none.
        }
        throw wrong(
                field, "must be an address like https://api.openai.com/v1, not '" + given + "'");
    }
}
