package dev.scrip.charging;

import dev.scrip.pricing.UpstreamRates;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How a request went, for its record.
 *
 * @param endpoint "chat.completions"
 * @param upstream the name of the upstream that answered
 * @param ending "completed", "client_gone", "upstream_cut" ...
 * @param upstreamRates what that upstream asks of the operator; null: not known
 */
public record Call(
        String endpoint,
        String upstream,
        boolean streamed,
        Instant endedAt,
        String ending,
        @Nullable UpstreamRates upstreamRates) {

    /** Of an upstream whose own prices are not known. */
    public Call(
            String endpoint, String upstream, boolean streamed, Instant endedAt, String ending) {
        this(endpoint, upstream, streamed, endedAt, ending, null);
    }
}
