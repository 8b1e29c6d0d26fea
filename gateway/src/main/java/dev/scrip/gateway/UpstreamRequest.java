package dev.scrip.gateway;

import io.vertx.core.buffer.Buffer;

/**
 * What is sent to an upstream.
 *
 * @param path under its base URL
 * @param streamed the answer is to come as a stream of events
 */
record UpstreamRequest(String path, Buffer body, boolean streamed) {}
