package dev.scrip.postgres;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;
import java.util.function.Consumer;
import java.util.function.Function;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.transaction.TransactionIsolationLevel;

/**
 * The one PostgreSQL of an installation: a connection pool, the migrations of every module on the
 * class path, and transactions.
 *
 * <p>A transaction is a parameter: a module that writes takes the caller's {@link Handle}, so that
 * several modules can commit as one.
 */
public final class Database implements AutoCloseable {

    private static final String CONNECT_TIMEOUT_SECONDS = "10";

    private final DatabaseAddress address;
    private final HikariDataSource pool;
    private final Jdbi jdbi;

    private Database(DatabaseAddress address, HikariDataSource pool) {
        this.address = address;
        this.pool = pool;
        this.jdbi = Jdbi.create(pool);
    }

    /** Connects and brings the schema up to date. Throws when PostgreSQL cannot be reached. */
    public static Database open(DatabaseAddress address) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("scrip");
        config.setJdbcUrl(address.jdbcUrl());
        config.setUsername(address.user());
        config.setPassword(address.password());
        config.setMaximumPoolSize(address.connectionsMax());
        config.setMinimumIdle(Math.min(2, address.connectionsMax()));
        config.setConnectionTimeout(10_000);
        config.setAutoCommit(true);
        // Once for a connection: naming the level for each transaction costs six round trips.
        config.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
        config.addDataSourceProperty("reWriteBatchedInserts", "true");
        config.addDataSourceProperty("tcpKeepAlive", "true");
        config.addDataSourceProperty("ApplicationName", "scrip");
        HikariDataSource pool = new HikariDataSource(config);
        try {
            migrate(pool);
        } catch (RuntimeException failed) {
            pool.close();
            throw failed;
        }
        return new Database(address, pool);
    }

    private static void migrate(DataSource pool) {
        Flyway.configure()
                .dataSource(pool)
                .locations("classpath:db/migration")
                .outOfOrder(true) // each module numbers its migrations in a range of its own
                .load()
                .migrate();
    }

    /**
     * Runs work in one READ COMMITTED transaction: committed when it returns, rolled back when it
     * throws. Never make a network call inside.
     */
    public <T> T transaction(Function<Handle, T> work) {
        return jdbi.inTransaction(work::apply);
    }

    /** {@link #transaction} for work without a result. */
    public void execute(Consumer<Handle> work) {
        jdbi.useTransaction(work::accept);
    }

    /** Runs single reads, each statement with a snapshot of its own. */
    public <T> T read(Function<Handle, T> work) {
        return jdbi.withHandle(work::apply);
    }

    /** Runs reads that must agree with one another, on one snapshot. */
    public <T> T snapshot(Function<Handle, T> work) {
        return jdbi.inTransaction(
                TransactionIsolationLevel.REPEATABLE_READ,
                handle -> {
                    // JDBC's setReadOnly is refused inside a transaction.
                    handle.execute("SET TRANSACTION READ ONLY");
                    return work.apply(handle);
                });
    }

    /** A connection beside the pool, for whoever keeps one for life and closes it. */
    Connection connectAlone() throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", address.user());
        properties.setProperty("password", address.password());
        properties.setProperty("connectTimeout", CONNECT_TIMEOUT_SECONDS);
        properties.setProperty("tcpKeepAlive", "true");
        properties.setProperty("ApplicationName", "scrip signals");
        return DriverManager.getConnection(address.jdbcUrl(), properties);
    }

    public DataSource dataSource() {
        return pool;
    }

    @Override
    public void close() {
        pool.close();
    }
}
