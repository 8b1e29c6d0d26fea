package dev.scrip.ledger;

import static dev.scrip.ledger.LedgerFixture.START;
import static dev.scrip.ledger.LedgerFixture.wallet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.scrip.ledger.LedgerFixture.Holder;
import dev.scrip.money.Money;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Processes that are proven dead, and one that speaks once more. */
class BurialTest {

    private static final LedgerFixture FIXTURE = new LedgerFixture();
    private final Ledger ledger = FIXTURE.ledger;
    private final long organization = FIXTURE.organization();
    private final PoolId wallet = wallet(organization);

    @BeforeEach
    void credit() {
        FIXTURE.now = START;
        FIXTURE.credit(organization, "5.00");
    }

    @AfterEach
    void balances() {
        FIXTURE.balances();
    }

    @AfterAll
    static void close() {
        FIXTURE.close();
    }

    @Test
    void burialGivesBackWhatWasNotSpent() {
        ledger.setLimit(organization, LimitKind.HARD, LedgerFixture.dollars("3.00"));
        PoolId budget = FIXTURE.pools(organization, START).get(1).id();
        Holder holder = FIXTURE.process();
        holder.demand(wallet, "2.00", "2.00");
        holder.demand(budget, "2.00", "2.00");
        holder.charge("0.50", "0.50", START, wallet, budget);
        assertThat(ledger.living("node")).contains(holder.id);

        ledger.bury(holder.id, "file lock of node");
        ledger.bury(holder.id, "again");

        assertThat(ledger.living("node")).doesNotContain(holder.id);
        Balance balance = ledger.balance(organization);
        assertThat(balance.held()).isEqualTo(Money.ZERO);
        assertThat(balance.credit()).isEqualTo(Money.ofDollars("4.50"));
        assertThat(FIXTURE.process().demand(budget, "2.50", "2.50").granted())
                .isEqualTo(Money.ofDollars("2.50"));
    }

    @Test
    void lateChargeOfTheDeadTakesWhatIsFreeAndThePlatformBearsTheRest() {
        Holder dead = FIXTURE.process();
        dead.demand(wallet, "3.00", "3.00");
        ledger.bury(dead.id, "operator");
        Holder heir = FIXTURE.process();
        heir.demand(wallet, "4.00", "4.00");

        ExchangeReply reply = dead.charge("2.50", "3.00", START, wallet);

        assertThat(reply.leases()).allMatch(ExchangeReply.LeaseState::frozen);
        Balance balance = ledger.balance(organization);
        assertThat(balance.credit()).isEqualTo(Money.ofDollars("4.00"));
        assertThat(balance.held()).isEqualTo(Money.ofDollars("4.00"));
        assertThat(ledger.monthSpending(organization).spent()).isEqualTo(Money.ofDollars("2.50"));
        assertThat(FIXTURE.database.<Money>read(tx -> ledger.chargedTotals(tx).get(organization)))
                .isEqualTo(Money.ofDollars("2.50"));
        assertThat(dead.demand(wallet, "0.10", "0.10").granted())
                .as("the dead get nothing")
                .isEqualTo(Money.ofDollars("3.00"));
    }

    @Test
    void burialReleasesWhatPinnedAnExpiredGrant() {
        long brief = FIXTURE.organization();
        FIXTURE.credit(brief, GrantKind.TRIAL, "1.00", START.plus(Duration.ofHours(1)));
        Holder holder = FIXTURE.process();
        holder.demand(wallet(brief), "0.60", "0.60");
        FIXTURE.pass(Duration.ofHours(2));
        assertThat(ledger.expireDue(1_000)).isEqualTo(1);
        assertThat(ledger.balance(brief).credit()).isEqualTo(Money.ofDollars("0.60"));
        FIXTURE.balances();
        ledger.bury(holder.id, "drained");
        assertThat(ledger.balance(brief).credit()).isEqualTo(Money.ZERO);
        assertThat(ledger.grants(brief).getFirst().expired()).isEqualTo(Money.ofDollars("1.00"));
        assertThat(ledger.expireDue(1_000)).isZero();
    }

    @Test
    void strangerCannotBeBuriedAndAnIdIsEnlistedOnce() {
        assertThatThrownBy(() -> ledger.bury(UUID.randomUUID(), "who?"))
                .isInstanceOf(IllegalArgumentException.class);
        Holder holder = FIXTURE.process();
        assertThatThrownBy(() -> ledger.enlist(holder.id, "other", START))
                .isInstanceOf(RuntimeException.class);
    }
}
