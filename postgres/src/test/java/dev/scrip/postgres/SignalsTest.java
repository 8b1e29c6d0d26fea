package dev.scrip.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.scrip.postgres.Signals.Topic;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SignalsTest {

    private static final String MISSED = "missed";

    @TempDir static Path home;
    private static EmbeddedPostgres server;
    private static Database database;

    private final LinkedBlockingQueue<String> heard = new LinkedBlockingQueue<>();
    private Signals signals;

    @BeforeAll
    static void open() {
        server = EmbeddedPostgres.start(home, false);
        database = Database.open(server.address(4));
    }

    @AfterAll
    static void close() {
        database.close();
        server.close();
    }

    @BeforeEach
    void listen() throws InterruptedException {
        signals = new Signals(database);
        signals.on(Topic.RECALL, id -> heard.add("recall " + id), () -> heard.add(MISSED));
        signals.start();
        assertThat(next()).as("after the first connection").isEqualTo(MISSED);
    }

    @AfterEach
    void stop() {
        signals.close();
        assertThat(signals.isListening()).isFalse();
    }

    private String next() throws InterruptedException {
        return heard.poll(30, TimeUnit.SECONDS);
    }

    @Test
    void tellsWhatIsCommittedAndNothingElse() throws InterruptedException {
        assertThatThrownBy(
                        () ->
                                database.execute(
                                        tx -> {
                                            Signals.send(tx, Topic.RECALL, 1);
                                            throw new IllegalStateException("rolled back");
                                        }))
                .hasMessage("rolled back");
        database.execute(tx -> Signals.send(tx, Topic.CREDIT_CHANGED, 2));
        database.execute(tx -> tx.execute("SELECT pg_notify('scrip', 'of_another_version 3')"));
        database.execute(tx -> tx.execute("SELECT pg_notify('scrip', 'recall nonsense')"));
        database.execute(
                tx -> {
                    Signals.send(tx, Topic.RECALL, 4);
                    assertThat(heard).as("before the commit").isEmpty();
                });

        assertThat(next()).isEqualTo("recall 4");
        assertThat(heard).isEmpty();
    }

    @Test
    void tellsEveryProcess() throws InterruptedException {
        LinkedBlockingQueue<Long> elsewhere = new LinkedBlockingQueue<>();
        try (Signals other = new Signals(database)) {
            other.on(Topic.KEYS_CHANGED, elsewhere::add, () -> elsewhere.add(-1L));
            other.start();
            assertThat(elsewhere.poll(30, TimeUnit.SECONDS)).isEqualTo(-1L);

            database.execute(tx -> Signals.send(tx, Topic.RECALL, 7));
            database.execute(tx -> Signals.send(tx, Topic.KEYS_CHANGED, 8));

            assertThat(elsewhere.poll(30, TimeUnit.SECONDS)).isEqualTo(8L);
            assertThat(next()).isEqualTo("recall 7");
        }
    }

    @Test
    void sayThatSomeMayBeMissedWheneverTheConnectionWasLost() throws InterruptedException {
        List<String> told = new ArrayList<>();
        for (int loss = 0; loss < 2; loss++) {
            database.owner(
                    tx ->
                            tx.execute(
                                    """
                                    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                                    WHERE application_name = 'scrip signals'
                                    """));
            told.add(next());
            database.execute(tx -> Signals.send(tx, Topic.RECALL, 9));
            told.add(next());
        }
        assertThat(told).containsExactly(MISSED, "recall 9", MISSED, "recall 9");
    }

    @Test
    void aListenerThatFailsDoesNotStopTheOthers() throws InterruptedException {
        signals.on(
                Topic.RECALL,
                id -> {
                    throw new IllegalStateException("this listener is broken");
                },
                () -> {});
        signals.on(Topic.RECALL, id -> heard.add("also " + id), () -> {});

        database.execute(tx -> Signals.send(tx, Topic.RECALL, 5));

        assertThat(next()).isEqualTo("recall 5");
        assertThat(next()).isEqualTo("also 5");
    }
}
