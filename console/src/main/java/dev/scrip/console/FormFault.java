package dev.scrip.console;

/**
 * What is wrong with a form that was sent.
 *
 * @param field the name of the field that is at fault; empty: nothing is
 * @param reason a sentence
 */
public record FormFault(String field, String reason) {

    static final FormFault NONE = new FormFault("", "");

    /** The sentence, if this field is the one. */
    public String of(String name) {
        return name.equals(field) ? reason : "";
    }
}
