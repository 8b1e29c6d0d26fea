package dev.scrip.gateway;

/**
 * The file of upstreams is not as it must be; the message is one line that names the file and the
 * field.
 */
public final class InvalidUpstreams extends RuntimeException {

    private static final long serialVersionUID = 1;

    InvalidUpstreams(String message, Throwable cause) {
        super(message, cause);
    }

    InvalidUpstreams(String message) {
        super(message);
    }
}
