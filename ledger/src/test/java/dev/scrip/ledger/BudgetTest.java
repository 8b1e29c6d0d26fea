package dev.scrip.ledger;

import static dev.scrip.ledger.LedgerFixture.START;
import static dev.scrip.ledger.LedgerFixture.dollars;
import static dev.scrip.ledger.LedgerFixture.wallet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.scrip.ledger.LedgerFixture.Holder;
import dev.scrip.money.Money;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Monthly limits while requests run. */
class BudgetTest {

    private static final LedgerFixture FIXTURE = new LedgerFixture();
    private static final Instant APRIL = Instant.parse("2026-04-01T00:00:00Z");
    private final Ledger ledger = FIXTURE.ledger;
    private final long organization = FIXTURE.organization();
    private final PoolId wallet = wallet(organization);

    @BeforeEach
    void credit() {
        FIXTURE.now = START;
        FIXTURE.credit(organization, "100.00");
    }

    @AfterEach
    void balances() {
        FIXTURE.balances();
    }

    @AfterAll
    static void close() {
        FIXTURE.close();
    }

    private void limit(String amount) {
        ledger.setLimit(organization, LimitKind.HARD, dollars(amount));
    }

    private PoolId budget() {
        List<Pool> pools = FIXTURE.pools(organization, FIXTURE.now);
        assertThat(pools).hasSize(2);
        assertThat(pools.getFirst().id()).isEqualTo(wallet);
        return pools.get(1).id();
    }

    private Money free(Holder holder, PoolId pool) {
        return holder.demand(pool, "0.00", "0.00").rest().free();
    }

    @Test
    void limitCountsWhatWasSpentAndWhatRunsAlready() {
        Holder holder = FIXTURE.process();
        holder.demand(wallet, "2.00", "2.00");
        holder.charge("0.50", "1.00", START, wallet);
        limit("3.00");
        PoolId budget = budget();
        assertThat(free(holder, budget)).isEqualTo(Money.ofDollars("2.50"));
        holder.charge("1.00", "1.00", START, wallet);
        assertThat(free(holder, budget)).isEqualTo(Money.ofDollars("1.50"));
    }

    @Test
    void limitBelowWhatIsLeasedLeasesNothingMoreUntilRaised() {
        limit("5.00");
        PoolId budget = budget();
        Holder holder = FIXTURE.process();
        holder.demand(budget, "4.00", "4.00");
        holder.demand(wallet, "4.00", "4.00");
        limit("1.00");
        assertThat(free(holder, budget)).isEqualTo(Money.ZERO);
        FIXTURE.balances();
        holder.charge("3.00", "4.00", START, wallet, budget);
        assertThat(holder.demand(budget, "0.10", "0.10").granted())
                .isEqualTo(Money.ofDollars("4.00"));
        limit("10.00");
        assertThat(free(holder, budget)).isEqualTo(Money.ofDollars("6.00"));
        assertThat(ledger.monthSpending(organization).hardLimit()).isEqualTo(dollars("10.00"));
    }

    @Test
    void removedLimitBindsNobodyAndANewOneCountsWhatWasSpent() {
        limit("1.00");
        PoolId budget = budget();
        Holder holder = FIXTURE.process();
        holder.demand(wallet, "3.00", "3.00");
        ledger.setLimit(organization, LimitKind.HARD, Optional.empty());
        assertThat(FIXTURE.pools(organization, START)).hasSize(1);
        assertThat(holder.demand(budget, "2.00", "2.00").granted())
                .as("whoever has not heard of the removal is not refused")
                .isEqualTo(Money.ofDollars("2.00"));
        holder.charge("2.00", "2.00", START, wallet, budget);
        limit("2.50");
        assertThat(budget()).isNotEqualTo(budget);
        assertThat(free(holder, budget())).isEqualTo(Money.ofDollars("0.50"));
    }

    @Test
    void newMonthHasANewBudgetAndLateChargesCountInTheOldOne() {
        limit("1.00");
        PoolId march = budget();
        Holder holder = FIXTURE.process();
        holder.demand(march, "1.00", "1.00");
        ExchangeReply.LeaseState ofWallet = holder.demand(wallet, "2.00", "2.00");
        assertThat(ofWallet.granted()).isEqualTo(Money.ofDollars("2.00"));
        FIXTURE.now = APRIL;
        PoolId april = budget();
        assertThat(april).isNotEqualTo(march);
        assertThat(FIXTURE.pools(organization, APRIL).get(1).endsAt())
                .isEqualTo(Instant.parse("2026-05-01T00:00:00Z"));
        assertThat(holder.demand(march, "0.01", "0.01").granted())
                .as("the past month lends no more")
                .isEqualTo(Money.ofDollars("1.00"));
        holder.charge("0.75", "1.00", APRIL.minusNanos(1), wallet, march);
        assertThat(free(holder, april)).isEqualTo(Money.ofDollars("1.00"));
        assertThat(ledger.monthSpending(organization).spent()).isEqualTo(Money.ZERO);
        FIXTURE.now = START;
        assertThat(ledger.monthSpending(organization).spent()).isEqualTo(Money.ofDollars("0.75"));
        assertThat(ledger.monthSpending(organization).resetsAt()).isEqualTo(APRIL);
    }

    @Test
    void softLimitIsToldOnceWhenItIsReached() {
        ledger.setLimit(organization, LimitKind.SOFT, dollars("1.00"));
        Holder holder = FIXTURE.process();
        holder.demand(wallet, "5.00", "5.00");
        holder.charge("0.999999999", "1.00", START, wallet);
        assertThat(events()).isEmpty();
        holder.charge("0.000000001", "1.00", START, wallet);
        holder.charge("1.00", "1.00", START, wallet);
        assertThat(events())
                .singleElement()
                .satisfies(
                        event -> {
                            assertThat(event.kind()).isEqualTo(LedgerEvent.Kind.SOFT_LIMIT_REACHED);
                            assertThat(event.threshold()).isEqualTo(Money.ofDollars("1.00"));
                            assertThat(event.value()).isEqualTo(Money.ofDollars("1.00"));
                            assertThat(event.at()).isEqualTo(START);
                        });
        assertThat(events()).as("taken").isEmpty();
    }

    @Test
    void shortageIsToldOnceUntilThereIsMore() {
        limit("1.00");
        PoolId budget = budget();
        Holder holder = FIXTURE.process();
        holder.demand(budget, "0.95", "0.95");
        holder.demand(wallet, "0.95", "0.95");
        holder.demand(budget, "0.10", "0.10");
        assertThat(events()).as("what runs may come back").isEmpty();
        holder.charge("0.95", "0.95", START, wallet, budget);
        holder.demand(budget, "0.10", "0.10");
        holder.demand(budget, "0.10", "0.10");
        assertThat(events())
                .singleElement()
                .satisfies(
                        event -> {
                            assertThat(event.kind()).isEqualTo(LedgerEvent.Kind.HARD_LIMIT_REACHED);
                            assertThat(event.threshold()).isEqualTo(Money.ofDollars("1.00"));
                            assertThat(event.value()).isEqualTo(Money.ofDollars("0.05"));
                        });
        limit("1.01");
        holder.demand(budget, "0.10", "0.10");
        assertThat(events()).hasSize(1);
    }

    @Test
    void emptyWalletIsToldOncePerRefill() {
        long poor = FIXTURE.organization();
        Holder holder = FIXTURE.process();
        holder.demand(wallet(poor), "0.10", "0.10");
        holder.demand(wallet(poor), "0.10", "0.10");
        assertThat(events())
                .extracting(LedgerEvent::kind)
                .containsExactly(LedgerEvent.Kind.WALLET_EMPTY);
        FIXTURE.credit(poor, "0.05");
        holder.demand(wallet(poor), "5.00", "5.00");
        assertThat(events()).as("an extraordinary wish tells nothing").isEmpty();
        holder.demand(wallet(poor), "0.10", "0.10");
        assertThat(events()).hasSize(1);
    }

    private List<LedgerEvent> events() {
        return FIXTURE.database.transaction(tx -> ledger.takeEvents(tx, 100));
    }
}
