package dev.scrip.management;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.scrip.ledger.OperationKey;
import dev.scrip.postgres.Ids;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One call as it came.
 *
 * @param asked method and path: part of what an idempotency key stands for
 * @param path the parameters in the path
 * @param query those behind the question mark
 * @param idempotencyKey null: the header is missing
 * @param keyId of the operator's key whose call it is, or of the API key
 */
record ApiCall(
        String asked,
        Map<String, String> path,
        Map<String, String> query,
        @Nullable String idempotencyKey,
        ObjectNode body,
        long keyId) {

    /**
     * What is answered.
     *
     * @param replayed it was done before, and this is what was answered then
     */
    record Answer(int status, JsonNode body, boolean replayed) {
        static Answer ok(JsonNode body) {
            return new Answer(200, body, false);
        }

        /** All there is. */
        static Answer list(List<? extends JsonNode> data) {
            return ok(listed(data));
        }

        /** What there is from some row on; a full page may have another behind it. */
        static Answer page(List<? extends JsonNode> data, int rowsMax) {
            return ok(listed(data).put("has_more", data.size() == rowsMax));
        }

        private static ObjectNode listed(List<? extends JsonNode> data) {
            ObjectNode list = Json.object().put("object", "list");
            list.putArray("data").addAll(data);
            return list;
        }
    }

    /** Answers calls of one route; may wait for the database. */
    interface Handler {
        Answer answer(ApiCall call);
    }

    Fields fields() {
        return new Fields(body, "");
    }

    /** The id of a thing in the path; what is no id names nothing. */
    long id(String parameter, String prefix, String what) {
        return Ids.parse(prefix, path.getOrDefault(parameter, ""))
                .orElseThrow(() -> ApiFault.notFound(what, null));
    }

    /** The key under which this is done once. */
    OperationKey key() {
        String key = idempotencyKey;
        if (key == null || key.isBlank()) {
            throw new ApiFault(
                    400,
                    "missing_idempotency_key",
                    "The header Idempotency-Key is missing: it is what makes a repeated call harmless.",
                    null);
        }
        return operationKey(key, "Idempotency-Key", asked, body);
    }

    static OperationKey operationKey(String key, String name, String asked, JsonNode body) {
        if (key.length() > OperationKey.LENGTH_MAX
                || key.codePoints().anyMatch(Character::isISOControl)) {
            throw ApiFault.wrongValue(
                    name, "one line of at most " + OperationKey.LENGTH_MAX + " characters");
        }
        return new OperationKey(key, Json.hash(asked, body));
    }

    Optional<Long> before(String prefix) {
        return Optional.ofNullable(query.get("before"))
                .map(
                        printed ->
                                Ids.parse(prefix, printed)
                                        .orElseThrow(
                                                () ->
                                                        ApiFault.wrongValue(
                                                                "before",
                                                                "an id of the page before")));
    }
}
