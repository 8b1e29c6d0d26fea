package dev.scrip.ledger;

import static dev.scrip.ledger.LedgerFixture.START;
import static dev.scrip.ledger.LedgerFixture.wallet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.scrip.money.Money;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The ordinary life of a wallet. */
class LedgerTest {

    private static final LedgerFixture FIXTURE = new LedgerFixture();
    private final Ledger ledger = FIXTURE.ledger;

    @BeforeEach
    void resetClock() {
        FIXTURE.now = START;
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
    void chargesLowerTheBalanceByExactlyThem() {
        long organization = FIXTURE.organization();
        FIXTURE.credit(organization, "5.00");
        LedgerFixture.Holder process = FIXTURE.process();
        ExchangeReply.LeaseState lease = process.demand(wallet(organization), "0.10", "1.00");
        assertThat(lease.granted()).isEqualTo(Money.ofDollars("1.00"));
        assertThat(lease.rest().free()).isEqualTo(Money.ofDollars("4.00"));
        assertThat(ledger.balance(organization).held()).isEqualTo(Money.ofDollars("1.00"));

        ExchangeReply reply =
                process.charge("0.000000007", "0.10", FIXTURE.now, wallet(organization));

        assertThat(reply.wallets().getFirst().balanceBefore()).isEqualTo(Money.ofDollars("5.00"));
        Balance balance = ledger.balance(organization);
        assertThat(balance.credit()).isEqualTo(Money.ofDollars("4.999999993"));
        assertThat(balance.held()).isEqualTo(Money.ofDollars("0.999999993"));
        assertThat(ledger.history(organization, Optional.empty(), 10))
                .extracting(JournalEntry::kind, JournalEntry::balanceAfter)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(
                                "CHARGE", Money.ofDollars("4.999999993")),
                        org.assertj.core.groups.Tuple.tuple("GRANT", Money.ofDollars("5.00")));
        assertThat(ledger.monthSpending(organization).spent())
                .isEqualTo(Money.ofDollars("0.000000007"));
    }

    @Test
    void expiryIsExactAndSparesRunningRequests() {
        long organization = FIXTURE.organization();
        FIXTURE.credit(organization, GrantKind.TRIAL, "1.00", START.plus(Duration.ofHours(1)));
        LedgerFixture.Holder process = FIXTURE.process();
        ExchangeReply.LeaseState lease = process.demand(wallet(organization), "0.40", "0.40");
        assertThat(lease.endsAt()).isEqualTo(START.plus(Duration.ofHours(1)));
        FIXTURE.pass(Duration.ofHours(1));

        assertThat(ledger.balance(organization).credit()).isEqualTo(Money.ofDollars("0.40"));
        assertThat(process.demand(wallet(organization), "0.01", "0.01").rest().free())
                .isEqualTo(Money.ZERO);
        FIXTURE.balances();
        process.charge("0.30", "0.40", START, wallet(organization));
        process.giveBack(wallet(organization), "0.10");
        assertThat(ledger.balance(organization).credit()).isEqualTo(Money.ZERO);
        Grant grant = ledger.grants(organization).getFirst();
        assertThat(grant.consumed()).isEqualTo(Money.ofDollars("0.30"));
        assertThat(grant.expired()).isEqualTo(Money.ofDollars("0.70"));
    }
}
