package dev.scrip.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.scrip.organizations.Caller;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One line of JSON for each request that is over. It has nothing that a caller wrote: no prompt, no
 * answer, no secret, no address.
 */
final class AccessLog {

    static final String NAME = "dev.scrip.access";

    private static final Logger LOG = LoggerFactory.getLogger(NAME);
    private static final Pattern CODE = Pattern.compile("[a-z0-9_.-]{1,64}");

    private AccessLog() {}

    static void write(ObjectNode line) {
        LOG.info("{}", line);
    }

    static void putCaller(ObjectNode line, @Nullable Caller caller) {
        if (caller != null) {
            line.put("organization", caller.printedOrganization())
                    .put("project", caller.printedProject())
                    .put("api_key", caller.printedApiKey());
        }
    }

    /** The code of an error of ours; one that an upstream made up is told if it is a word. */
    static @Nullable String code(Answer refusal) {
        try {
            JsonNode code = Json.read(refusal.body().getBytes()).path("error").path("code");
            return code.isTextual() && CODE.matcher(code.asText()).matches() ? code.asText() : null;
        } catch (IOException noJson) {
            return null;
        }
    }

    /** Milliseconds, to the microsecond. */
    static BigDecimal millis(long nanos) {
        return BigDecimal.valueOf(Math.max(0, nanos) / 1_000, 3);
    }
}
