package dev.scrip.gateway;

import dev.scrip.charging.Earlier;
import dev.scrip.charging.Hold;
import dev.scrip.charging.KeptAnswer;
import dev.scrip.charging.KeptAnswers;
import dev.scrip.charging.RequestIds;
import dev.scrip.charging.RequestKey;
import dev.scrip.organizations.Caller;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a client's {@code Idempotency-Key} makes of its request: the same is charged once and
 * answered the same. Used on the request's context; a request without a key asks nothing of it.
 */
final class Once {

    private static final String HEADER = "idempotency-key";

    /** What is said instead of running a request. */
    sealed interface Reply {
        /** What was said before, to the byte. */
        record Again(KeptAnswer answer) implements Reply {}

        record Refusal(Answer answer) implements Reply {}
    }

    private final @Nullable KeptAnswers answers;
    private final Running running;
    private final Context context;
    private final List<String> given;
    private @Nullable RequestKey key;

    Once(Parts parts, Running running, Context context, HttpServerRequest request) {
        KeptAnswers kept = parts.keptAnswers();
        this.answers = kept;
        this.running = running;
        this.context = context;
        this.given = kept != null && kept.isOn() ? request.headers().getAll(HEADER) : List.of();
    }

    boolean isAskedFor() {
        return !given.isEmpty();
    }

    /** Why the key is none; empty: it is one, or there is none. */
    Optional<Answer> fault() {
        boolean wrong =
                given.size() > 1
                        || given.stream()
                                .anyMatch(
                                        key ->
                                                key.isBlank()
                                                        || key.length() > RequestKey.LENGTH_MAX
                                                        || key.codePoints()
                                                                .anyMatch(Character::isISOControl));
        return wrong
                ? Optional.of(
                        Answer.invalid(
                                "Invalid Idempotency-Key: expected one header of 1 to "
                                        + RequestKey.LENGTH_MAX
                                        + " characters on one line.",
                                "Idempotency-Key",
                                "invalid_idempotency_key"))
                : Optional.empty();
    }

    /** What is to be said instead of running the request; null: it may run. */
    Future<@Nullable Reply> before(Caller caller, Supplier<Future<String>> hash) {
        return hash.get()
                .compose(
                        found -> {
                            RequestKey named =
                                    new RequestKey(
                                            caller.organizationId(),
                                            caller.projectId(),
                                            given.getFirst(),
                                            found);
                            key = named;
                            return Future.fromCompletionStage(answers().find(named), context);
                        })
                .map(Once::reply);
    }

    /** Claims the key for a hold; what is to be said if somebody else has it. */
    Future<@Nullable Reply> claim(Hold hold) {
        return Future.fromCompletionStage(answers().claim(named(), hold), context).map(Once::reply);
    }

    /** Of the request that has claimed the key. */
    Tape tape(Hold hold) {
        return new Tape(answers(), named(), hold.requestId(), running, context);
    }

    private KeptAnswers answers() {
        return Objects.requireNonNull(answers);
    }

    private RequestKey named() {
        RequestKey named = key;
        if (named == null) {
            throw new IllegalStateException("nobody has looked for the key");
        }
        return named;
    }

    private static @Nullable Reply reply(Earlier earlier) {
        return switch (earlier) {
            case Earlier.Nothing() -> null;
            case Earlier.Kept(KeptAnswer answer) -> new Reply.Again(answer);
            case Earlier.Running() ->
                    new Reply.Refusal(
                            conflict(
                                            "idempotency_request_running",
                                            "A request with this Idempotency-Key is still running."
                                                    + " Ask again for its answer.")
                                    .retryAfter(1));
            case Earlier.OtherRequest() ->
                    new Reply.Refusal(
                            conflict(
                                            "idempotency_key_reused",
                                            "This Idempotency-Key was used for another path or with"
                                                    + " another body.")
                                    .noRetry());
            case Earlier.NotKept(long requestId, Earlier.Reason reason) ->
                    new Reply.Refusal(
                            conflict(
                                            "idempotency_answer_not_kept",
                                            "The request with this Idempotency-Key was charged as "
                                                    + RequestIds.print(requestId)
                                                    + " and its answer cannot be given again: "
                                                    + said(reason)
                                                    + ". To ask anew, use another key.")
                                    .noRetry());
            case Earlier.Unavailable() ->
                    new Reply.Refusal(
                            Answer.error(
                                            503,
                                            Answers.OURS,
                                            "idempotency_unavailable",
                                            null,
                                            "Whether this Idempotency-Key was used cannot be told"
                                                    + " now. Try again shortly.")
                                    .retryAfter(2));
        };
    }

    private static Answer conflict(String code, String message) {
        return Answer.error(409, Answer.INVALID_REQUEST, code, "Idempotency-Key", message);
    }

    private static String said(Earlier.Reason reason) {
        return switch (reason) {
            case TOO_LARGE -> "it was too large to be kept";
            case NO_ROOM -> "there was no room to keep it";
            case BROKEN_OFF -> "the client left before it was complete";
            case WITHHELD -> "its charge was not durable in time, so that it was withheld";
            case LOST -> "the server failed before it was kept";
        };
    }
}
