package dev.scrip.gateway;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.scrip.pricing.Ask;
import dev.scrip.pricing.Extras;
import dev.scrip.pricing.Usage;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A request for a text to be spoken. Models sell it by its characters or by tokens; both are asked
 * for, the price knows which.
 *
 * @param json all of it, as it came; never changed
 * @param text what is spoken
 * @param streamed the sound is to come within events
 */
record SpeechRequest(
        SpeechEndpoint endpoint,
        ObjectNode json,
        String model,
        String text,
        String instructions,
        SpeechFormat format,
        boolean streamed,
        @Nullable String endUser)
        implements ModelRequest {

    /** Stands for a token of sound in what was written. */
    private static final String TOKEN = "\u266a";

    @Override
    public boolean costWanted() {
        return false; // an answer of sound has no place for it
    }

    @Override
    public String contentType() {
        return format.contentType();
    }

    @Override
    public String accept() {
        return streamed ? "text/event-stream" : "*/*";
    }

    @Override
    public Input input() {
        List<String> texts = List.of(text, instructions);
        return new Input(texts, Input.bytes(texts), 0, 0, 0, 0, 0, 0);
    }

    long characters() {
        return text.codePointCount(0, text.length());
    }

    @Override
    public Ask ask(long inputTokensMax) {
        Extras extras = new Extras(0, 0, 1, 0, 0, null, 0, characters());
        return new Ask(model, inputTokensMax, OptionalLong.empty(), 1, extras, Ask.DEFAULT_TIER);
    }

    @Override
    public Buffer forUpstream(Spelling spelling, long outputTokensMax) {
        ObjectNode forwarded = Json.object();
        forwarded.setAll(json);
        forwarded.remove("usage"); // a wish to us
        return Json.write(forwarded.put("model", spelling.model()));
    }

    @Override
    public Optional<WholeAnswer> whole(Buffer body, UsageDialect dialect) {
        throw new IllegalStateException("never in one piece");
    }

    /** What was spoken, for {@link #count}. */
    String written(long soundBytes) {
        return TOKEN.repeat((int) Math.min(format.tokens(soundBytes), Integer.MAX_VALUE));
    }

    /** What is sold by characters is known from the request. */
    Usage spoken() {
        return Usage.of(Extras.ofCharacters(characters()));
    }

    /** What an answer says, with the characters. */
    Usage spoken(Usage told) {
        long sound = told.extras().audioOutputTokens();
        return told.with(new Extras(0, 0, sound, 0, 0, null, 0, characters()));
    }

    @Override
    public AnswerStream stream(UsageDialect dialect) {
        return new SpeechStream(dialect, this);
    }

    /**
     * All of the characters count as spoken; of tokens, what the sound that was sent probably is.
     */
    @Override
    public Usage count(TokenCounter counter, String written) {
        long sound = written.length();
        Extras extras = new Extras(0, 0, sound, 0, 0, null, 0, characters());
        return new Usage(
                counter.output(text) + counter.output(instructions),
                0,
                0,
                sound,
                0,
                true,
                extras,
                null);
    }

    @Override
    public DemonstrationAnswer demonstrate(long outputTokensMax) {
        return new DemonstrationSpeech(this);
    }
}
