package dev.scrip.gateway;

import io.vertx.core.Future;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * What is sent to an upstream.
 *
 * @param url where
 * @param body there at once if it is small; a large one is written on a worker
 * @param accept the media types that the answer may have
 * @param traceparent the trace that it belongs to; null: none
 */
record UpstreamRequest(
        URI url, Future<UpstreamBody> body, String accept, @Nullable String traceparent) {}
