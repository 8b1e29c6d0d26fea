package dev.scrip.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatabaseTest {

    @TempDir Path home;

    /** As when its process is paused or cut off: whoever waits for its locks must not wait on. */
    @Test
    void aTransactionThatFallsSilentIsRolledBack() throws Exception {
        try (EmbeddedPostgres server = EmbeddedPostgres.start(home, false);
                Database first = Database.open(server.address(1))) {
            first.owner(tx -> tx.execute("CREATE TABLE purse (amount int)"));
            waitNoLongerThanForSilence(server);
        }
    }

    private static void waitNoLongerThanForSilence(EmbeddedPostgres server) throws Exception {
        try (Database database = Database.open(server.address(4))) {
            database.execute(tx -> tx.execute("INSERT INTO purse VALUES (0)"));
            CountDownLatch locked = new CountDownLatch(1);
            CountDownLatch resumed = new CountDownLatch(1);
            CompletableFuture<Void> silent =
                    CompletableFuture.runAsync(
                            () ->
                                    database.execute(
                                            tx -> {
                                                tx.execute("UPDATE purse SET amount = 1");
                                                locked.countDown();
                                                await(resumed);
                                            }));
            await(locked);
            database.execute(tx -> tx.execute("UPDATE purse SET amount = amount + 10"));
            resumed.countDown();
            assertThatThrownBy(() -> silent.get(30, TimeUnit.SECONDS)).isNotNull();
            assertThat(database.<Integer>read(DatabaseTest::amount)).isEqualTo(10);
        }
    }

    private static int amount(Handle tx) {
        return tx.createQuery("SELECT amount FROM purse").mapTo(Integer.class).one();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }
}
