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
 * A request for pictures. Models sell them by the piece or by tokens; both are asked for, the price
 * knows which.
 *
 * @param json its fields, as they came; never changed
 * @param form what they came as; null: as JSON
 * @param count how many pictures
 * @param edited how many pictures go in
 * @param mediaChars how long they are, as they stand in a JSON body
 */
record ImagesRequest(
        ImagesEndpoint endpoint,
        ObjectNode json,
        @Nullable Form form,
        String model,
        String prompt,
        int count,
        ImageVariant variant,
        int edited,
        long mediaChars,
        boolean streamed,
        boolean costWanted,
        @Nullable String endUser)
        implements ModelRequest {

    /**
     * The most that a picture to be edited was ever seen to cost: gpt-image-1 takes 65 tokens, 129
     * for each of at most 16 tiles and, at high fidelity, 6,240 more.
     */
    private static final long TOKENS_PER_EDITED_MAX = 8_400;

    /** One of usual size: 65, and 129 for each of four tiles. */
    private static final long TOKENS_PER_EDITED = 581;

    private static final String IMAGES = "data";

    @Override
    public Input input() {
        List<String> texts = List.of(prompt);
        return new Input(
                texts, Input.bytes(texts), 0, 0, 0, mediaChars, edited * TOKENS_PER_EDITED_MAX, 0);
    }

    @Override
    public Ask ask(long inputTokensMax) {
        Extras extras =
                new Extras(0, edited * TOKENS_PER_EDITED_MAX, 0, 1, count, variant.name(), 0, 0);
        return new Ask(
                model, inputTokensMax, OptionalLong.empty(), count, extras, Ask.DEFAULT_TIER);
    }

    @Override
    public Buffer forUpstream(Spelling spelling, long outputTokensMax) {
        ObjectNode forwarded = Json.object();
        forwarded.setAll(json);
        forwarded.remove("usage"); // a wish to us
        variant.sayTo(forwarded, model);
        return Json.write(forwarded.put("model", spelling.model()));
    }

    @Override
    public UpstreamBody bodyForUpstream(Spelling spelling, long outputTokensMax) {
        return form == null
                ? ModelRequest.super.bodyForUpstream(spelling, outputTokensMax)
                : new UpstreamBody.Parts(form.with("model", spelling.model()));
    }

    /** Pictures can be many megabytes of text; they are only read where they must be written. */
    @Override
    public Optional<WholeAnswer> whole(Buffer body, UsageDialect dialect) {
        ObjectNode answer = costWanted ? Json.readObject(body) : Json.readBeside(body, IMAGES);
        if (answer == null || answer.path(IMAGES).isEmpty()) {
            return Optional.empty();
        }
        Usage usage = used(dialect.read(answer), answer.path(IMAGES).size(), variant.made(answer));
        return Optional.of(new WholeAnswer(body, answer, Optional.of(usage), ""));
    }

    /** What an answer says, with the pictures that are in it. */
    static Usage used(Optional<Usage> told, int images, ImageVariant made) {
        Usage usage = told.orElseGet(() -> Usage.of(Extras.NONE));
        long seen = usage.extras().imageInputTokens();
        long drawn = usage.extras().imageOutputTokens();
        return usage.with(new Extras(0, seen, 0, drawn, images, made.name(), 0, 0));
    }

    @Override
    public AnswerStream stream(UsageDialect dialect) {
        return new ImageStream(dialect, endpoint.events(), variant, costWanted);
    }

    /** A picture that was asked for and not refused counts as made, whoever saw it. */
    @Override
    public Usage count(TokenCounter counter, String written) {
        long images = edited * TOKENS_PER_EDITED;
        long in = counter.output(prompt) + images;
        long out = count * variant.tokens();
        Extras extras = new Extras(0, images, 0, out, count, variant.name(), 0, 0);
        return new Usage(in, 0, 0, out, 0, true, extras, null);
    }

    @Override
    public DemonstrationAnswer demonstrate(long outputTokensMax) {
        return new DemonstrationImages(this);
    }
}
