package dev.scrip.gateway;

import org.jspecify.annotations.Nullable;

/** Why a body or a form was not read: an outcome that futures carry, so without a trace. */
final class Unread extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final transient @Nullable Answer answer;

    Unread(@Nullable Answer answer) {
        super("not read", null, false, false);
        this.answer = answer;
    }

    /** What the client is told; null: it is gone. */
    @Nullable Answer answer() {
        return answer;
    }
}
