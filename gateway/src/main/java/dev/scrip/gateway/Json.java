package dev.scrip.gateway;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** The one JSON reader and writer of the gateway. */
final class Json {

    /** Up to this size reading takes well under a millisecond, so it may be on an event loop. */
    private static final int INLINE_BYTES_MAX = 256 << 10;

    private static final ObjectMapper MAPPER =
            JsonMapper.builder(
                            JsonFactory.builder()
                                    .streamReadConstraints(
                                            StreamReadConstraints.builder()
                                                    // An image may stand in the body as one string.
                                                    .maxStringLength(64 << 20)
                                                    .build())
                                    .build())
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
                    .build();

    /** Reads values out of the midst of something. */
    private static final ObjectReader PARTS =
            MAPPER.readerFor(JsonNode.class)
                    .without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private Json() {}

    static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    static JsonNode read(byte[] bytes) throws IOException {
        return MAPPER.readTree(bytes);
    }

    /** An object, or null if the bytes are none. */
    static @Nullable ObjectNode readObject(Buffer bytes) {
        try {
            return read(bytes.getBytes()) instanceof ObjectNode object ? object : null;
        } catch (IOException notJson) {
            return null;
        }
    }

    /**
     * An object without one of its members that can be very large: the elements of a list are null,
     * and so is a text; null if the bytes are no object.
     */
    static @Nullable ObjectNode readBeside(Buffer bytes, String large) {
        ObjectNode object = object();
        try (JsonParser parser = MAPPER.createParser(bytes.getBytes())) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return null;
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String field = parser.currentName();
                JsonToken value = parser.nextToken();
                if (value == JsonToken.START_ARRAY && field.equals(large)) {
                    ArrayNode list = object.putArray(field);
                    while (parser.nextToken() != JsonToken.END_ARRAY) {
                        parser.skipChildren();
                        list.addNull();
                    }
                } else if (value == JsonToken.VALUE_STRING && field.equals(large)) {
                    object.putNull(field);
                } else {
                    JsonNode other = PARTS.readValue(parser);
                    object.set(field, other);
                }
            }
            return parser.nextToken() == null ? object : null;
        } catch (IOException notJson) {
            return null;
        }
    }

    static Buffer write(JsonNode node) {
        try {
            return Buffer.buffer(MAPPER.writeValueAsBytes(node));
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("a tree that cannot be written", impossible);
        }
    }

    /** What is wrong with a text, for the person who wrote it: what and where, no content. */
    static String explain(IOException failed) {
        if (!(failed instanceof JacksonException json)) {
            return "it cannot be read";
        }
        JsonLocation at = json.getLocation();
        String where =
                at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
        return json.getOriginalMessage() + where;
    }

    /** Does work whose time grows with {@code bytes}: here if that is little, else on a worker. */
    static <T> Future<T> sized(Vertx vertx, long bytes, Callable<T> work) {
        if (bytes > INLINE_BYTES_MAX) {
            return vertx.executeBlocking(work, false);
        }
        try {
            return Future.succeededFuture(work.call());
        } catch (Exception failed) {
            return Future.failedFuture(failed);
        }
    }
}
