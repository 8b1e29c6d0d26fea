package dev.scrip.gateway;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.scrip.pricing.Usage;
import java.util.function.UnaryOperator;

/** One kind of call that models answer. All that is peculiar to it stands behind this door. */
interface Endpoint {

    /** Names it in usage records, in OpenAI's words: {@code chat.completions}. */
    String name();

    /** The same under {@code /v1} here and under the base URL of an upstream. */
    String path();

    /** How its answers tell their usage, where the upstream has no way of its own. */
    UsageDialect dialect();

    /** A usage that we tell ourselves, as its answers tell it. */
    ObjectNode told(Usage usage);

    /**
     * Reads a request.
     *
     * @throws InvalidRequest if it is none, or if it asks for what has no price
     */
    ModelRequest read(RequestFields fields) throws InvalidRequest;

    /** What reading a body gave. */
    sealed interface Parsed {
        record Request(ModelRequest request) implements Parsed {}

        record Invalid(Answer answer) implements Parsed {}
    }

    /** Its requests may come as forms. */
    default boolean takesForms() {
        return false;
    }

    /** {@link #parse(byte[], UnaryOperator)} where no name is an alias. */
    default Parsed parse(byte[] body) {
        return parse(body, UnaryOperator.identity());
    }

    /**
     * Reads a body; takes time that grows with it.
     *
     * @param aliases which model a name stands for
     */
    default Parsed parse(byte[] body, UnaryOperator<String> aliases) {
        return parse(() -> RequestFields.of(body, aliases));
    }

    /** {@link #parse(byte[], UnaryOperator)} of a form; looks into its files, on disk. */
    default Parsed parse(Form form, UnaryOperator<String> aliases) {
        return parse(() -> RequestFields.of(form, aliases));
    }

    /** Where the fields come from. */
    interface Body {
        RequestFields fields() throws InvalidRequest;
    }

    private Parsed parse(Body body) {
        try {
            RequestFields fields = body.fields();
            fields.refuseWhatCostsApart();
            return new Parsed.Request(read(fields));
        } catch (InvalidRequest invalid) {
            return new Parsed.Invalid(
                    Answer.invalid(invalid.getMessage(), invalid.field(), invalid.code()));
        }
    }
}
