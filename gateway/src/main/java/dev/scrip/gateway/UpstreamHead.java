package dev.scrip.gateway;

import org.jspecify.annotations.Nullable;

/** The beginning of an upstream's answer: all of its head that is used. */
record UpstreamHead(
        int status,
        @Nullable String contentType,
        @Nullable String retryAfter,
        @Nullable String retryAfterMillis) {

    UpstreamHead(int status, @Nullable String contentType) {
        this(status, contentType, null, null);
    }

    boolean isSuccess() {
        return status >= 200 && status < 300;
    }

    boolean isEventStream() {
        return contentType != null && contentType.startsWith("text/event-stream");
    }
}
