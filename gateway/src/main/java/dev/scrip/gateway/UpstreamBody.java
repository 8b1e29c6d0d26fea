package dev.scrip.gateway;

import io.vertx.core.buffer.Buffer;

/** What is sent to an upstream after the head. */
sealed interface UpstreamBody {

    /** A JSON text. */
    record Text(Buffer json) implements UpstreamBody {}

    /** A form, whose files are read from disk as the upstream takes them. */
    record Parts(Form form) implements UpstreamBody {}
}
