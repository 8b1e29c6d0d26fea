package dev.scrip.gateway;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.net.URI;

/**
 * What is sent to an upstream.
 *
 * @param url where
 * @param body there at once if it is small; a large one is written on a worker
 * @param streamed the answer is to come as a stream of events
 */
record UpstreamRequest(URI url, Future<Buffer> body, boolean streamed) {}
