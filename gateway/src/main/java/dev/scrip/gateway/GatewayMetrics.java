package dev.scrip.gateway;

import dev.scrip.charging.ChargingWatch;
import dev.scrip.pricing.Usage;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.instrumentation.jvm.JvmBufferPoolMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmGarbageCollectorMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmMemoryMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmThreadsMetrics;
import io.prometheus.metrics.instrumentation.jvm.ProcessMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Unit;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;

/**
 * What this process counts and measures of its requests and of itself, for Prometheus. No label
 * names an organization, a key or anything else that a caller chose, so that there are few series.
 * Sums of money are for display; the books alone are exact.
 */
public final class GatewayMetrics {

    /** Of {@link #text}. */
    public static final String CONTENT_TYPE = PrometheusTextFormatWriter.CONTENT_TYPE;

    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final PrometheusTextFormatWriter writer =
            PrometheusTextFormatWriter.builder().setIncludeCreatedTimestamps(false).build();

    private final Counter requests =
            counter(
                    "scrip_requests_total",
                    "Requests that are over.",
                    "endpoint",
                    "model",
                    "status",
                    "ending");
    private final Counter tokens =
            counter("scrip_tokens_total", "Tokens that were charged.", "model", "kind");
    private final Counter charged =
            counter(
                    "scrip_charged_dollars_total",
                    "What was charged, in dollars.",
                    "model",
                    "upstream");
    private final Histogram whole =
            seconds(
                    "scrip_request_seconds",
                    "A request, from its head to the end of its answer.",
                    "endpoint");
    private final Histogram added =
            seconds(
                    "scrip_added_seconds",
                    "What the gateway adds: before the request is sent on, and after the upstream's"
                            + " last byte.",
                    "phase");
    private final Counter attempts =
            counter(
                    "scrip_upstream_attempts_total",
                    "Requests that were sent to an upstream.",
                    "upstream",
                    "outcome");
    private final Histogram firstByte =
            seconds(
                    "scrip_upstream_first_byte_seconds",
                    "From sending to the head of the upstream's answer.",
                    "upstream");
    private final Histogram upstreamWhole =
            seconds(
                    "scrip_upstream_seconds",
                    "From sending to the last byte of the upstream's answer.",
                    "upstream");
    private final ChargingMetrics charging = new ChargingMetrics(this);

    public GatewayMetrics() {
        JvmMemoryMetrics.builder().register(registry);
        JvmBufferPoolMetrics.builder().register(registry);
        JvmGarbageCollectorMetrics.builder().register(registry);
        JvmThreadsMetrics.builder().register(registry);
        ProcessMetrics.builder().register(registry);
    }

    /** All there is now, in Prometheus' text format. */
    public byte[] text() {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        try {
            writer.write(text, registry.scrape());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        return text.toByteArray();
    }

    /** Counts how charging goes. */
    public ChargingWatch charging() {
        return charging;
    }

    Counter counter(String name, String help, String... labels) {
        return Counter.builder().name(name).help(help).labelNames(labels).register(registry);
    }

    Histogram seconds(String name, String help, String... labels) {
        return Histogram.builder()
                .name(name)
                .help(help)
                .labelNames(labels)
                .classicOnly()
                .classicUpperBounds(
                        0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5,
                        10, 30, 60, 300)
                .register(registry);
    }

    Histogram counts(String name, String help) {
        return Histogram.builder()
                .name(name)
                .help(help)
                .classicOnly()
                .classicUpperBounds(0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000)
                .register(registry);
    }

    /** Shows what is so at the moment of a reading. */
    void show(IntSupplier running, IntSupplier holds, Supplier<List<UpstreamHealth>> health) {
        gauge("scrip_requests_running", "Requests that run now.", running);
        gauge("scrip_holds", "Requests that money is held for, or that wait for it to be.", holds);
        upstreams(
                "scrip_upstream_running",
                "Requests that an upstream has now.",
                health,
                UpstreamHealth::running);
        upstreams(
                "scrip_upstream_waiting",
                "Requests that wait for room at an upstream.",
                health,
                UpstreamHealth::waiting);
        GaugeWithCallback.builder()
                .name("scrip_upstream_asked")
                .help("1: the upstream is asked for the model; 0: it is left alone for a while.")
                .labelNames("upstream", "model")
                .callback(told -> health.get().forEach(upstream -> tellModels(upstream, told)))
                .register(registry);
    }

    private static void tellModels(UpstreamHealth upstream, GaugeWithCallback.Callback told) {
        upstream.models().forEach(model -> told.call(asked(model), upstream.name(), model.name()));
    }

    private static int asked(UpstreamHealth.Model model) {
        return model.state() == UpstreamHealth.State.ASKED ? 1 : 0;
    }

    private void gauge(String name, String help, IntSupplier value) {
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .callback(told -> told.call(value.getAsInt()))
                .register(registry);
    }

    private void upstreams(
            String name,
            String help,
            Supplier<List<UpstreamHealth>> health,
            ToIntFunction<UpstreamHealth> value) {
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .labelNames("upstream")
                .callback(
                        told ->
                                health.get()
                                        .forEach(
                                                each ->
                                                        told.call(
                                                                value.applyAsInt(each),
                                                                each.name())))
                .register(registry);
    }

    /**
     * A request is over.
     *
     * @param model empty: it did not come so far
     * @param status what the client was told; 0: nothing
     */
    void over(String endpoint, String model, int status, String ending, long nanos) {
        requests.labelValues(
                        endpoint, model, status == 0 ? "none" : Integer.toString(status), ending)
                .inc();
        whole.labelValues(endpoint).observe(Unit.nanosToSeconds(nanos));
    }

    void charged(String model, String upstream, Receipt receipt) {
        Usage usage = receipt.usage();
        tokens.labelValues(model, "input").inc(usage.inputTokens());
        tokens.labelValues(model, "cached_input").inc(usage.cachedInputTokens());
        tokens.labelValues(model, "output").inc(usage.outputTokens());
        charged.labelValues(model, upstream)
                .inc(receipt.settled().amount().toDollars().doubleValue());
    }

    void addedBefore(long nanos) {
        added.labelValues("before").observe(Unit.nanosToSeconds(nanos));
    }

    void addedAfter(long nanos) {
        added.labelValues("after").observe(Unit.nanosToSeconds(nanos));
    }

    void attempted(String upstream, Fate fate) {
        attempts.labelValues(upstream, fate.name().toLowerCase(Locale.ROOT)).inc();
    }

    void firstByte(String upstream, long nanos) {
        firstByte.labelValues(upstream).observe(Unit.nanosToSeconds(nanos));
    }

    void answered(String upstream, long nanos) {
        upstreamWhole.labelValues(upstream).observe(Unit.nanosToSeconds(nanos));
    }
}
