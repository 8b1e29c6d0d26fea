package dev.scrip.gateway;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.scrip.pricing.Usage;
import java.util.List;

/** {@code POST /v1/responses}. */
final class ResponsesEndpoint implements Endpoint {

    /** What would need something that is stored between requests. */
    private static final List<String> STORED = List.of("previous_response_id", "conversation");

    /** What runs more than is asked for, or is not all in the request. */
    private static final List<String> UNBOUNDED = List.of("prompt", "context_management");

    @Override
    public String name() {
        return "responses";
    }

    @Override
    public String path() {
        return "/responses";
    }

    @Override
    public UsageDialect dialect() {
        return UsageDialect.OPENAI_RESPONSES;
    }

    @Override
    public ObjectNode told(Usage usage) {
        return ToldUsage.responses(usage);
    }

    @Override
    public ModelRequest read(RequestFields fields) throws InvalidRequest {
        ObjectNode json = fields.json();
        String model = fields.model();
        refuseStored(fields);
        fields.refuse(UNBOUNDED);
        return new ResponsesRequest(
                this,
                json,
                ResponsesInput.of(json),
                model,
                fields.flag("stream"),
                fields.costWanted(),
                fields.number(ResponsesRequest.BOUND, 0, Integer.MAX_VALUE),
                fields.serviceTier(),
                fields.endUser());
    }

    private static void refuseStored(RequestFields fields) throws InvalidRequest {
        if (fields.flag("background")) {
            throw new InvalidRequest(
                    "'background' is not offered here: a response that goes on without its request"
                            + " cannot be charged when it ends. Send the request without it.",
                    "background",
                    "unsupported_parameter");
        }
        if (fields.flag("store")) {
            throw new InvalidRequest(
                    "'store' is not offered here: responses are not stored. Send 'store': false or"
                            + " leave it out.",
                    "store",
                    "unsupported_parameter");
        }
        for (String field : STORED) {
            if (fields.json().hasNonNull(field)) {
                throw new InvalidRequest(
                        "'"
                                + field
                                + "' is not offered here: responses are not stored. Send the"
                                + " earlier items in 'input'.",
                        field,
                        "unsupported_parameter");
            }
        }
    }
}
