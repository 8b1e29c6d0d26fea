package dev.scrip.ledger;

import static dev.scrip.ledger.LedgerFixture.START;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.scrip.money.Money;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Credit that comes again in every period. */
class RecurrenceTest {

    private static final LedgerFixture FIXTURE = new LedgerFixture();

    private final Ledger ledger = FIXTURE.ledger;
    private final long organization = FIXTURE.organization();

    @BeforeEach
    void setUp() {
        FIXTURE.now = START;
    }

    @AfterEach
    void booksBalance() {
        FIXTURE.balances();
    }

    @AfterAll
    static void close() {
        FIXTURE.close();
    }

    private Recurrence order(String amount, boolean carriesOver) {
        return new Recurrence(
                organization,
                0,
                "plan",
                BudgetPeriod.MONTH,
                Money.ofDollars(amount),
                10,
                GrantScope.ANY,
                carriesOver,
                null,
                null,
                "Plan");
    }

    private String credit() {
        return ledger.balance(organization).credit().exact();
    }

    @Test
    void comesAtThePeriodsBeginningAndGoesAtItsEnd() {
        assertThat(ledger.setRecurrence(order("10.00", false))).isPresent();
        assertThat(ledger.setRecurrence(order("10.00", false))).as("the same again").isPresent();
        assertThat(ledger.setRecurrence(order("20.00", false))).as("other content").isEmpty();
        assertThat(credit()).isEqualTo("10.00");
        LedgerFixture.Holder holder = FIXTURE.process();
        PoolId wallet = LedgerFixture.wallet(organization);
        holder.demand(wallet, "4.00", "4.00");
        holder.charge("4.00", "4.00", START, wallet);
        assertThat(credit()).isEqualTo("6.00");
        FIXTURE.now = Instant.parse("2026-03-31T12:00:00Z");
        ledger.expireDue(100);
        ledger.expireDue(100);
        assertThat(credit()).as("granted ahead, not in force").isEqualTo("6.00");
        FIXTURE.now = Instant.parse("2026-04-01T00:00:00Z");
        assertThat(credit()).as("in that very moment").isEqualTo("10.00");
        FIXTURE.now = Instant.parse("2026-07-10T00:00:00Z");
        ledger.expireDue(100);
        assertThat(credit()).as("missed months are not made up for").isEqualTo("10.00");
        assertThat(ledger.recurrences(organization).getFirst().nextAt())
                .isEqualTo("2026-08-01T00:00:00Z");
    }

    @Test
    void carriesOverWhenItShould() {
        assertThat(ledger.setRecurrence(order("10.00", true))).isPresent();
        FIXTURE.now = Instant.parse("2026-05-10T00:00:00Z");
        ledger.expireDue(100);
        assertThat(credit()).isEqualTo("30.00");
    }

    @Test
    void endsWithWhatHasTakenEffect() {
        Recurrence set = ledger.setRecurrence(order("10.00", true)).orElseThrow();
        FIXTURE.now = Instant.parse("2026-03-31T12:00:00Z");
        ledger.expireDue(100);
        assertThat(ledger.endRecurrence(organization, set.recurrenceId())).isTrue();
        FIXTURE.pass(Duration.ofDays(60));
        ledger.expireDue(100);
        assertThat(credit()).isEqualTo("10.00");
        assertThat(ledger.recurrences(organization).getFirst().goesOn()).isFalse();
        assertThat(ledger.endRecurrence(organization, 4711)).isFalse();
        assertThat(ledger.endRecurrence(FIXTURE.organization(), set.recurrenceId())).isFalse();
    }

    @Test
    void nothingTakesEffectFromItsEndOn() {
        Recurrence ending =
                new Recurrence(
                        organization,
                        0,
                        "till May",
                        BudgetPeriod.MONTH,
                        Money.ofDollars("10.00"),
                        10,
                        GrantScope.ANY,
                        true,
                        Instant.parse("2026-04-01T00:00:00Z"),
                        Instant.parse("2026-05-01T00:00:00Z"),
                        "");
        Optional<Recurrence> set = ledger.setRecurrence(ending);
        assertThat(set).isPresent();
        assertThat(credit()).isEqualTo("0.00");
        FIXTURE.now = Instant.parse("2026-08-01T00:00:00Z");
        ledger.expireDue(100);
        assertThat(credit()).isEqualTo("10.00");
    }

    @Test
    void nothingIsNoAmount() {
        assertThatThrownBy(() -> order("0.00", false)).isInstanceOf(IllegalArgumentException.class);
    }
}
