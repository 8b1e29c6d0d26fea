package dev.scrip.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.scrip.postgres.DatabaseAddress;
import dev.scrip.testing.TestPostgres;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The wire does to a real PostgreSQL what it says. */
class WireTest {

    private final DatabaseAddress database = TestPostgres.address();

    private Wire wire() {
        return new Wire(Integer.parseInt(database.jdbcUrl().replaceFirst(".*:(\\d+)/.*", "$1")), 1);
    }

    private Connection connect(String url) throws SQLException {
        return DriverManager.getConnection(url, database.user(), database.password());
    }

    private Connection connect(Wire wire) throws SQLException {
        return connect(database.jdbcUrl().replaceFirst(":\\d+/", ":" + wire.port() + "/"));
    }

    private long rows() throws SQLException {
        try (Connection direct = connect(database.jdbcUrl());
                Statement statement = direct.createStatement();
                var row = statement.executeQuery("SELECT count(*) FROM mark")) {
            row.next();
            return row.getLong(1);
        }
    }

    private static void insert(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE IF NOT EXISTS mark (id int)");
            statement.execute("INSERT INTO mark VALUES (1)");
        }
    }

    @Test
    void aCommitIsCarriedOutAndNotAnswered() throws Exception {
        try (Wire wire = wire();
                Connection connection = connect(wire)) {
            insert(connection);
            connection.commit();
            insert(connection);
            wire.weather(new Wire.Weather(Duration.ZERO, 0, 100));
            assertThatThrownBy(connection::commit).isInstanceOf(SQLException.class);
            assertThat(rows()).isEqualTo(2);
        }
    }

    @Test
    void whatIsDroppedBeforeItsCommitNeverWas() throws Exception {
        try (Wire wire = wire();
                Connection connection = connect(wire)) {
            insert(connection);
            connection.commit();
            insert(connection);
            wire.weather(new Wire.Weather(Duration.ZERO, 1000, 0));
            // Half of the cut pieces are passed on; what is asked first is no commit.
            assertThatThrownBy(
                            () -> {
                                try (Statement statement = connection.createStatement()) {
                                    statement.execute("SELECT 1");
                                }
                            })
                    .isInstanceOf(SQLException.class);
            assertThat(rows()).isEqualTo(1);
        }
    }

    @Test
    void afterASilenceWhatWasHeldBackArrives() throws Exception {
        try (Wire wire = wire();
                Connection connection = connect(wire)) {
            insert(connection);
            wire.fallSilent();
            CompletableFuture<Void> commit =
                    CompletableFuture.runAsync(
                            () -> {
                                try {
                                    connection.commit();
                                } catch (SQLException failed) {
                                    throw new IllegalStateException(failed);
                                }
                            });
            assertThat(commit).isNotDone();
            wire.speak(false);
            commit.get(20, TimeUnit.SECONDS);
            assertThat(rows()).isEqualTo(1);
        }
    }
}
