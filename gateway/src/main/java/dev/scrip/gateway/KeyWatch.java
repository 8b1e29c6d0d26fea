package dev.scrip.gateway;

import dev.scrip.organizations.CallerCheck;
import dev.scrip.organizations.KeyOutcome;
import io.vertx.core.Vertx;

/**
 * Stops the streams whose key is revoked while they run. Keys are looked for where every request's
 * is, which hears of revocations by signals and by polling: a look costs no question to the
 * database as long as the key is remembered there.
 *
 * <p>An answer in one piece is not stopped: it is owed to the upstream already, and ends soon.
 */
final class KeyWatch implements AutoCloseable {

    private static final long PAUSE_MILLIS = 1_000;

    private final Vertx vertx;
    private final CallerCheck callers;
    private final Running running;
    private final long timer;

    KeyWatch(Vertx vertx, CallerCheck callers, Running running) {
        this.vertx = vertx;
        this.callers = callers;
        this.running = running;
        this.timer = vertx.setPeriodic(PAUSE_MILLIS, _ -> look());
    }

    private void look() {
        running.streams()
                .forEach(
                        (secret, streams) ->
                                callers.authenticate(secret)
                                        .thenAccept(
                                                outcome -> {
                                                    if (outcome instanceof KeyOutcome.Unknown) {
                                                        streams.forEach(Run::stopRevoked);
                                                    }
                                                }));
    }

    @Override
    public void close() {
        vertx.cancelTimer(timer);
    }
}
