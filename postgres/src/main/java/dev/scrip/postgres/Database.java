package dev.scrip.postgres;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Consumer;
import java.util.function.Function;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.transaction.TransactionIsolationLevel;
import org.postgresql.ds.PGSimpleDataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one PostgreSQL of an installation: a connection pool, the migrations of every module on the
 * class path, and transactions.
 *
 * <p>A transaction is a parameter: a module that writes takes the caller's {@link Handle}, so that
 * several modules can commit as one.
 */
public final class Database implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Database.class);
    private static final int CONNECT_SECONDS = 10;

    private final DatabaseAddress address;
    private final HikariDataSource pool;
    private final Jdbi jdbi;
    private final Optional<String> missing;

    private Database(DatabaseAddress address, HikariDataSource pool, Optional<String> missing) {
        this.address = address;
        this.pool = pool;
        this.jdbi = Jdbi.create(pool);
        this.missing = missing;
    }

    /**
     * Connects and brings the schema up to date. The connections then work as the role {@code
     * scrip_writer}, which can neither change nor remove a row of a table whose comment begins with
     * {@code append-only}, nor of its partitions. Where that role is missing and the user may not
     * make it, they work as the user, and {@link #missingGuard} tells.
     *
     * <p>Throws when PostgreSQL cannot be reached.
     */
    public static Database open(DatabaseAddress address) {
        Optional<String> missing = prepare(address);
        Connections connections = new Connections(address, missing.isEmpty());
        HikariConfig config = new HikariConfig();
        config.setPoolName("scrip");
        config.setDataSource(connections);
        config.setMaximumPoolSize(address.connectionsMax());
        config.setMinimumIdle(Math.min(2, address.connectionsMax()));
        config.setConnectionTimeout(CONNECT_SECONDS * 1_000L);
        config.setAutoCommit(true);
        // Once for a connection: naming the level for each transaction costs six round trips.
        config.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
        return new Database(address, new HikariDataSource(config), missing);
    }

    /** As the owner of the tables: migrates, and gives the writer's role its privileges. */
    private static Optional<String> prepare(DatabaseAddress address) {
        PGSimpleDataSource owner = new PGSimpleDataSource();
        owner.setUrl(address.jdbcUrl());
        owner.setUser(address.user());
        owner.setPassword(address.password());
        owner.setConnectTimeout(CONNECT_SECONDS);
        owner.setApplicationName("scrip");
        migrate(owner);
        try (Connection connection = owner.getConnection()) {
            Optional<String> missing = new WriterRoleStore(connection).prepare();
            missing.ifPresent(
                    statements ->
                            LOG.warn(
                                    "only the program's care keeps rows that are never to change:"
                                            + " the role {} is missing, and this user may not make"
                                            + " it. Let an administrator run: {}",
                                    WriterRoleStore.ROLE,
                                    statements));
            return missing;
        } catch (SQLException failed) {
            throw new IllegalStateException(
                    "the role %s could not be prepared: %s"
                            .formatted(WriterRoleStore.ROLE, failed.getMessage()),
                    failed);
        }
    }

    private static void migrate(DataSource owner) {
        Flyway.configure()
                .dataSource(owner)
                .locations("classpath:db/migration")
                .outOfOrder(true) // each module numbers its migrations in a range of its own
                .load()
                .migrate();
    }

    /**
     * Empty if the database itself refuses changes of what is only ever added to; otherwise the
     * statements that an administrator must run for that, once, before the next start.
     */
    public Optional<String> missingGuard() {
        return missing;
    }

    /**
     * {@link #execute} as the user who connected and owns the tables, for the little that the
     * writer's role may not do: making tables (a partition, say), and tests that make rows wrong.
     * The writer may SELECT from such a table and INSERT into it at once; UPDATE and DELETE it is
     * given when the database is opened the next time, unless the table is append-only.
     */
    public void owner(Consumer<Handle> work) {
        jdbi.useTransaction(
                handle -> {
                    handle.execute(
                            "SET LOCAL ROLE NONE" + Connections.lasting(handle.getConnection()));
                    work.accept(handle);
                });
    }

    /**
     * Runs work in one READ COMMITTED transaction: committed when it returns, rolled back when it
     * throws. Never make a network call inside: PostgreSQL ends it when nothing is heard for 5 s,
     * or when it is not done in 25.
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

    /** Runs reads that must agree with one another, on one snapshot, and may take their time. */
    public <T> T snapshot(Function<Handle, T> work) {
        return jdbi.inTransaction(
                TransactionIsolationLevel.REPEATABLE_READ,
                handle -> {
                    // JDBC's setReadOnly is refused inside a transaction.
                    handle.execute(
                            "SET TRANSACTION READ ONLY"
                                    + Connections.lasting(handle.getConnection()));
                    return work.apply(handle);
                });
    }

    /** A connection beside the pool, for whoever keeps one for life and closes it. */
    Connection connectAlone() throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", address.user());
        properties.setProperty("password", address.password());
        properties.setProperty("connectTimeout", "" + CONNECT_SECONDS);
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
