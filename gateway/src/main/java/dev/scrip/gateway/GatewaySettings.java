package dev.scrip.gateway;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where the gateway gets its answers, and its bounds.
 *
 * @param topUpUrl where credit is bought; told to who has too little. Null: not told
 * @param uploads where files stand that clients upload
 * @param limits the bounds of one process
 */
public record GatewaySettings(
        Upstreams upstreams, @Nullable String topUpUrl, UploadSettings uploads, Limits limits) {

    /** The settings with {@link Limits#DEFAULT}. */
    public GatewaySettings(Upstreams upstreams, @Nullable String topUpUrl, UploadSettings uploads) {
        this(upstreams, topUpUrl, uploads, Limits.DEFAULT);
    }

    /**
     * What one process takes at once and how long it waits.
     *
     * @param requestsMax running requests; beyond it: 503
     * @param bodyBytesMax one request's body; beyond it: 413
     * @param bodiesBytesMax all request bodies in memory together; beyond it: 503
     * @param answerBytesMax one answer of an upstream
     * @param hangUpDrain how long an upstream is read on for its usage after the client is gone
     * @param settlement how long a charge may take to become durable before the answer is cut
     */
    public record Limits(
            int requestsMax,
            int bodyBytesMax,
            long bodiesBytesMax,
            int answerBytesMax,
            Duration hangUpDrain,
            Duration settlement) {

        public static final Limits DEFAULT =
                new Limits(
                        4_096,
                        32 << 20,
                        Math.max(64L << 20, Runtime.getRuntime().maxMemory() / 4),
                        64 << 20,
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(30));

        public Limits {
            if (requestsMax < 1 || bodyBytesMax < 1 || bodiesBytesMax < 1 || answerBytesMax < 1) {
                throw new IllegalArgumentException("a limit must be positive");
            }
        }
    }
}
