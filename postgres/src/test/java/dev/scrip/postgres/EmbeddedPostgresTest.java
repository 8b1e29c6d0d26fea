package dev.scrip.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedPostgresTest {

    @TempDir Path home;

    @Test
    void keepsItsDataOverARestart() {
        try (EmbeddedPostgres server = EmbeddedPostgres.start(home, true);
                Database database = Database.open(server.address(4))) {
            database.owner(tx -> tx.execute("CREATE TABLE kept (id bigint)"));
            database.execute(tx -> tx.execute("INSERT INTO kept VALUES (42)"));
        }
        try (EmbeddedPostgres server = EmbeddedPostgres.start(home, true);
                Database database = Database.open(server.address(4))) {
            assertThat(setting(database, "fsync")).isEqualTo("on");
            assertThat(setting(database, "synchronous_commit")).isEqualTo("on");
            long id =
                    database.read(
                            handle ->
                                    handle.createQuery("SELECT id FROM kept")
                                            .mapTo(Long.class)
                                            .one());
            assertThat(id).isEqualTo(42);
        }
    }

    @Test
    void aServerThatIsKilledIsStartedAgain() throws Exception {
        try (EmbeddedPostgres server = EmbeddedPostgres.start(home, true);
                Database database = Database.open(server.address(4))) {
            database.owner(tx -> tx.execute("CREATE TABLE kept (id bigint)"));
            long killed = server.pid();
            ProcessHandle.of(killed).orElseThrow().destroyForcibly();
            for (int tries = 0; server.pid() == killed || !answers(database); tries++) {
                assertThat(tries).as("tries to reach the restarted server").isLessThan(300);
                Thread.sleep(100);
            }
            assertThat(EmbeddedPostgres.running(home, 4)).isPresent();
        }
        assertThat(EmbeddedPostgres.running(home, 4)).isEmpty();
    }

    @Test
    void aServerLeftOverByAKilledProcessIsStoppedFirst() {
        EmbeddedPostgres leftOver = EmbeddedPostgres.start(home, true);
        leftOver.abandon();
        try (EmbeddedPostgres server = EmbeddedPostgres.start(home, true)) {
            assertThat(server.pid()).isNotEqualTo(leftOver.pid());
            assertThat(ProcessHandle.of(leftOver.pid())).isEmpty();
        }
    }

    @Test
    void aDataDirectoryOfAnotherVersionIsRefused() throws IOException {
        EmbeddedPostgres.start(home, true).close();
        Files.writeString(home.resolve("postgres/PG_VERSION"), "17\n");
        assertThatThrownBy(() -> EmbeddedPostgres.start(home, true))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("is of PostgreSQL 17, this program brings 18");
    }

    @Test
    void aDamagedDataDirectoryIsRefused() throws IOException {
        EmbeddedPostgres.start(home, true).close();
        Files.write(home.resolve("postgres/global/pg_control"), new byte[8192]);
        assertThatThrownBy(() -> EmbeddedPostgres.start(home, true))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("restore it from a backup");
        Files.delete(home.resolve("postgres/PG_VERSION"));
        assertThatThrownBy(() -> EmbeddedPostgres.start(home, true))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("is damaged");
    }

    private static boolean answers(Database database) {
        try {
            return database.read(h -> h.createQuery("SELECT 1").mapTo(Long.class).one()) == 1;
        } catch (RuntimeException notYet) {
            return false;
        }
    }

    private static String setting(Database database, String name) {
        return database.read(
                handle -> handle.createQuery("SHOW " + name).mapTo(String.class).one());
    }
}
