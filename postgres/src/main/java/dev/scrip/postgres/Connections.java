package dev.scrip.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.postgresql.ds.PGSimpleDataSource;

/** Makes the connections of the pool, each as it must be before anything is done with it. */
final class Connections extends PGSimpleDataSource {

    private static final long serialVersionUID = 1;

    /**
     * A process that is paused or cut off in the middle of a transaction must not keep everybody
     * else from the rows that it locked: PostgreSQL rolls it back. Nothing is lost by that, because
     * its commit was not sent.
     */
    private static final String SILENCE_MAX = "5s";

    /**
     * The same for who fell silent between the pieces of what it was sending: PostgreSQL does not
     * call that idle, and would wait for the rest for as long as the connection seems to stand.
     * Shorter than an answer waits for its charge, so that others still get theirs.
     */
    private static final Duration TRANSACTION_MAX = Duration.ofSeconds(25);

    /** Older ones cannot end a transaction for its age. */
    private static final int FIRST_VERSION_WITH_LIMIT = 17;

    private final transient ProcessNumber number = new ProcessNumber(Ids::use);
    private final boolean asWriter;
    private final long transactionMaxMillis;

    /**
     * @param asWriter whether they work as the role {@code scrip_writer}
     */
    Connections(DatabaseAddress address, boolean asWriter) {
        this(address, asWriter, TRANSACTION_MAX);
    }

    Connections(DatabaseAddress address, boolean asWriter, Duration transactionMax) {
        this.asWriter = asWriter;
        this.transactionMaxMillis = transactionMax.toMillis();
        setUrl(address.jdbcUrl());
        setUser(address.user());
        setPassword(address.password());
        setReWriteBatchedInserts(true);
        setTcpKeepAlive(true);
        setApplicationName("scrip");
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        Connection made = super.getConnection(user, password);
        try (Statement statement = made.createStatement()) {
            statement.execute("SET idle_in_transaction_session_timeout = '" + SILENCE_MAX + "'");
            if (limitsTransactions(made)) {
                statement.execute("SET transaction_timeout = " + transactionMaxMillis);
            }
            number.hold(made);
            if (asWriter) {
                statement.execute("SET ROLE " + WriterRoleStore.ROLE);
            }
            return made;
        } catch (SQLException | RuntimeException failed) {
            made.close();
            throw failed;
        }
    }

    /** To be run, with others, at the beginning of a transaction that may take its time. */
    static String lasting(Connection connection) {
        try {
            return limitsTransactions(connection) ? "; SET LOCAL transaction_timeout = 0" : "";
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static boolean limitsTransactions(Connection connection) throws SQLException {
        return connection.getMetaData().getDatabaseMajorVersion() >= FIRST_VERSION_WITH_LIMIT;
    }
}
