package dev.scrip.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.PGConnection;

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

    /** As when it was stopped while it sent a large message: PostgreSQL does not call that idle. */
    @Test
    void aTransactionThatIsHalfSentIsRolledBack() throws Exception {
        try (EmbeddedPostgres server = EmbeddedPostgres.start(home, false);
                Database database = Database.open(server.address(2))) {
            database.owner(
                    tx -> {
                        tx.execute("CREATE TABLE purse (amount int, note text)");
                        tx.execute("INSERT INTO purse VALUES (0, '')");
                    });
            HalfSent.passOnly(Long.MAX_VALUE);
            Connections connections =
                    new Connections(server.address(1), false, Duration.ofSeconds(5));
            connections.setSocketFactory(HalfSent.class.getName());
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
                    Connection stuck = connections.getConnection();
                    PreparedStatement update =
                            stuck.prepareStatement("UPDATE purse SET amount = 1, note = ?")) {
                stuck.setAutoCommit(false);
                for (int i = 0; i < 50; i++) {
                    update.setString(1, "x".repeat(1_000));
                    update.addBatch();
                }
                HalfSent.passOnly(10_000);
                Future<?> sent = threads.submit(() -> send(update));
                awaitItsLocks(database, stuck, sent);
                Future<?> other = threads.submit(() -> addTen(database));
                other.get(30, TimeUnit.SECONDS);
                assertThatThrownBy(() -> sent.get(30, TimeUnit.SECONDS)).isNotNull();
            }
            assertThat(database.<Integer>read(DatabaseTest::amount)).isEqualTo(10);
        }
    }

    /** For what it reads on one snapshot, and for what owns the tables, there is no such limit. */
    @Test
    void whatMayTakeItsTimeIsNotEnded() {
        try (EmbeddedPostgres server = EmbeddedPostgres.start(home, false);
                Database database = Database.open(server.address(1))) {
            assertThat(database.<String>transaction(DatabaseTest::limit)).isEqualTo("25s");
            assertThat(database.<String>snapshot(DatabaseTest::limit)).isEqualTo("0");
            database.owner(tx -> assertThat(limit(tx)).isEqualTo("0"));
            assertThat(database.<String>transaction(DatabaseTest::limit)).isEqualTo("25s");
        }
    }

    private static String limit(Handle tx) {
        return tx.createQuery("SHOW transaction_timeout").mapTo(String.class).one();
    }

    private static void send(PreparedStatement batch) {
        try {
            int[] _ = batch.executeBatch();
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static void addTen(Database database) {
        database.owner(tx -> tx.execute("UPDATE purse SET amount = amount + 10"));
    }

    private static void awaitItsLocks(Database database, Connection stuck, Future<?> sent)
            throws Exception {
        int process = stuck.unwrap(PGConnection.class).getBackendPID();
        while (!sent.isDone() && database.<Integer>read(tx -> writers(tx, process)) == 0) {
            Thread.onSpinWait();
        }
    }

    private static int writers(Handle tx, int process) {
        return tx.createQuery(
                        """
                        SELECT count(*) FROM pg_stat_activity
                        WHERE pid = :process AND backend_xid IS NOT NULL
                        """)
                .bind("process", process)
                .mapTo(Integer.class)
                .one();
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
