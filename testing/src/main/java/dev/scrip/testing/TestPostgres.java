package dev.scrip.testing;

import dev.scrip.postgres.Database;
import dev.scrip.postgres.DatabaseAddress;
import dev.scrip.postgres.EmbeddedPostgres;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One real PostgreSQL for all tests of a JVM, started when first asked for and stopped at its end.
 * Every {@link #database()} is a new, migrated, empty database of its own.
 */
public final class TestPostgres {

    private static final AtomicInteger DATABASES = new AtomicInteger();
    private static final String TEMPLATE = "test_template";
    private static @Nullable EmbeddedPostgres server;
    private static boolean migrated;

    private TestPostgres() {}

    /** A new database with the migrations of every module on the class path. */
    public static Database database() {
        return Database.open(migrated());
    }

    /** The address of a new database with the migrations of every module on the class path. */
    public static DatabaseAddress migrated() {
        return create(" TEMPLATE " + template());
    }

    /** The address of a new, still empty database. */
    public static DatabaseAddress address() {
        return create("");
    }

    private static DatabaseAddress create(String from) {
        return create("test_" + DATABASES.incrementAndGet(), from);
    }

    private static DatabaseAddress create(String name, String from) {
        DatabaseAddress main = server().address(12);
        try (var connection =
                        DriverManager.getConnection(main.jdbcUrl(), main.user(), main.password());
                var statement = connection.createStatement()) {
            // The server's data outlives a run, the counter does not.
            statement.execute("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)");
            statement.execute("CREATE DATABASE " + name + from);
        } catch (SQLException failed) {
            throw new IllegalStateException("no test database", failed);
        }
        return new DatabaseAddress(
                main.jdbcUrl().replaceFirst("/postgres$", "/" + name),
                main.user(),
                main.password(),
                main.connectionsMax());
    }

    /** Migrated once: copying it is much faster than migrating each. */
    private static synchronized String template() {
        if (!migrated) {
            Database.open(create(TEMPLATE, "")).close();
            migrated = true;
        }
        return TEMPLATE;
    }

    private static synchronized EmbeddedPostgres server() {
        EmbeddedPostgres running = server;
        if (running == null) {
            Path home = Path.of("target", "test-postgres").toAbsolutePath();
            running = EmbeddedPostgres.start(home, false);
            EmbeddedPostgres stopped = running;
            Runtime.getRuntime().addShutdownHook(new Thread(stopped::close));
            server = running;
        }
        return running;
    }
}
