package dev.scrip.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scrip.money.Money;
import dev.scrip.postgres.DatabaseAddress;
import dev.scrip.postgres.EmbeddedPostgres;
import dev.scrip.postgres.Ids;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code kill -9} of the program and of PostgreSQL under load: what was answered is in the books.
 */
class KillIT {

    private static final int CLIENTS = 8;

    @TempDir Path folder;

    /** What clients were told: request id → cost. A response counts once it is whole. */
    private final Map<Long, Money> acknowledged = new ConcurrentHashMap<>();

    @Test
    void nothingAcknowledgedIsLostAndTheBooksBalance() throws Exception {
        Map<String, String> settings =
                Map.of("SCRIP_DEMO_TOKENS_PER_SECOND", "0", "SCRIP_TRIAL_AMOUNT", "1000");
        try (ScripProcess scrip = ScripProcess.start(folder.resolve("data"), settings)) {
            String key = scrip.firstKey();
            for (int round = 0; round < 3; round++) {
                under(load(scrip, key), 200, scrip::kill);
                scrip.startAgain();
            }
            under(load(scrip, key), 200, () -> killPostgres(scrip));
            List<Thread> after = load(scrip, key).threads();
            awaitAcknowledged(acknowledged.size() + 100);
            stop(after);
            assertThat(booked(scrip))
                    .as("answered, and in the books")
                    .containsAllEntriesOf(acknowledged);
        }
        ScripProcess.Ended verified =
                ScripProcess.command(folder.resolve("data"), Map.of(), "verify");
        assertThat(verified.output()).contains("The books balance.");
        assertThat(verified.code()).isZero();
    }

    private record Load(List<Thread> threads) {}

    private final AtomicBoolean stopping = new AtomicBoolean();

    private Load load(ScripProcess scrip, String key) {
        stopping.set(false);
        List<Thread> threads = new ArrayList<>();
        for (int client = 0; client < CLIENTS; client++) {
            boolean stream = client % 2 == 0;
            threads.add(
                    Thread.ofVirtual()
                            .start(
                                    () -> {
                                        while (!stopping.get()) {
                                            call(scrip, key, stream);
                                        }
                                    }));
        }
        return new Load(threads);
    }

    private void call(ScripProcess scrip, String key, boolean stream) {
        try {
            HttpResponse<String> answer =
                    Calls.send(Calls.chat(scrip, key, "scrip-demo", 20, stream));
            boolean whole = !stream || answer.body().endsWith("data: [DONE]\n\n");
            if (answer.statusCode() == 200 && whole) {
                long id =
                        Ids.parse("req_", answer.headers().firstValue("x-request-id").orElseThrow())
                                .orElseThrow();
                // a stream's headers go out before its cost is known
                Money cost =
                        answer.headers()
                                .firstValue("x-scrip-cost")
                                .map(Money::ofDollars)
                                .orElse(Money.ZERO);
                acknowledged.put(id, cost);
            }
        } catch (IOException cutOff) {
            // not acknowledged: it may be in the books or not
        }
    }

    private void under(Load load, int answers, Runnable attack) throws InterruptedException {
        awaitAcknowledged(acknowledged.size() + answers);
        attack.run();
        stop(load.threads());
    }

    private void stop(List<Thread> threads) throws InterruptedException {
        stopping.set(true);
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private void awaitAcknowledged(int count) throws InterruptedException {
        for (int tries = 0; acknowledged.size() < count; tries++) {
            assertThat(tries).as(acknowledged.size() + " answers of " + count).isLessThan(6000);
            Thread.sleep(10);
        }
    }

    private static void killPostgres(ScripProcess scrip) {
        try {
            Path file = scrip.data().resolve("postgres/postmaster.pid");
            long pid = Long.parseLong(Files.readAllLines(file).getFirst().strip());
            ProcessHandle.of(pid).orElseThrow().destroyForcibly();
        } catch (IOException failed) {
            throw new IllegalStateException(failed);
        }
    }

    /** The charges in the books; a streamed one is told as zero, like its acknowledgement. */
    private Map<Long, Money> booked(ScripProcess scrip) throws SQLException {
        DatabaseAddress address = EmbeddedPostgres.running(scrip.data(), 1).orElseThrow();
        Map<Long, Money> booked = new HashMap<>();
        try (var connection =
                        DriverManager.getConnection(
                                address.jdbcUrl(), address.user(), address.password());
                var rows =
                        connection
                                .createStatement()
                                .executeQuery(
                                        "SELECT request_id, streamed, amount_nanos FROM usage_record")) {
            while (rows.next()) {
                Money amount = Money.ofNanos(rows.getLong("amount_nanos"));
                assertThat(amount.isPositive()).isTrue();
                booked.put(
                        rows.getLong("request_id"),
                        rows.getBoolean("streamed") ? Money.ZERO : amount);
            }
        }
        return booked;
    }
}
