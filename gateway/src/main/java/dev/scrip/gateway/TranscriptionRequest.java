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
 * A request for the words of a piece of sound. Models sell it by the second or by tokens; both are
 * asked for, the price knows which.
 *
 * @param voices how many further pieces of sound show known speakers
 * @param format of the answer
 */
record TranscriptionRequest(
        TranscriptionEndpoint endpoint,
        Form form,
        Form.File file,
        Sound sound,
        String model,
        String prompt,
        int voices,
        String format,
        boolean streamed,
        @Nullable String endUser)
        implements ModelRequest {

    private static final long TOKENS_PER_VOICE_MAX = AudioBound.tokensMax(10);

    @Override
    public boolean costWanted() {
        return false; // a form cannot ask for it
    }

    @Override
    public Input input() {
        List<String> texts = List.of(prompt);
        return new Input(
                texts,
                Input.bytes(texts),
                0,
                0,
                0,
                0,
                0,
                sound.tokensMax() + voices * TOKENS_PER_VOICE_MAX);
    }

    @Override
    public Ask ask(long inputTokensMax) {
        Extras extras = new Extras(input().audioTokens(), 0, 0, 0, 0, null, sound.secondsMax(), 0);
        return new Ask(model, inputTokensMax, OptionalLong.empty(), 1, extras, Ask.DEFAULT_TIER);
    }

    @Override
    public Buffer forUpstream(Spelling spelling, long outputTokensMax) {
        throw new IllegalStateException("never sent as JSON");
    }

    @Override
    public UpstreamBody bodyForUpstream(Spelling spelling, long outputTokensMax) {
        return new UpstreamBody.Parts(form.with("model", spelling.model()));
    }

    private boolean asJson() {
        return format.endsWith("json");
    }

    @Override
    public String contentType() {
        return asJson() ? "application/json" : "text/plain; charset=utf-8";
    }

    @Override
    public Optional<WholeAnswer> whole(Buffer body, UsageDialect dialect) {
        if (!asJson()) {
            Optional<Usage> measured =
                    sound.sure() ? Optional.of(seconds(sound.secondsLikely())) : Optional.empty();
            return Optional.of(new WholeAnswer(body, Json.object(), measured, body.toString()));
        }
        ObjectNode answer = Json.readObject(body);
        if (answer == null || !answer.path("text").isTextual()) {
            return Optional.empty();
        }
        String text = answer.path("text").textValue();
        Optional<Usage> told = dialect.read(answer);
        long duration = UsageDialect.wholeSeconds(answer.path("duration"));
        if (told.isEmpty() && duration == 0 && !sound.sure()) {
            return Optional.of(new WholeAnswer(body, answer, Optional.empty(), text));
        }
        long seconds = duration > 0 ? duration : sound.secondsLikely();
        return Optional.of(new WholeAnswer(body, answer, Optional.of(used(told, seconds)), text));
    }

    private static Usage seconds(long seconds) {
        return Usage.of(Extras.ofSeconds(seconds));
    }

    /** What an answer says, with the seconds also where it says tokens. */
    static Usage used(Optional<Usage> told, long seconds) {
        if (told.isEmpty()) {
            return seconds(seconds);
        }
        Usage usage = told.get();
        if (usage.extras().audioSeconds() > 0) {
            return usage;
        }
        long heard = usage.extras().audioInputTokens();
        return usage.with(new Extras(heard, 0, 0, 0, 0, null, seconds, 0));
    }

    @Override
    public AnswerStream stream(UsageDialect dialect) {
        return new TranscriptStream(dialect, sound);
    }

    /** All of the sound counts as heard: nobody tells how far the model came. */
    @Override
    public Usage count(TokenCounter counter, String written) {
        long heard = sound.tokensLikely();
        Extras extras = new Extras(heard, 0, 0, 0, 0, null, sound.secondsLikely(), 0);
        return new Usage(
                counter.output(prompt) + heard,
                0,
                0,
                counter.output(written),
                0,
                true,
                extras,
                null);
    }

    @Override
    public DemonstrationAnswer demonstrate(long outputTokensMax) {
        return new DemonstrationTranscript(this);
    }
}
