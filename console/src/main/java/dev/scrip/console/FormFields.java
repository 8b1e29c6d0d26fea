package dev.scrip.console;

import jakarta.ws.rs.core.MultivaluedMap;
import java.util.Objects;

/** The fields of a form, as they were typed. */
final class FormFields {

    private FormFields() {}

    /** One that was left out is empty. */
    static String text(MultivaluedMap<String, String> sent, String name) {
        return Objects.requireNonNullElse(sent.getFirst(name), "").strip();
    }
}
