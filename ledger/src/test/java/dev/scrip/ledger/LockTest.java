package dev.scrip.ledger;

import static dev.scrip.ledger.LedgerFixture.START;
import static org.assertj.core.api.Assertions.assertThat;

import dev.scrip.ledger.LedgerFixture.Holder;
import dev.scrip.money.Money;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Whoever waited for a wallet's lock sees all that the transaction before it wrote: rows that it
 * inserted too, which the snapshot of the waiting statement does not have.
 */
class LockTest {

    private final LedgerFixture fixture = new LedgerFixture();
    private final long organization = fixture.organization();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    @AfterEach
    void close() {
        threads.shutdownNow();
        fixture.close();
    }

    @Test
    void whatTheTransactionBeforeInsertedIsSeen() throws Exception {
        fixture.credit(organization, "1.00");
        PoolId wallet = LedgerFixture.wallet(organization);
        Holder holder = fixture.process();
        holder.demand(wallet, "0.50", "0.50");
        CountDownLatch written = new CountDownLatch(1);
        CountDownLatch waiting = new CountDownLatch(1);
        Future<?> before =
                threads.submit(
                        () ->
                                fixture.database.execute(
                                        tx -> {
                                            write(tx);
                                            written.countDown();
                                            await(waiting);
                                        }));
        await(written);
        Future<ExchangeReply> after =
                threads.submit(() -> holder.charge("0.40", "0.50", START, wallet));
        while (waitingForLocks() == 0) {
            Thread.onSpinWait();
        }
        waiting.countDown();
        before.get();
        after.get();
        assertThat(fixture.ledger.grants(organization).getFirst().consumed())
                .as("the grant of the transaction before burns first")
                .isEqualTo(Money.ofDollars("0.40"));
        assertThat(fixture.ledger.budgets(organization).getFirst().spent())
                .contains(Money.ofDollars("0.40"));
        fixture.balances();
    }

    /** A grant that is used first, and a limit with its pool. */
    private void write(Handle tx) {
        GrantOrder order =
                new GrantOrder(
                        organization,
                        "first",
                        GrantKind.TRIAL,
                        Money.ofDollars("1.00"),
                        1,
                        START,
                        null,
                        "");
        assertThat(fixture.ledger.grant(tx, order)).isInstanceOf(GrantOutcome.Granted.class);
        Stores stores = Stores.create();
        Budget budget =
                new Budget(
                        organization,
                        4711,
                        Subject.organization(),
                        BudgetPeriod.DAY,
                        LimitKind.HARD,
                        Money.ofDollars("9.00"));
        Budget set = new Budgets(fixture.database, stores).set(tx, budget, START);
        assertThat(set).isEqualTo(budget);
    }

    /** Only the owner sees what other connections do. */
    private long waitingForLocks() {
        AtomicLong waiting = new AtomicLong();
        fixture.database.owner(
                tx ->
                        waiting.set(
                                tx.createQuery(
                                                """
                                                SELECT count(*) FROM pg_stat_activity
                                                WHERE datname = current_database()
                                                    AND wait_event_type = 'Lock'
                                                """)
                                        .mapTo(Long.class)
                                        .one()));
        return waiting.get();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }
}
