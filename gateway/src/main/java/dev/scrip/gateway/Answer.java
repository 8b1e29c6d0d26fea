package dev.scrip.gateway;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.buffer.Buffer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An error as the client sees it: OpenAI's envelope and what its SDKs look at.
 *
 * @param headers beside the content type
 */
record Answer(int status, Buffer body, Map<String, String> headers) {

    static final String INVALID_REQUEST = "invalid_request_error";

    static Answer error(
            int status, String type, @Nullable String code, @Nullable String param, String text) {
        return new Answer(status, envelope(type, code, param, text, Map.of()), Map.of());
    }

    static Answer invalid(String message, @Nullable String param, @Nullable String code) {
        return error(400, INVALID_REQUEST, code, param, message);
    }

    /**
     * The envelope.
     *
     * @param extra further members of the error, for programs that can use them
     */
    static Buffer envelope(
            String type,
            @Nullable String code,
            @Nullable String param,
            String message,
            Map<String, String> extra) {
        ObjectNode error =
                Json.object()
                        .put("message", message)
                        .put("type", type)
                        .put("param", param)
                        .put("code", code);
        extra.forEach(error::put);
        return Json.write(Json.object().set("error", error));
    }

    Answer with(String header, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(header, value);
        return new Answer(status, body, more);
    }

    /** Asking again at once gives the same: OpenAI's SDKs retry every 429 and 5xx otherwise. */
    Answer noRetry() {
        return with("x-should-retry", "false");
    }

    Answer retryAfter(long seconds) {
        return with("retry-after", Long.toString(seconds));
    }
}
