package dev.scrip.gateway;

import org.jspecify.annotations.Nullable;

/** A request that is not as it must be; the message is for whoever sent it. */
final class InvalidRequest extends Exception {

    private static final long serialVersionUID = 1;

    private final @Nullable String field;
    private final @Nullable String code;

    InvalidRequest(String message, @Nullable String field, @Nullable String code) {
        super(message, null, false, false);
        this.field = field;
        this.code = code;
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }

    /** The field that is wrong. */
    @Nullable String field() {
        return field;
    }

    @Nullable String code() {
        return code;
    }
}
