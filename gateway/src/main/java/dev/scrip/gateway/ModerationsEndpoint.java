package dev.scrip.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.scrip.pricing.Usage;
import java.util.ArrayList;
import java.util.List;

/** {@code POST /v1/moderations}. */
final class ModerationsEndpoint implements Endpoint {

    private static final String MODEL = "omni-moderation-latest";

    @Override
    public String name() {
        return "moderations";
    }

    @Override
    public String path() {
        return "/moderations";
    }

    @Override
    public UsageDialect dialect() {
        return UsageDialect.OPENAI_INPUT;
    }

    @Override
    public ObjectNode told(Usage usage) {
        return ToldUsage.input(usage);
    }

    @Override
    public ModelRequest read(RequestFields fields) throws InvalidRequest {
        ObjectNode json = fields.json();
        String model = json.hasNonNull("model") ? fields.model() : fields.aliases().apply(MODEL);
        JsonNode input = json.path("input");
        if (!input.isTextual() && (!input.isArray() || input.isEmpty())) {
            throw new InvalidRequest(
                    "'input' must be a text, or a list of texts or of parts.",
                    "input",
                    input.isMissingNode() ? "missing_required_parameter" : "invalid_type");
        }
        InputReader reader = new InputReader("input");
        List<String> texts = new ArrayList<>();
        boolean parts = input.path(0).isObject();
        if (parts) {
            reader.content(input);
            StringBuilder together = new StringBuilder();
            input.forEach(part -> together.append(part.path("text").asText()).append('\n'));
            texts.add(together.toString());
        } else {
            for (JsonNode text : input.isTextual() ? List.of(input) : input) {
                if (!text.isTextual()) {
                    throw new InvalidRequest(
                            "Each of 'input' must be a text.", "input", "invalid_type");
                }
                reader.value(text);
                texts.add(text.textValue());
            }
        }
        return new InputRequest(
                this,
                json,
                reader.input(),
                model,
                texts.size(),
                "results",
                fields.costWanted(),
                fields.endUser(),
                () -> DemonstrationModeration.answer(model, texts));
    }
}
