package dev.scrip.gateway;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingRegistry;
import com.knuddels.jtokkit.api.EncodingType;
import java.util.regex.Pattern;

/**
 * Counts tokens with a real tokenizer. It takes time that grows with the text: never call it on an
 * event loop.
 *
 * @param exact it is the model's own
 */
record TokenCounter(Encoding encoding, boolean exact) {

    private static final int TOKENS_PER_MESSAGE = 3;
    private static final int TOKENS_PER_TOOL = 12;
    private static final int TOKENS_BEFORE_ANSWER = 3;

    /** A picture of 1024 x 1024 at gpt-4o. */
    private static final long TOKENS_PER_IMAGE_USUAL = 765;

    /** The bound is for 40 tokens a second; OpenAI takes 10. */
    private static final long AUDIO_BOUND_BY_USUAL = 4;

    private static final EncodingRegistry ENCODINGS = Encodings.newLazyEncodingRegistry();
    private static final Pattern O200K =
            Pattern.compile("(gpt-(4o|4\\.1|4\\.5|5|oss)|chatgpt-4o|o[1345](-|$)|scrip-demo).*");
    private static final Pattern CL100K = Pattern.compile("gpt-(4|3\\.5).*");

    private static TokenCounter of(EncodingType type, boolean exact) {
        return new TokenCounter(ENCODINGS.getEncoding(type), exact);
    }

    /** The counter for a model, by the name that its upstream knows it by. */
    static TokenCounter of(String model) {
        String name = model.substring(model.lastIndexOf('/') + 1);
        if (O200K.matcher(name).matches()) {
            return of(EncodingType.O200K_BASE, true);
        }
        if (CL100K.matcher(name).matches()) {
            return of(EncodingType.CL100K_BASE, true);
        }
        return of(EncodingType.O200K_BASE, false);
    }

    /**
     * The counter for a model, by its name at the upstream or, where that tells nothing, such as
     * that of a deployment, by its public one.
     */
    static TokenCounter of(String nameThere, String model) {
        TokenCounter there = of(nameThere);
        return there.exact ? there : new TokenCounter(of(model).encoding, false);
    }

    /**
     * A bound on the input of a request; with a quarter more for a tokenizer that we do not have.
     */
    long input(Input input) {
        long text = text(input);
        long margin = exact ? 0 : text / 4 + 1;
        long counted =
                text
                        + margin
                        + input.tokens()
                        + input.audioTokens()
                        + input.images() * Input.TOKENS_PER_IMAGE_MAX;
        return Math.min(counted, input.tokensMax());
    }

    /** What the input of a request is likely to be, where the upstream does not say. */
    long likelyInput(Input input) {
        return text(input)
                + input.tokens()
                + input.audioTokens() / AUDIO_BOUND_BY_USUAL
                + input.images() * TOKENS_PER_IMAGE_USUAL;
    }

    private long text(Input input) {
        long tokens = input.messages() > 0 ? TOKENS_BEFORE_ANSWER : 0;
        for (String text : input.texts()) {
            tokens += encoding.countTokensOrdinary(text);
        }
        return tokens
                + (long) input.messages() * TOKENS_PER_MESSAGE
                + (long) input.tools() * TOKENS_PER_TOOL;
    }

    /** A bound on those; with a quarter more for a tokenizer that we do not have. */
    long outputMax(String text) {
        long tokens = output(text);
        return exact ? tokens : tokens + tokens / 4 + 1;
    }

    /** The tokens of a text that a model wrote. */
    long output(String text) {
        return encoding.countTokensOrdinary(text);
    }
}
