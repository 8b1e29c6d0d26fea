package dev.scrip.charging;

import java.time.Instant;

/**
 * How a request went, for its record.
 *
 * @param endpoint "chat.completions"
 * @param upstream the name of the upstream that answered
 * @param ending "completed", "client_gone", "upstream_cut" ...
 */
public record Call(
        String endpoint, String upstream, boolean streamed, Instant endedAt, String ending) {}
