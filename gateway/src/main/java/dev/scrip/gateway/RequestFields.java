package dev.scrip.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.scrip.pricing.Ask;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The fields of a request's body, and how it is said what is wrong with them. */
record RequestFields(ObjectNode json, @Nullable Form form, UnaryOperator<String> aliases) {

    private static final int END_USER_CHARS_MAX = 512;

    /**
     * Fields by which this or that server does more than a model costs: searches, other models,
     * templates that make a long input of a short one, inputs that are neither text nor tokens.
     */
    private static final List<String> COST_APART =
            List.of(
                    "web_search_options",
                    "search_parameters",
                    "plugins",
                    "models",
                    "fallbacks",
                    "chat_template",
                    "prompt_embeds");

    /**
     * Reads a body.
     *
     * @param aliases which model a name stands for
     */
    static RequestFields of(byte[] body, UnaryOperator<String> aliases) throws InvalidRequest {
        try {
            if (Json.read(body) instanceof ObjectNode json) {
                return new RequestFields(json, null, aliases);
            }
        } catch (IOException malformed) {
            String message = "The request body is not valid JSON: " + Json.explain(malformed) + ".";
            throw new InvalidRequest(message, null, null);
        }
        throw new InvalidRequest("The request body must be a JSON object.", null, null);
    }

    static RequestFields of(Form form, UnaryOperator<String> aliases) {
        return new RequestFields(form.json(), form, aliases);
    }

    /** A text that must be there and not be empty. */
    String text(String field) throws InvalidRequest {
        JsonNode value = json.path(field);
        if (!value.isTextual() || value.textValue().isEmpty()) {
            throw new InvalidRequest(
                    "Missing required parameter: '" + field + "', a text.",
                    field,
                    value.isMissingNode() ? "missing_required_parameter" : "invalid_type");
        }
        return value.textValue();
    }

    /** One of some words; absent is the first of them. */
    String word(String field, List<String> words) throws InvalidRequest {
        JsonNode value = json.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return words.getFirst();
        }
        if (!words.contains(value.asText())) {
            throw new InvalidRequest(
                    "Invalid '%s': expected one of %s.".formatted(field, String.join(", ", words)),
                    field,
                    "invalid_value");
        }
        return value.textValue();
    }

    /** The public name of the model that is asked for, no alias of it. */
    String model() throws InvalidRequest {
        JsonNode model = json.path("model");
        if (!model.isTextual() || model.textValue().isBlank()) {
            throw new InvalidRequest("You must provide a model parameter.", "model", null);
        }
        return aliases.apply(model.textValue());
    }

    boolean flag(String field) throws InvalidRequest {
        return flag(field, json.path(field));
    }

    /** A flag within {@code field}; absent is false. */
    static boolean flag(String field, JsonNode value) throws InvalidRequest {
        if (value.isMissingNode() || value.isNull()) {
            return false;
        }
        if (!value.isBoolean()) {
            throw new InvalidRequest(
                    "Invalid type for '" + field + "': expected a boolean.", field, "invalid_type");
        }
        return value.booleanValue();
    }

    /** {@code stream_options} that make the upstream tell its usage. */
    static ObjectNode usageAsked(ObjectNode json, Spelling spelling) {
        ObjectNode options =
                json.path("stream_options") instanceof ObjectNode given
                        ? given.deepCopy()
                        : Json.object();
        if (spelling.continuousUsage()) {
            options.put("continuous_usage_stats", true);
        }
        return options.put("include_usage", true);
    }

    OptionalLong number(String field, long min, long max) throws InvalidRequest {
        JsonNode value = json.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return OptionalLong.empty();
        }
        if (!value.isIntegralNumber()
                || !value.canConvertToLong()
                || value.longValue() < min
                || value.longValue() > max) {
            throw new InvalidRequest(
                    "Invalid '%s': expected a whole number from %d to %d."
                            .formatted(field, min, max),
                    field,
                    "invalid_value");
        }
        return OptionalLong.of(value.longValue());
    }

    /** {@code usage: {"include": true}}, as OpenRouter has it: a wish to us. */
    boolean costWanted() throws InvalidRequest {
        return flag("usage", json.path("usage").path("include"));
    }

    /** Whom the client names as its own user. */
    @Nullable String endUser() {
        for (String field : new String[] {"safety_identifier", "user"}) {
            if (json.path(field).isTextual() && !json.path(field).textValue().isEmpty()) {
                String name = json.path(field).textValue();
                return name.substring(0, Math.min(name.length(), END_USER_CHARS_MAX));
            }
        }
        return null;
    }

    /** Refuses what could cost what nobody set aside, at any endpoint. */
    void refuseWhatCostsApart() throws InvalidRequest {
        refuse(COST_APART);
    }

    /** Refuses fields. */
    void refuse(Collection<String> fields) throws InvalidRequest {
        for (String field : fields) {
            if (json.hasNonNull(field)) {
                throw new InvalidRequest(
                        "'" + field + "' is not offered here.", field, "unsupported_parameter");
            }
        }
    }

    /** At which service tier it is to be served; what has no price is refused later. */
    String serviceTier() throws InvalidRequest {
        JsonNode tier = json.path("service_tier");
        if (tier.isMissingNode() || tier.isNull()) {
            return Ask.DEFAULT_TIER;
        }
        if (!tier.isTextual()) {
            throw new InvalidRequest(
                    "Invalid type for 'service_tier': expected a text.",
                    "service_tier",
                    "invalid_type");
        }
        return tier.textValue();
    }
}
