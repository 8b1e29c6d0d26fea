package dev.scrip.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
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

    private final transient ProcessNumber number = new ProcessNumber(Ids::use);
    private final boolean asWriter;

    /**
     * @param asWriter whether they work as the role {@code scrip_writer}
     */
    Connections(DatabaseAddress address, boolean asWriter) {
        this.asWriter = asWriter;
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
}
