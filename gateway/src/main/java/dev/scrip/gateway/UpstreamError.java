package dev.scrip.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an upstream said when it refused a request. Its texts may tell secrets of the operator.
 *
 * @param status 0: it said nothing
 * @param retryAfter for how long it wants to be left alone
 */
record UpstreamError(
        int status,
        @Nullable String type,
        @Nullable String code,
        @Nullable String param,
        @Nullable String message,
        Optional<Duration> retryAfter) {

    static final UpstreamError NONE =
            new UpstreamError(0, null, null, null, null, Optional.empty());

    /** An upstream's words for "the operator's own credit or quota there is used up". */
    private static final Set<String> OPERATOR_FUNDS =
            Set.of(
                    "insufficient_quota",
                    "credit_balance_exhausted",
                    "billing_not_active",
                    "billing_hard_limit_reached",
                    "organization_spend_limit_exceeded",
                    "project_spend_limit_exceeded",
                    "organization_usage_limit_exceeded",
                    "exceeded_current_quota_error");

    /** Words for "this model is not here": the operator's file is wrong, not the request. */
    private static final Set<String> NO_SUCH_MODEL =
            Set.of("model_not_found", "DeploymentNotFound");

    static UpstreamError read(UpstreamHead head, Buffer body, Instant now) {
        JsonNode error = errorOf(body);
        return new UpstreamError(
                head.status(),
                text(error.path("type")),
                text(error.path("code")),
                text(error.path("param")),
                text(error.path("message")),
                RetryAfter.read(head.retryAfterMillis(), head.retryAfter(), now));
    }

    private static JsonNode errorOf(Buffer body) {
        try {
            return Json.read(body.getBytes()).path("error");
        } catch (IOException notJson) {
            return Json.object();
        }
    }

    private static @Nullable String text(JsonNode field) {
        return field.isTextual() ? field.textValue() : null;
    }

    /** It is the operator's credit there that is used up. */
    boolean isAboutFunds() {
        return status == 402
                || (status == 429
                        && ((code != null && OPERATOR_FUNDS.contains(code))
                                || (type != null && OPERATOR_FUNDS.contains(type))));
    }

    /** What went wrong, in words of our own. */
    String what(Fate fate) {
        return switch (fate) {
            case REFUSED ->
                    "answered "
                            + status
                            + retryAfter
                                    .map(left -> ", retry after " + RetryAfter.seconds(left) + " s")
                                    .orElse("");
            case UNREACHABLE -> "no connection";
            case TIMED_OUT -> "no answer in time";
            case CUT -> "broke off";
            case COMPLETED, LIMITED -> "answered";
            case NOT_DISPATCHED, ABANDONED, STOPPED, REVOKED -> "given up";
        };
    }

    Blame blame() {
        if (isAboutFunds()) {
            return Blame.ACCOUNT;
        }
        return switch (status) {
            case 401 -> Blame.ACCOUNT;
            case 429 -> Blame.RATE;
            // Some forbid a single request by 403, so it must not count as the whole account's.
            case 403, 408 -> Blame.SERVER;
            case 404 -> code != null && NO_SUCH_MODEL.contains(code) ? Blame.SERVER : Blame.CALLER;
            default -> status >= 400 && status < 500 ? Blame.CALLER : Blame.SERVER;
        };
    }
}
