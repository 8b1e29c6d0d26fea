package dev.scrip.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The program cannot change what is only ever added to, whatever it tries. */
class WriterRoleTest {

    private static final String NOT_PERMITTED = "42501";

    @TempDir static Path home;
    private static EmbeddedPostgres server;
    private static Database database;

    @BeforeAll
    static void open() {
        server = EmbeddedPostgres.start(home, false);
        prepare(server.address(4));
        database = Database.open(server.address(4));
    }

    @AfterAll
    static void close() {
        database.close();
        server.close();
    }

    /** As migrations would have made them: the next opening gives the role its privileges. */
    private static void prepare(DatabaseAddress address) {
        try (Database first = Database.open(address)) {
            first.owner(
                    tx -> {
                        tx.execute("CREATE TABLE kept (id bigint) PARTITION BY RANGE (id)");
                        tx.execute("COMMENT ON TABLE kept IS 'append-only: for ever'");
                        tx.execute("CREATE TABLE ordinary (id bigint)");
                        partition(tx, "kept_1", 0, 10);
                    });
        }
    }

    private static void partition(org.jdbi.v3.core.Handle tx, String name, int from, int to) {
        tx.execute(
                "CREATE TABLE %s PARTITION OF kept FOR VALUES FROM (%d) TO (%d)"
                        .formatted(name, from, to));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "UPDATE kept SET id = id",
                "DELETE FROM kept",
                "TRUNCATE kept",
                "UPDATE kept_1 SET id = id",
                "DELETE FROM kept_1",
                "DROP TABLE kept",
                "ALTER TABLE kept ADD COLUMN more text",
                "SELECT * FROM kept FOR UPDATE",
                "CREATE TABLE mine (id bigint)",
                "TRUNCATE ordinary"
            })
    void writerIsRefused(String statement) {
        assertThatThrownBy(() -> database.execute(tx -> tx.execute(statement)))
                .rootCause()
                .isInstanceOf(SQLException.class)
                .extracting(cause -> ((SQLException) cause).getSQLState())
                .isEqualTo(NOT_PERMITTED);
    }

    @Test
    void writerAddsAndReadsAndChangesWhatMayChange() {
        database.execute(
                tx -> {
                    assertThat(tx.execute("INSERT INTO kept VALUES (1)")).isEqualTo(1);
                    assertThat(tx.execute("INSERT INTO ordinary VALUES (1)")).isEqualTo(1);
                    assertThat(tx.execute("UPDATE ordinary SET id = 2")).isEqualTo(1);
                    assertThat(tx.execute("DELETE FROM ordinary")).isEqualTo(1);
                    assertThat(tx.createQuery("SELECT count(*) FROM kept").mapTo(Long.class).one())
                            .isPositive();
                });
    }

    /** A partition made at run time can be added to through its parent, and not changed either. */
    @Test
    void ownerMakesPartitions() {
        database.owner(tx -> partition(tx, "kept_2", 10, 20));
        database.execute(tx -> assertThat(tx.execute("INSERT INTO kept VALUES (11)")).isEqualTo(1));
        writerIsRefused("UPDATE kept_2 SET id = id");
        assertThat(user()).as("the transaction's end ends it").isEqualTo(WriterRoleStore.ROLE);
    }

    @Test
    void ownersFailureLeavesNoOwnerBehind() {
        assertThatThrownBy(() -> database.owner(tx -> tx.execute("SELECT 1 / 0")))
                .isInstanceOf(RuntimeException.class);
        assertThat(user()).isEqualTo(WriterRoleStore.ROLE);
    }

    private static String user() {
        return database.read(tx -> tx.createQuery("SELECT current_user").mapTo(String.class).one());
    }

    /** Somebody else's PostgreSQL, where this user may make tables and no roles. */
    @Test
    void userWhoMayNotMakeTheRoleStartsAndIsToldWhatToRun() throws SQLException {
        try (EmbeddedPostgres other = EmbeddedPostgres.start(home.resolve("other"), false)) {
            DatabaseAddress administrator = other.address(2);
            run(administrator, "CREATE ROLE plain LOGIN PASSWORD 'secret'");
            run(administrator, "CREATE DATABASE plain OWNER plain");
            DatabaseAddress plain =
                    new DatabaseAddress(
                            administrator.jdbcUrl().replaceFirst("/postgres$", "/plain"),
                            "plain",
                            "secret",
                            2);
            prepare(plain);
            String statements;
            try (Database opened = Database.open(plain)) {
                statements = opened.missingGuard().orElseThrow();
                assertThat(statements).contains("CREATE ROLE scrip_writer").contains("TO plain");
                opened.execute(tx -> tx.execute("DELETE FROM kept"));
            }
            run(administrator, statements);
            try (Database opened = Database.open(plain)) {
                assertThat(opened.missingGuard()).isEmpty();
                assertThatThrownBy(() -> opened.execute(tx -> tx.execute("DELETE FROM kept")))
                        .hasMessageContaining("permission denied");
            }
        }
    }

    private static void run(DatabaseAddress address, String statements) throws SQLException {
        try (var connection =
                        java.sql.DriverManager.getConnection(
                                address.jdbcUrl(), address.user(), address.password());
                var statement = connection.createStatement()) {
            statement.execute(statements);
        }
    }

    /** The first openings on a server race for the role itself. */
    @Test
    void databasesOfOneServerMayBeOpenedAtOnce() throws Exception {
        try (EmbeddedPostgres fresh = EmbeddedPostgres.start(home.resolve("fresh"), false)) {
            openAtOnce(fresh);
        }
    }

    private static void openAtOnce(EmbeddedPostgres server) throws Exception {
        List<Callable<Boolean>> openings = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            String name = "at_once_" + i % 3;
            if (i < 3) {
                run(server.address(1), "CREATE DATABASE " + name);
            }
            DatabaseAddress main = server.address(2);
            DatabaseAddress address =
                    new DatabaseAddress(
                            main.jdbcUrl().replaceFirst("/postgres$", "/" + name),
                            main.user(),
                            main.password(),
                            2);
            openings.add(
                    () -> {
                        try (Database opened = Database.open(address)) {
                            return opened.missingGuard().isEmpty();
                        }
                    });
        }
        try (var threads = Executors.newFixedThreadPool(6)) {
            for (var opened : threads.invokeAll(openings)) {
                assertThat(opened.get()).isTrue();
            }
        }
    }
}
