package dev.scrip.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.jdbi.v3.core.Handle;

/** The statements of {@link Signals}. */
final class SignalStore {

    /**
     * One for all topics: a message is taken in by whoever listens, in the order of the commits.
     */
    private static final String CHANNEL = "scrip";

    private SignalStore() {}

    static void send(Handle tx, String message) {
        try (var call = tx.createQuery("SELECT pg_notify(:channel, :message) IS NULL")) {
            boolean _ =
                    call.bind("channel", CHANNEL)
                            .bind("message", message)
                            .mapTo(Boolean.class)
                            .one();
        }
    }

    static void listen(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("LISTEN " + CHANNEL);
        }
    }
}
