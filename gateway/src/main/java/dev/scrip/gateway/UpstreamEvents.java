package dev.scrip.gateway;

import io.vertx.core.buffer.Buffer;

/**
 * What an upstream tells about one call, on the context that made it: the head, pieces of the body,
 * and then exactly one of end and failed; nothing after {@link UpstreamCall#cancel}.
 */
interface UpstreamEvents {

    /** It took a part of a request that is long on its way. */
    default void sent() {}

    void head(UpstreamHead head);

    void bytes(Buffer piece);

    void end();

    void failed(Throwable cause);
}
