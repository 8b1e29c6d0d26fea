package dev.scrip.gateway;

/**
 * Who is told what becomes of each request.
 *
 * @param accessLog whether each request is a line of the log {@value AccessLog#NAME}
 */
public record Observation(GatewayMetrics metrics, boolean accessLog, Tracing tracing) {

    /** Without traces. */
    public Observation(GatewayMetrics metrics, boolean accessLog) {
        this(metrics, accessLog, Tracing.OFF);
    }
}
