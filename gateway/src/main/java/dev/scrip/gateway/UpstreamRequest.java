package dev.scrip.gateway;

import io.vertx.core.buffer.Buffer;
import java.net.URI;

/**
 * What is sent to an upstream.
 *
 * @param url where
 * @param streamed the answer is to come as a stream of events
 */
record UpstreamRequest(URI url, Buffer body, boolean streamed) {}
