package dev.scrip.postgres;

/**
 * Something the person who starts the program must put right; its message is one line that says
 * what.
 */
public final class StartFailure extends RuntimeException {

    private static final long serialVersionUID = 1;

    public StartFailure(String message) {
        super(message);
    }

    public StartFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
