package dev.scrip.gateway;

import dev.scrip.charging.Admission;
import org.jspecify.annotations.Nullable;

/** The one table of outcomes and what the client is answered. */
final class Answers {

    static final String OURS = "server_error";
    private static final String UPSTREAM = "upstream_error";

    private final SpendingAnswers spending;

    /**
     * @param topUpUrl where credit is bought; null: not told
     */
    Answers(@Nullable String topUpUrl) {
        this.spending = new SpendingAnswers(topUpUrl);
    }

    // ---- the caller ----

    Answer missingKey() {
        return Answer.error(
                401,
                Answer.INVALID_REQUEST,
                "missing_api_key",
                null,
                "You didn't provide an API key. Provide it in an Authorization header using Bearer"
                        + " auth (i.e. Authorization: Bearer YOUR_KEY).");
    }

    Answer wrongKey(String secret) {
        return Answer.error(
                401,
                Answer.INVALID_REQUEST,
                "invalid_api_key",
                null,
                "Incorrect API key provided: "
                        + masked(secret)
                        + ". It is unknown or was revoked; make a new one on the API keys page.");
    }

    /** A key that was good when its request began. */
    Answer keyRevoked() {
        return Answer.error(
                401,
                Answer.INVALID_REQUEST,
                "invalid_api_key",
                null,
                "The API key was revoked while the request ran; this cost nothing.");
    }

    /** The prefix, stars, the last four characters: enough to recognize, too little to use. */
    static String masked(String secret) {
        if (secret.length() < 20 || !secret.chars().allMatch(c -> c > 0x20 && c < 0x7f)) {
            return "****";
        }
        int prefix = secret.startsWith("sk-") ? Math.min(9, secret.indexOf('-', 3) + 1) : 0;
        return secret.substring(0, Math.max(prefix, 3))
                + "****"
                + secret.substring(secret.length() - 4);
    }

    Answer noSuchPath(String method, String path) {
        return Answer.error(
                404,
                Answer.INVALID_REQUEST,
                "unknown_url",
                null,
                "Unknown request URL: " + method + " " + path + ".");
    }

    Answer nothingStored() {
        return Answer.error(
                        404,
                        Answer.INVALID_REQUEST,
                        "response_not_found",
                        null,
                        "Responses are not stored here, so that they cannot be fetched, continued"
                                + " or deleted.")
                .noRetry();
    }

    Answer unknownModel(String model) {
        return Answer.error(
                        404,
                        Answer.INVALID_REQUEST,
                        "model_not_found",
                        "model",
                        "The model `"
                                + model
                                + "` does not exist or you do not have access to it."
                                + " GET /v1/models lists what is offered.")
                .noRetry();
    }

    Answer bodyTooLarge(int bytesMax) {
        return Answer.error(
                413,
                Answer.INVALID_REQUEST,
                "request_too_large",
                null,
                "The request body is larger than " + (bytesMax >> 10) + " KiB.");
    }

    Answer tooManyHeaders() {
        return Answer.error(
                431,
                Answer.INVALID_REQUEST,
                "too_many_headers",
                null,
                "The request has too many headers.");
    }

    Answer wrongCoding() {
        return Answer.error(
                400,
                Answer.INVALID_REQUEST,
                "invalid_transfer_encoding",
                null,
                "A body is sent with its Content-Length, or chunked, and in no other way.");
    }

    Answer uploadTooLarge(long bytesMax) {
        return Answer.error(
                413,
                Answer.INVALID_REQUEST,
                "request_too_large",
                null,
                "The upload is larger than " + (bytesMax >> 20) + " MiB.");
    }

    Answer malformedForm() {
        return Answer.invalid("The request body is not valid multipart/form-data.", null, null);
    }

    Answer noForms(String path) {
        return Answer.invalid(
                path + " takes no multipart/form-data; send JSON.", null, "unsupported_media_type");
    }

    Answer noVariations() {
        return Answer.error(
                        404,
                        Answer.INVALID_REQUEST,
                        "unknown_url",
                        null,
                        "Variations of images are not offered here; send the image with a prompt to"
                                + " POST /v1/images/edits.")
                .noRetry();
    }

    Answer bodyTooSlow() {
        return Answer.error(
                408,
                Answer.INVALID_REQUEST,
                "request_timeout",
                null,
                "The request body did not arrive in time.");
    }

    // ---- money ----

    /** Why no money was set aside. */
    Answer refusal(Admission refused) {
        return switch (refused) {
            case Admission.Held _ -> throw new IllegalArgumentException("not a refusal");
            case Admission.Unpriced(String model) -> unknownModel(model);
            case Admission.TierUnpriced _ ->
                    Answer.invalid(
                            "Invalid service_tier argument: The requested service tier is not"
                                    + " allowed for this project.",
                            "service_tier",
                            null);
            case Admission.TooLong(String model, long asked, long max) ->
                    Answer.invalid(
                            "The model `%s` takes at most %,d tokens; this request asks for %,d. Shorten the input or ask for a shorter answer."
                                    .formatted(model, max, asked),
                            null,
                            "context_length_exceeded");
            case Admission.InsufficientCredit refusal -> spending.creditEnds(refusal);
            case Admission.LimitReached refusal -> spending.limitReached(refusal);
            case Admission.Frozen() ->
                    Answer.error(
                                    503,
                                    "billing_not_active",
                                    "wallet_frozen",
                                    null,
                                    "Your organization's wallet is frozen until a difference in its"
                                            + " books is resolved; the operator has been told.")
                            .noRetry();
            case Admission.Unavailable(String reason) ->
                    unavailable("billing_unavailable", "Requests cannot be paid now: " + reason, 2);
        };
    }

    /** The answer is there but its charge is not durable: it is withheld. */
    Answer notBooked() {
        return Answer.error(
                        503,
                        OURS,
                        "charge_not_booked",
                        null,
                        "The answer could not be booked, so it is withheld. Look at your usage"
                                + " before you ask again.")
                .noRetry();
    }

    // ---- this process ----

    Answer keysUnavailable() {
        return unavailable("keys_unavailable", "API keys cannot be checked now", 2);
    }

    Answer limitsUnavailable() {
        return unavailable("limits_unavailable", "Rate limits cannot be checked now", 2);
    }

    Answer noRoomForUpload() {
        return unavailable("overloaded", "There is no room for uploads now", 10);
    }

    Answer overloaded() {
        return unavailable("overloaded", "Too many requests are running", 1);
    }

    Answer stopping() {
        return unavailable("shutting_down", "This server is stopping", 5);
    }

    private static Answer unavailable(String code, String what, long retryAfterSeconds) {
        return Answer.error(503, OURS, code, null, what + ". Try again shortly.")
                .retryAfter(retryAfterSeconds);
    }

    Answer broken() {
        return Answer.error(
                500, OURS, "internal_error", null, "The server failed; it cost nothing.");
    }

    // ---- the upstream ----

    /** No answer came: nothing was relayed and nothing is charged. */
    private Answer upstreamSilent(Fate fate, String model) {
        return switch (fate) {
            case UNREACHABLE ->
                    upstream(502, "upstream_unreachable", model, "cannot be reached now");
            case TIMED_OUT -> upstream(504, "upstream_timeout", model, "did not answer in time");
            case CUT -> upstream(502, UPSTREAM, model, "broke off its answer");
            case STOPPED -> stopping();
            case REVOKED -> keyRevoked();
            case NOT_DISPATCHED, REFUSED, COMPLETED, LIMITED, ABANDONED ->
                    upstream(502, UPSTREAM, model, "gave no usable answer");
        };
    }

    /** What is said at the end of a stream that was cut. */
    String cut(Fate fate, String model) {
        return switch (fate) {
            case STOPPED -> "This server is stopping; the answer is incomplete.";
            case REVOKED -> "The API key was revoked; the answer is incomplete.";
            case NOT_DISPATCHED,
                    UNREACHABLE,
                    TIMED_OUT,
                    REFUSED,
                    COMPLETED,
                    LIMITED,
                    CUT,
                    ABANDONED ->
                    "The upstream of `" + model + "` broke off; the answer is incomplete.";
        };
    }

    /** The code that goes with {@link #cut}. */
    static String cutCode(Fate fate) {
        return fate == Fate.REVOKED ? "key_revoked" : "upstream_cut";
    }

    /** What became of the last attempt, when nothing was relayed and nothing is charged. */
    Answer failed(Fate fate, UpstreamError error, Dispatch dispatch) {
        return fate == Fate.REFUSED
                ? upstreamError(error, dispatch)
                : upstreamSilent(fate, dispatch.request().model());
    }

    /** Of all upstreams of the model there is none that the request could be sent to now. */
    Answer nobody(Search.Found.Nobody nobody, String model) {
        Answer answer =
                switch (nobody.why()) {
                    case LIMITED -> tooManyRequests(model);
                    case CROWDED -> upstream(503, "upstream_busy", model, "is busy");
                    case BROKEN, ENDED -> unavailable(model);
                };
        return answer.retryAfter(RetryAfter.seconds(nobody.retryAfter()));
    }

    private static Answer unavailable(String model) {
        return upstream(503, "upstream_unavailable", model, "cannot serve requests now");
    }

    private static Answer tooManyRequests(String model) {
        return Answer.error(
                429,
                "requests",
                "rate_limit_exceeded",
                null,
                "The upstream of `" + model + "` gets too many requests.");
    }

    /** An upstream's own error. What could tell its key, its address or its account is not said. */
    private Answer upstreamError(UpstreamError error, Dispatch dispatch) {
        String model = dispatch.request().model();
        int status = error.status();
        if (error.isAboutFunds()) {
            return unavailable(model);
        }
        if (status == 429) {
            return withRetryAfter(tooManyRequests(model), error);
        }
        if (status >= 400 && status < 500 && status != 401 && status != 403) {
            String message = error.message();
            String type = error.type();
            return Answer.error(
                    status,
                    type == null ? Answer.INVALID_REQUEST : dispatch.withoutSecrets(type),
                    hidden(error.code(), dispatch),
                    hidden(error.param(), dispatch),
                    message == null
                            ? "The upstream of `" + model + "` refused the request."
                            : dispatch.withoutSecrets(message));
        }
        return withRetryAfter(upstream(502, UPSTREAM, model, "failed"), error);
    }

    /** When the upstream wants to be asked again, if it says so. */
    private static Answer withRetryAfter(Answer answer, UpstreamError error) {
        return error.retryAfter()
                .map(left -> answer.retryAfter(RetryAfter.seconds(left)))
                .orElse(answer);
    }

    private static @Nullable String hidden(@Nullable String text, Dispatch dispatch) {
        return text == null ? null : dispatch.withoutSecrets(text);
    }

    private static Answer upstream(int status, String code, String model, String what) {
        return Answer.error(
                status,
                OURS,
                code,
                null,
                "The upstream of `" + model + "` " + what + "; this cost nothing.");
    }
}
