package dev.scrip.gateway;

import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.vertx.core.http.HttpServerRequest;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Traces of requests, told to a collector by OpenTelemetry's own environment variables; where they
 * name none, nothing of it runs.
 */
public final class Tracing implements AutoCloseable {

    /** There are no traces. */
    public static final Tracing OFF = new Tracing(null);

    /** What OpenTelemetry's own defaults are not made for: its metrics and logs are not ours. */
    private static final Map<String, String> DEFAULTS =
            Map.of(
                    "otel.service.name", "scrip",
                    "otel.exporter.otlp.protocol", "http/protobuf",
                    "otel.metrics.exporter", "none",
                    "otel.logs.exporter", "none");

    private final @Nullable OpenTelemetrySdk sdk;
    private final @Nullable Tracer tracer;

    private Tracing(@Nullable OpenTelemetrySdk sdk) {
        this.sdk = sdk;
        this.tracer = sdk == null ? null : sdk.getTracer("dev.scrip.gateway");
    }

    /**
     * Reads {@code OTEL_*}: an endpoint of OTLP switches traces on.
     *
     * @throws IllegalArgumentException saying which of them cannot be used
     */
    public static Tracing read(Map<String, String> environment) {
        Map<String, String> properties = new HashMap<>();
        environment.forEach(
                (name, value) -> {
                    if (name.startsWith("OTEL_") && !value.isBlank()) {
                        properties.put(
                                name.toLowerCase(Locale.ROOT).replace('_', '.'), value.strip());
                    }
                });
        boolean named =
                properties.containsKey("otel.exporter.otlp.endpoint")
                        || properties.containsKey("otel.exporter.otlp.traces.endpoint");
        boolean disabled = Boolean.parseBoolean(properties.get("otel.sdk.disabled"));
        return named && !disabled ? new Tracing(sdk(properties)) : OFF;
    }

    private static OpenTelemetrySdk sdk(Map<String, String> properties) {
        try {
            return AutoConfiguredOpenTelemetrySdk.builder()
                    .addPropertiesSupplier(() -> DEFAULTS)
                    .addPropertiesCustomizer(_ -> properties)
                    .disableShutdownHook()
                    .build()
                    .getOpenTelemetrySdk();
        } catch (RuntimeException wrong) {
            throw new IllegalArgumentException(
                    "the settings OTEL_* cannot be used: " + wrong.getMessage(), wrong);
        }
    }

    /** Begins the trace of a request, or takes the client's up; null: there are no traces. */
    @Nullable Trace begin(HttpServerRequest request) {
        return tracer == null ? null : Trace.begin(tracer, request);
    }

    /** Sends what was not sent yet. */
    @Override
    public void close() {
        if (sdk != null) {
            sdk.close();
        }
    }
}
