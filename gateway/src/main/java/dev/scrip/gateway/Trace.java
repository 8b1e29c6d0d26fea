package dev.scrip.gateway;

import dev.scrip.organizations.Caller;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.time.Instant;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The spans of one request: itself, its admission, each attempt at an upstream, the settlement.
 * Their names and attributes are OpenTelemetry's conventions for HTTP and for generative AI; none
 * has a text that a caller wrote, but for the model's name where that is offered. Used as {@link
 * Course} is.
 */
final class Trace {

    private static final TextMapGetter<MultiMap> HEADERS =
            new TextMapGetter<>() {
                @Override
                public Iterable<String> keys(MultiMap headers) {
                    return headers.names();
                }

                @Override
                public @Nullable String get(@Nullable MultiMap headers, String name) {
                    return headers == null ? null : headers.get(name);
                }
            };

    private static final Set<HttpMethod> METHODS =
            Set.of(HttpMethod.GET, HttpMethod.POST, HttpMethod.PUT, HttpMethod.DELETE);

    private static final AttributeKey<String> METHOD =
            AttributeKey.stringKey("http.request.method");
    private static final AttributeKey<String> ROUTE = AttributeKey.stringKey("http.route");
    private static final AttributeKey<Long> STATUS =
            AttributeKey.longKey("http.response.status_code");
    private static final AttributeKey<String> ERROR = AttributeKey.stringKey("error.type");
    private static final AttributeKey<String> SERVER = AttributeKey.stringKey("server.address");
    private static final AttributeKey<Long> PORT = AttributeKey.longKey("server.port");
    private static final AttributeKey<String> OPERATION =
            AttributeKey.stringKey("gen_ai.operation.name");
    private static final AttributeKey<String> PROVIDER =
            AttributeKey.stringKey("gen_ai.provider.name");
    private static final AttributeKey<String> MODEL =
            AttributeKey.stringKey("gen_ai.request.model");
    private static final AttributeKey<Long> INPUT_TOKENS =
            AttributeKey.longKey("gen_ai.usage.input_tokens");
    private static final AttributeKey<Long> OUTPUT_TOKENS =
            AttributeKey.longKey("gen_ai.usage.output_tokens");
    private static final AttributeKey<String> ORGANIZATION =
            AttributeKey.stringKey("scrip.organization");
    private static final AttributeKey<String> PROJECT = AttributeKey.stringKey("scrip.project");
    private static final AttributeKey<String> UPSTREAM = AttributeKey.stringKey("scrip.upstream");
    private static final AttributeKey<String> REQUEST_ID =
            AttributeKey.stringKey("scrip.request_id");
    private static final AttributeKey<String> ENDING = AttributeKey.stringKey("scrip.ending");
    private static final AttributeKey<Long> CHARGE = AttributeKey.longKey("scrip.charge_nanos");

    private final Tracer tracer;
    private final String method;
    private final Span request;
    private final Context inside;

    private @Nullable Span admission;
    private @Nullable Span attempt;

    /** When the attempt was over; its usage is known a little later. */
    private @Nullable Instant attemptEnded;

    private @Nullable Span settlement;

    private Trace(Tracer tracer, String method, Span request, Context inside) {
        this.tracer = tracer;
        this.method = method;
        this.request = request;
        this.inside = inside;
    }

    static Trace begin(Tracer tracer, HttpServerRequest request) {
        String method = METHODS.contains(request.method()) ? request.method().name() : "_OTHER";
        Context outside =
                W3CTraceContextPropagator.getInstance()
                        .extract(Context.root(), request.headers(), HEADERS);
        Span span =
                tracer.spanBuilder(method)
                        .setParent(outside)
                        .setSpanKind(SpanKind.SERVER)
                        .setAttribute(METHOD, method)
                        .startSpan();
        return new Trace(tracer, method, span, outside.with(span));
    }

    private Span step(String name, SpanKind kind) {
        return tracer.spanBuilder(name).setParent(inside).setSpanKind(kind).startSpan();
    }

    /** It is known which endpoint it is for. */
    void isFor(Endpoint endpoint) {
        String route = "/v1" + endpoint.path();
        request.updateName(method + " " + route);
        request.setAttribute(ROUTE, route);
        request.setAttribute(OPERATION, operation(endpoint));
    }

    private static String operation(Endpoint endpoint) {
        return switch (endpoint.name()) {
            case "chat.completions", "responses" -> "chat";
            case "completions" -> "text_completion";
            default -> endpoint.name();
        };
    }

    void isOf(Caller caller) {
        request.setAttribute(ORGANIZATION, caller.printedOrganization());
        request.setAttribute(PROJECT, caller.printedProject());
    }

    /** It is asked whether it may run: limits, then money. */
    void asks(ModelRequest asked) {
        request.setAttribute(MODEL, asked.model());
        admission = step("admit", SpanKind.INTERNAL);
    }

    /** It may run, or may not. */
    void admitted(boolean held) {
        if (admission != null) {
            admission.setAttribute("scrip.admitted", held);
            admission.end();
            admission = null;
        }
    }

    /** An attempt begins. */
    void sent(Dispatch dispatch, String requestId) {
        endAttempt();
        Span span =
                step(
                        operation(dispatch.request().endpoint()) + " " + dispatch.upstreamModel(),
                        SpanKind.CLIENT);
        span.setAttribute(OPERATION, operation(dispatch.request().endpoint()));
        span.setAttribute(PROVIDER, "openai"); // whose way of speaking it is
        span.setAttribute(MODEL, dispatch.upstreamModel());
        span.setAttribute(UPSTREAM, dispatch.upstream().name());
        span.setAttribute(REQUEST_ID, requestId);
        if (dispatch.upstream() instanceof Upstream.OpenAiCompatible remote) {
            span.setAttribute(SERVER, remote.server().baseUrl().getHost());
            int port = remote.server().baseUrl().getPort();
            if (port >= 0) {
                span.setAttribute(PORT, (long) port);
            }
        }
        attempt = span;
    }

    /** What the upstream is told, so that its own spans belong to this trace; null: nothing. */
    @Nullable String traceparent() {
        if (attempt == null) {
            return null;
        }
        SpanContext context = attempt.getSpanContext();
        return "00-"
                + context.getTraceId()
                + "-"
                + context.getSpanId()
                + "-"
                + context.getTraceFlags().asHex();
    }

    /**
     * The upstream's part is over.
     *
     * @param settles whether it is charged
     */
    void ended(Fate fate, boolean settles, Instant now) {
        if (attempt != null && isFault(fate)) {
            attempt.setStatus(StatusCode.ERROR);
            attempt.setAttribute(ERROR, fate.name().toLowerCase(Locale.ROOT));
        }
        attemptEnded = now;
        if (settles) {
            settlement = step("settle", SpanKind.INTERNAL);
        } else {
            endAttempt();
        }
    }

    private static boolean isFault(Fate fate) {
        return switch (fate) {
            case UNREACHABLE, TIMED_OUT, REFUSED, CUT -> true;
            case NOT_DISPATCHED, COMPLETED, LIMITED, ABANDONED, STOPPED, REVOKED -> false;
        };
    }

    /** The charge of an attempt is durable. */
    void charged(Receipt receipt) {
        if (attempt != null) {
            putUsage(attempt, receipt.usage().inputTokens(), receipt.usage().outputTokens());
            endAttempt();
        }
        if (settlement != null) {
            settlement.setAttribute(CHARGE, receipt.settled().amount().nanos());
            settlement.end();
            settlement = null;
        }
    }

    private void endAttempt() {
        if (attempt != null) {
            if (attemptEnded == null) {
                attempt.end();
            } else {
                attempt.end(attemptEnded);
            }
            attempt = null;
            attemptEnded = null;
        }
    }

    private static void putUsage(Span span, long inputTokens, long outputTokens) {
        span.setAttribute(INPUT_TOKENS, inputTokens);
        span.setAttribute(OUTPUT_TOKENS, outputTokens);
    }

    /**
     * All of it is over.
     *
     * @param requestId null: none was told
     * @param status what the client was told; 0: nothing
     * @param charge in nano-dollars
     */
    void over(
            @Nullable String requestId,
            int status,
            String ending,
            long charge,
            long inputTokens,
            long outputTokens) {
        admitted(false);
        endAttempt();
        if (settlement != null) {
            settlement.setStatus(StatusCode.ERROR);
            settlement.end();
        }
        if (requestId != null) {
            request.setAttribute(REQUEST_ID, requestId);
        }
        if (status != 0) {
            request.setAttribute(STATUS, (long) status);
        }
        if (status >= 500) {
            request.setStatus(StatusCode.ERROR);
            request.setAttribute(ERROR, Integer.toString(status));
        }
        request.setAttribute(ENDING, ending);
        request.setAttribute(CHARGE, charge);
        if (inputTokens > 0 || outputTokens > 0) {
            putUsage(request, inputTokens, outputTokens);
        }
        request.end();
    }
}
