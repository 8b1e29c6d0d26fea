package dev.scrip.console;

import java.util.List;

/** What the gateway answers when it refuses or fails, for the documentation. */
public final class ApiErrors {

    /**
     * One code.
     *
     * @param remedy what the caller can do
     */
    public record ApiError(int status, String code, String meaning, String remedy) {}

    static final List<ApiError> ALL =
            List.of(
                    new ApiError(
                            400,
                            "missing_required_parameter",
                            "A required field is missing.",
                            "Add the field that “param” names."),
                    new ApiError(
                            400,
                            "invalid_type",
                            "A field has the wrong JSON type.",
                            "Correct the field that “param” names."),
                    new ApiError(
                            400,
                            "invalid_value",
                            "A field has a value that is not possible.",
                            "Correct the field that “param” names."),
                    new ApiError(
                            400,
                            "unsupported_parameter",
                            "A field that this server does not serve, because it could not be charged exactly.",
                            "Leave it out."),
                    new ApiError(
                            400,
                            "unsupported_value",
                            "A value that this server does not serve.",
                            "Choose another."),
                    new ApiError(
                            400,
                            "context_length_exceeded",
                            "More tokens than the model takes.",
                            "Shorten the input or ask for a shorter answer."),
                    new ApiError(
                            401,
                            "missing_api_key",
                            "The request carries no key.",
                            "Send “Authorization: Bearer YOUR_KEY”."),
                    new ApiError(
                            401,
                            "invalid_api_key",
                            "The key is unknown or was revoked.",
                            "Make a new one under API keys."),
                    new ApiError(
                            404,
                            "model_not_found",
                            "The model is not offered here, or has no price.",
                            "Choose one that GET /v1/models lists."),
                    new ApiError(
                            404,
                            "unknown_url",
                            "There is no such path.",
                            "Check the base URL; it ends in /v1."),
                    new ApiError(
                            408,
                            "request_timeout",
                            "The request’s body did not arrive in time.",
                            "Try again."),
                    new ApiError(
                            413,
                            "request_too_large",
                            "The request’s body is too large.",
                            "Send less."),
                    new ApiError(
                            429,
                            "credit_balance_exhausted",
                            "The balance does not cover what the request may cost.",
                            "Buy credit, or ask for a shorter answer. SDKs do not retry it."),
                    new ApiError(
                            429,
                            "organization_spend_limit_exceeded",
                            "A hard limit of the organization does not cover it.",
                            "Raise the limit, or wait until resets_at. SDKs do not retry it."),
                    new ApiError(
                            429,
                            "project_, api_key_, member_ or end_user_spend_limit_exceeded",
                            "A hard limit of the project, key, member or end user does not cover it.",
                            "Raise the limit, or wait until resets_at. SDKs do not retry it."),
                    new ApiError(
                            429,
                            "rate_limit_exceeded",
                            "Faster than a rate limit allows, or than the model’s provider takes.",
                            "Try again when retry-after says; SDKs do so by themselves."),
                    new ApiError(
                            500,
                            "internal_error",
                            "This server failed.",
                            "Try again; it cost nothing."),
                    new ApiError(
                            502,
                            "upstream_error",
                            "The model’s provider failed.",
                            "Try again; it cost nothing."),
                    new ApiError(
                            502,
                            "upstream_unreachable",
                            "The model’s provider cannot be reached.",
                            "Try again; it cost nothing."),
                    new ApiError(
                            503,
                            "upstream_unavailable",
                            "The model’s provider cannot serve requests now.",
                            "Try again later; it cost nothing."),
                    new ApiError(
                            504,
                            "upstream_timeout",
                            "The model’s provider did not answer in time.",
                            "Try again; it cost nothing."),
                    new ApiError(
                            503,
                            "billing_unavailable",
                            "Requests cannot be paid now.",
                            "Try again; retry-after says when."),
                    new ApiError(
                            503,
                            "keys_unavailable",
                            "API keys cannot be checked now.",
                            "Try again; retry-after says when."),
                    new ApiError(
                            503,
                            "limits_unavailable",
                            "Rate limits cannot be checked now.",
                            "Try again; retry-after says when."),
                    new ApiError(
                            503,
                            "overloaded",
                            "Too many requests are running.",
                            "Try again; retry-after says when."),
                    new ApiError(
                            503,
                            "shutting_down",
                            "This server is stopping.",
                            "Try again; retry-after says when."),
                    new ApiError(
                            503,
                            "wallet_frozen",
                            "The wallet is frozen until a difference in its books is resolved.",
                            "The operator has been told."),
                    new ApiError(
                            503,
                            "charge_not_booked",
                            "The answer could not be booked, so it is withheld.",
                            "Look at your usage before you ask again."));

    private ApiErrors() {}
}
