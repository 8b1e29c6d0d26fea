package dev.scrip.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedPostgresTest {

    @TempDir Path home;

    @Test
    void keepsItsDataOverARestart() {
        try (EmbeddedPostgres server = EmbeddedPostgres.start(home, true);
                Database database = Database.open(server.address(4))) {
            database.execute(tx -> tx.execute("CREATE TABLE kept (id bigint)"));
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

    private static String setting(Database database, String name) {
        return database.read(
                handle -> handle.createQuery("SHOW " + name).mapTo(String.class).one());
    }
}
