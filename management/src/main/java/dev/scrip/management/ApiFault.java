package dev.scrip.management;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.scrip.ledger.Refusal;
import dev.scrip.money.Money;
import org.jspecify.annotations.Nullable;

/** Why a call was not done, as its answer says it: a stable code, a sentence, the field. */
final class ApiFault extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final int status;
    private final String code;
    private final @Nullable String param;
    private final transient @Nullable Refusal refusal;

    ApiFault(int status, String code, String message, @Nullable String param) {
        this(status, code, message, param, null);
    }

    private ApiFault(
            int status,
            String code,
            String message,
            @Nullable String param,
            @Nullable Refusal refusal) {
        super(message, null, false, false);
        this.status = status;
        this.code = code;
        this.param = param;
        this.refusal = refusal;
    }

    static ApiFault missing(String param) {
        return new ApiFault(
                400, "missing_required_parameter", "The field “" + param + "” is missing.", param);
    }

    static ApiFault wrongType(String param, String wanted) {
        return new ApiFault(400, "invalid_type", "“" + param + "” must be " + wanted + ".", param);
    }

    static ApiFault wrongValue(String param, String wanted) {
        return new ApiFault(400, "invalid_value", "“" + param + "” must be " + wanted + ".", param);
    }

    static ApiFault notFound(String what, @Nullable String param) {
        return new ApiFault(404, what + "_not_found", "There is no such " + what + ".", param);
    }

    static ApiFault keyReused() {
        return new ApiFault(
                409,
                "idempotency_key_reused",
                "This key was used for another operation or with another body.",
                null);
    }

    /** What the ledger refused. */
    static ApiFault of(Refusal refusal) {
        Money needed = refusal.needed();
        Money available = refusal.available();
        return switch (refusal.reason()) {
            case INSUFFICIENT_CREDIT ->
                    of(
                            402,
                            "insufficient_credit",
                            "It takes %s dollars; %s are free.".formatted(needed, available),
                            refusal);
            case LIMIT_REACHED ->
                    of(
                            402,
                            "limit_reached",
                            "It takes %s dollars; the limit of %s leaves %s."
                                    .formatted(needed, refusal.detail(), available),
                            refusal);
            case WALLET_FROZEN ->
                    of(
                            403,
                            "wallet_frozen",
                            "Nothing is spent from this wallet until a difference in its books is"
                                    + " resolved.",
                            refusal);
            case HOLD_ENDED ->
                    of(
                            409,
                            "hold_ended",
                            "The hold was %s before.".formatted(refusal.detail()),
                            refusal);
            case HOLD_EXPIRED -> of(409, "hold_expired", "The hold's time is over.", refusal);
            case UNPRICED ->
                    of(
                            422,
                            "model_not_priced",
                            refusal.detail().isEmpty()
                                    ? "No model is named, so usage has no price."
                                    : "No price was in force for the model “%s”."
                                            .formatted(refusal.detail()),
                            refusal);
            case IMPOSSIBLE_TIME ->
                    of(
                            422,
                            "impossible_time",
                            "It cannot have happened then: " + refusal.detail() + ".",
                            refusal);
        };
    }

    private static ApiFault of(int status, String code, String message, Refusal refusal) {
        return new ApiFault(status, code, message, null, refusal);
    }

    int status() {
        return status;
    }

    private String type() {
        return switch (status) {
            case 401 -> "authentication_error";
            case 402 -> "insufficient_funds";
            case 403 -> "permission_error";
            case 404 -> "not_found_error";
            case 409 -> "conflict_error";
            case 500, 503 -> "server_error";
            default -> "invalid_request_error";
        };
    }

    /** What stands under {@code error}. */
    ObjectNode error() {
        ObjectNode error = Json.object();
        error.put("message", getMessage());
        error.put("type", type());
        error.put("code", code);
        error.put("param", param);
        Refusal why = refusal;
        if (why != null && why.needed().isPositive()) {
            error.put("needed", why.needed().exact());
            error.put("available", why.available().exact());
        }
        return error;
    }
}
