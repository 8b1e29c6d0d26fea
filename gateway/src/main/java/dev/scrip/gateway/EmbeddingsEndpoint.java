package dev.scrip.gateway;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.scrip.pricing.Usage;
import java.util.Locale;
import java.util.OptionalLong;

/** {@code POST /v1/embeddings}. */
final class EmbeddingsEndpoint implements Endpoint {

    private static final int DIMENSIONS_MAX = 65_536;

    /** How the numbers of a vector are written. */
    private enum Encoding {
        FLOAT,
        BASE64;

        private String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Override
    public String name() {
        return "embeddings";
    }

    @Override
    public String path() {
        return "/embeddings";
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
        String model = fields.model();
        Prompts inputs = Prompts.of("input", json.path("input"));
        InputReader reader = new InputReader("input");
        inputs.addTo(reader);
        OptionalLong dimensions = fields.number("dimensions", 1, DIMENSIONS_MAX);
        String format = json.path("encoding_format").asText(Encoding.FLOAT.word());
        if (!format.equals(Encoding.FLOAT.word()) && !format.equals(Encoding.BASE64.word())) {
            throw new InvalidRequest(
                    "'encoding_format' must be '%s' or '%s'."
                            .formatted(Encoding.FLOAT.word(), Encoding.BASE64.word()),
                    "encoding_format",
                    "invalid_value");
        }
        return new InputRequest(
                this,
                json,
                reader.input(),
                model,
                inputs.count(),
                "data",
                fields.costWanted(),
                fields.endUser(),
                () -> DemonstrationVectors.answer(model, inputs, dimensions, format));
    }
}
