package dev.scrip.gateway;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.scrip.charging.RequestIds;
import dev.scrip.money.Money;
import dev.scrip.organizations.Caller;
import dev.scrip.pricing.Usage;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of one request, noted while it runs and told once when it is over. Used on the
 * request's context; decides nothing.
 */
final class Course {

    private static final String KEY = Course.class.getName();

    private final Observation observation;
    private final InstantSource clock;
    private final @Nullable Trace trace;
    private final HttpServerResponse response;
    private final Instant at;
    private final long began = System.nanoTime();
    private String endpoint;
    private @Nullable Caller caller;
    private @Nullable ModelRequest request;
    private @Nullable String requestId;

    private @Nullable Dispatch dispatch;
    private int attempts;
    private long sentAt;
    private long firstByteAfter = -1;
    private long lastByteAt;

    private @Nullable Ending decided;
    private @Nullable String ending;
    private @Nullable Answer refusal;
    private Money charge = Money.ZERO;
    private long inputTokens;
    private long cachedInputTokens;
    private long outputTokens;
    private boolean estimated;

    private boolean gone;
    private boolean runs;
    private boolean over;

    private Course(Observation observation, RoutingContext routing, InstantSource clock) {
        this.observation = observation;
        this.clock = clock;
        this.trace = observation.tracing().begin(routing.request());
        this.response = routing.response();
        this.at = clock.instant();
        String path = Objects.requireNonNullElse(routing.request().path(), "");
        boolean models = path.equals("/v1/models") || path.startsWith("/v1/models/");
        this.endpoint = models ? "models" : "other";
    }

    /** Begins to watch a request; what is no {@link Run} is over when its answer is. */
    static void begin(Observation observation, RoutingContext routing, InstantSource clock) {
        Course course = new Course(observation, routing, clock);
        routing.put(KEY, course);
        routing.addEndHandler(
                ended -> {
                    course.gone = ended.failed();
                    if (!course.runs) {
                        course.over();
                    }
                });
    }

    static Course of(RoutingContext routing) {
        return Objects.requireNonNull(routing.get(KEY));
    }

    /** It is of a run, which says when it is over. */
    void isRun(Endpoint of) {
        runs = true;
        endpoint = of.name();
        if (trace != null) {
            trace.isFor(of);
        }
    }

    void isOf(Caller known) {
        caller = known;
        if (trace != null) {
            trace.isOf(known);
        }
    }

    /** What it asks for, which is offered. */
    void asks(ModelRequest asked) {
        request = asked;
        if (trace != null) {
            trace.asks(asked);
        }
    }

    /**
     * It was asked whether it may run.
     *
     * @param held whether it may: money is set aside
     */
    void admitted(boolean held) {
        if (trace != null) {
            trace.admitted(held);
        }
    }

    /** It is sent to an upstream. */
    void sent(Dispatch to) {
        sentAt = System.nanoTime();
        if (attempts == 0) {
            observation.metrics().addedBefore(sentAt - began);
        }
        attempts++;
        dispatch = to;
        requestId = RequestIds.print(to.hold().requestId());
        firstByteAfter = -1;
        lastByteAt = 0;
        if (trace != null) {
            trace.sent(to, requestId);
        }
    }

    /** The header by which the upstream's spans belong to the request's trace; null: none. */
    @Nullable String traceparent() {
        return trace == null ? null : trace.traceparent();
    }

    /** The head of an upstream's answer came. */
    void answering() {
        lastByteAt = System.nanoTime();
        firstByteAfter = lastByteAt - sentAt;
        observation.metrics().firstByte(upstream(), firstByteAfter);
    }

    /** A part of an upstream's answer came. */
    void received() {
        lastByteAt = System.nanoTime();
    }

    /** The upstream's part is over. */
    void ended(Fate fate, SettlementMatrix.Verdict verdict) {
        observation.metrics().attempted(upstream(), fate);
        if (fate == Fate.COMPLETED) {
            observation.metrics().answered(upstream(), lastByteAt - sentAt);
        }
        decided =
                switch (verdict) {
                    case SettlementMatrix.Verdict.Release() -> null;
                    case SettlementMatrix.Verdict.ByUsage(Ending word) -> word;
                    case SettlementMatrix.Verdict.ByCount(Ending word) -> word;
                };
        if (trace != null) {
            trace.ended(fate, decided != null, clock.instant());
        }
    }

    /** An attempt is charged. */
    void charged(Receipt receipt) {
        Usage usage = receipt.usage();
        charge = charge.plus(receipt.settled().amount());
        inputTokens += usage.inputTokens();
        cachedInputTokens += usage.cachedInputTokens();
        outputTokens += usage.outputTokens();
        estimated |= usage.estimated();
        ending = decided == null ? null : decided.word();
        observation.metrics().charged(model(), upstream(), receipt);
        if (trace != null) {
            trace.charged(receipt);
        }
    }

    /** It was answered before, and is answered the same. */
    void replayed() {
        ending = "replayed";
    }

    /** The client is told why there is no answer, or no more of it. */
    void refused(Answer answer) {
        refusal = answer;
        ending = null;
    }

    /** The client has all it will get and the charge, if there is one, is durable. */
    void over() {
        if (over) {
            return;
        }
        over = true;
        long now = System.nanoTime();
        gone |= response.closed() && !response.ended();
        int status = response.headWritten() ? response.getStatusCode() : 0;
        String word = word(status);
        if (lastByteAt != 0 && !gone) {
            observation.metrics().addedAfter(now - lastByteAt);
        }
        observation.metrics().over(endpoint, model(), status, word, now - began);
        if (observation.accessLog()) {
            AccessLog.write(line(status, word, now));
        }
        if (trace != null) {
            trace.over(toldId(), status, word, charge.nanos(), inputTokens, outputTokens);
        }
    }

    private @Nullable String toldId() {
        String told = response.headers().get(Replies.REQUEST_ID);
        return told == null ? requestId : told;
    }

    private String word(int status) {
        if (ending != null) {
            return ending;
        }
        if (gone) {
            return Ending.CLIENT_GONE.word();
        }
        int told = refusal == null ? status : refusal.status();
        if (told >= 500) {
            return "failed";
        }
        return told >= 400 ? "refused" : Ending.COMPLETED.word();
    }

    private ObjectNode line(int status, String word, long now) {
        ObjectNode line = Json.object().put("time", at.toString());
        line.put("request_id", toldId()).put("endpoint", endpoint);
        AccessLog.putCaller(line, caller);
        if (request != null) {
            line.put("model", request.model()).put("stream", request.streamed());
        }
        if (dispatch != null) {
            line.put("upstream", upstream()).put("attempts", attempts);
        }
        if (status != 0) {
            line.put("status", status);
        }
        line.put("ending", word);
        if (refusal != null && status != 0) { // who left before was told nothing
            line.put("code", AccessLog.code(refusal));
        }
        if (!charge.isZero() || inputTokens > 0 || outputTokens > 0) {
            line.put("input_tokens", inputTokens)
                    .put("cached_input_tokens", cachedInputTokens)
                    .put("output_tokens", outputTokens)
                    .put("estimated", estimated)
                    .put("charge", charge.exact());
        }
        if (dispatch != null) {
            line.put("sent_after_ms", AccessLog.millis(sentAt - began));
        }
        if (firstByteAfter >= 0) {
            line.put("first_byte_ms", AccessLog.millis(firstByteAfter));
            line.put("upstream_ms", AccessLog.millis(lastByteAt - sentAt));
        }
        return line.put("total_ms", AccessLog.millis(now - began));
    }

    private String upstream() {
        return dispatch == null ? "" : dispatch.upstream().name();
    }

    private String model() {
        return request == null ? "" : request.model();
    }
}
