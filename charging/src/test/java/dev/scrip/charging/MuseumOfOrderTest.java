package dev.scrip.charging;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scrip.ledger.Exchange;
import dev.scrip.ledger.Exchange.LeaseDemand;
import dev.scrip.ledger.Lanes;
import dev.scrip.ledger.LedgerEvent;
import dev.scrip.ledger.Payer;
import dev.scrip.ledger.PoolId;
import dev.scrip.money.Money;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The museum's bugs of order: of locks, and of commits. */
class MuseumOfOrderTest {

    private static Shop shop;

    @BeforeAll
    static void open() {
        shop = new Shop();
    }

    @AfterAll
    static void close() {
        shop.close();
    }

    // ---- locks in random order ----

    /** Works on some organizations in one transaction. */
    private interface Work {
        void on(Handle tx, int round, List<Long> organizations);
    }

    /** How many of two transactions at once fail that name two wallets the other way round. */
    private static int failures(int rounds, Work one, Work other) {
        List<Long> wallets = twoOfOneLane();
        CyclicBarrier together = new CyclicBarrier(2);
        AtomicInteger failed = new AtomicInteger();
        List<CompletableFuture<Void>> both =
                List.of(
                        repeat(rounds, one, wallets, together, failed),
                        repeat(rounds, other, wallets.reversed(), together, failed));
        both.forEach(Shop::get);
        return failed.get();
    }

    private static CompletableFuture<Void> repeat(
            int rounds,
            Work work,
            List<Long> wallets,
            CyclicBarrier together,
            AtomicInteger failed) {
        return CompletableFuture.runAsync(
                () -> {
                    for (int round = 1; round <= rounds; round++) {
                        int number = round;
                        meet(together);
                        try {
                            shop.database.execute(tx -> work.on(tx, number, wallets));
                        } catch (RuntimeException deadlocked) {
                            failed.incrementAndGet();
                        }
                    }
                },
                task -> Thread.ofPlatform().start(task));
    }

    private static void meet(CyclicBarrier barrier) {
        try {
            int _ = barrier.await();
        } catch (InterruptedException | BrokenBarrierException broken) {
            throw new AssertionError(broken);
        }
    }

    private static List<Long> twoOfOneLane() {
        List<Long> wallets = new ArrayList<>();
        int lane = -1;
        while (wallets.size() < 2) {
            Payer payer = shop.payer("1.00");
            if (lane < 0 || Lanes.of(payer.organizationId()) == lane) {
                lane = Lanes.of(payer.organizationId());
                wallets.add(payer.organizationId());
            }
        }
        return wallets;
    }

    /** A message that names the wallets in this order; the ledger locks them in its own. */
    private static Work messages() {
        UUID incarnation = UUID.randomUUID();
        shop.ledger.enlist(incarnation, "orders", shop.clock.instant());
        return (tx, round, organizations) -> {
            var _ =
                    shop.ledger.exchange(
                            tx,
                            new Exchange(
                                    incarnation,
                                    Lanes.of(organizations.getFirst()),
                                    round,
                                    shop.clock.instant(),
                                    List.of(),
                                    List.of(),
                                    organizations.stream()
                                            .map(MuseumOfOrderTest::demand)
                                            .toList()));
        };
    }

    private static LeaseDemand demand(long organizationId) {
        Money cent = Money.ofDollars("0.01");
        return new LeaseDemand(new PoolId(organizationId, 0), cent, cent, false);
    }

    /** Locks the wallets as they are named. */
    private static void lockAsNamed(Handle tx, int round, List<Long> organizations) {
        for (long organization : organizations) {
            int locked =
                    tx.createUpdate(
                                    """
                                    UPDATE pool SET held = held
                                    WHERE organization_id = :organization AND pool_id = 0
                                    """)
                            .bind("organization", organization)
                            .execute();
            assertThat(locked).isEqualTo(1);
            shortWait(tx);
        }
    }

    private static void shortWait(Handle tx) {
        boolean _ = tx.createQuery("SELECT pg_sleep(0.05) IS NULL").mapTo(Boolean.class).one();
    }

    @Test
    void locksInRandomOrder() {
        assertThat(failures(20, messages(), messages())).as("the ledger's order").isZero();
        assertThat(failures(1, MuseumOfOrderTest::lockAsNamed, MuseumOfOrderTest::lockAsNamed))
                .as("locked as named, one of two is a victim of a deadlock")
                .isPositive();
    }

    // ---- a consumer that follows a sequence ----

    private static void insert(Connection connection, long eventId) throws SQLException {
        try (var statement =
                connection.prepareStatement(
                        """
                        INSERT INTO ledger_event (organization_id, event_id, kind, threshold, value, happened_at)
                        VALUES (1, ?, 'WALLET_EMPTY', 0, 0, now())
                        """)) {
            statement.setLong(1, eventId);
            assertThat(statement.executeUpdate()).isEqualTo(1);
        }
    }

    private static List<Long> after(long last) {
        return shop.database.read(
                tx ->
                        tx.createQuery(
                                        """
                                        SELECT event_id FROM ledger_event
                                        WHERE organization_id = 1 AND event_id > :last
                                        ORDER BY event_id
                                        """)
                                .bind("last", last)
                                .mapTo(Long.class)
                                .list());
    }

    @Test
    void aConsumerThatFollowsASequence() throws SQLException {
        try (Connection early = shop.database.dataSource().getConnection();
                Connection late = shop.database.dataSource().getConnection()) {
            early.setAutoCommit(false);
            late.setAutoCommit(false);
            insert(early, 1);
            insert(late, 2);
            late.commit();
            List<Long> followed = new ArrayList<>(after(0));
            List<Long> taken = new ArrayList<>(taken());
            early.commit();
            followed.addAll(after(followed.getLast()));
            taken.addAll(taken());

            assertThat(followed).as("by the greatest number seen").containsExactly(2L);
            assertThat(taken).as("as the ledger gives them").containsExactlyInAnyOrder(1L, 2L);
        }
    }

    private static List<Long> taken() {
        return shop.database.transaction(tx -> shop.ledger.takeEvents(tx, 100)).stream()
                .filter(event -> event.organizationId() == 1)
                .map(LedgerEvent::eventId)
                .toList();
    }
}
