package dev.scrip.ledger;

import static dev.scrip.ledger.LedgerFixture.START;
import static dev.scrip.ledger.LedgerFixture.wallet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.scrip.ledger.LedgerFixture.Holder;
import dev.scrip.money.Money;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What accountants read of a short life over three months, of which one is quiet. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BooksTest {

    private static final Instant APRIL = Instant.parse("2026-04-01T00:00:00Z");
    private static final Instant MAY = Instant.parse("2026-05-01T00:00:00Z");
    private static final Instant JUNE = Instant.parse("2026-06-01T00:00:00Z");

    private final LedgerFixture fixture = new LedgerFixture();
    private final Ledger ledger = fixture.ledger;
    private final Books books = new Books(fixture.database);
    private long organization;

    /** March: bought 10 and 2, given 1 and 4, used 1.50. May: 4 more used, the rest expires. */
    @BeforeAll
    void live() {
        organization = fixture.organization();
        fixture.credit(organization, GrantKind.TRIAL, "1.00", MAY);
        fixture.credit(organization, GrantKind.PROMOTION, "4.00", 200, MAY.plusSeconds(60));
        fixture.credit(organization, GrantKind.PURCHASE, "10.00", MAY.plusSeconds(120));
        Grant later = fixture.credit(fixture.organization(), "2.00");
        Holder holder = fixture.process();
        PoolId wallet = wallet(organization);
        holder.demand(wallet, "1.50", "1.50");
        fixture.pass(Duration.ofHours(2));
        holder.charge("1.50", "1.50", START, wallet);
        fixture.now = MAY.minusSeconds(1);
        holder.demand(wallet, "0.50", "0.50");
        fixture.now = MAY.plusSeconds(30);
        holder.charge("0.50", "0.50", MAY.minusSeconds(1), wallet);
        fixture.now = MAY.plusSeconds(3_600);
        ledger.expireDue(10);
        assertThat(ledger.revoke(later.organizationId(), later.grantId()))
                .isInstanceOf(RevokeOutcome.Revoked.class);
        // No lease and no credit covers it: the platform bears it.
        Money lost = dollars("0.25");
        holder.exchange(
                organization,
                List.of(),
                List.of(LedgerFixture.order(organization, 1, lost, lost, fixture.now)),
                List.of());
    }

    @AfterAll
    void close() {
        fixture.close();
    }

    private static Money dollars(String amount) {
        return Money.ofDollars(amount);
    }

    @Test
    void monthsFollowFromOneAnother() {
        List<BookMonth> months = books.months();
        assertThat(months)
                .extracting(BookMonth::month)
                .containsExactly(
                        YearMonth.of(2026, 3), YearMonth.of(2026, 4), YearMonth.of(2026, 5));
        BookMonth march = months.getFirst();
        assertThat(march.deferred())
                .isEqualTo(
                        new BookMonth.Deferred(
                                Money.ZERO,
                                dollars("12.00"),
                                dollars("0.50"),
                                Money.ZERO,
                                Money.ZERO));
        assertThat(march.deferred().closing()).isEqualTo(dollars("11.50"));
        assertThat(march.revenuePaid()).isEqualTo(dollars("0.50"));
        assertThat(march.revenueGiven()).isEqualTo(dollars("1.00"));
        assertThat(march.given()).isEqualTo(dollars("5.00"));
        BookMonth april = months.get(1);
        assertThat(april.deferred().opening()).isEqualTo(dollars("11.50"));
        assertThat(april.deferred().closing()).isEqualTo(dollars("11.50"));
        BookMonth may = months.get(2);
        assertThat(may.deferred())
                .isEqualTo(
                        new BookMonth.Deferred(
                                dollars("11.50"),
                                Money.ZERO,
                                dollars("0.50"),
                                dollars("9.00"),
                                dollars("2.00")));
        assertThat(may.deferred().closing()).isEqualTo(Money.ZERO);
        assertThat(may.breakage()).isEqualTo(dollars("9.00"));
        assertThat(may.givenExpired()).isEqualTo(dollars("4.00"));
        assertThat(may.losses()).isEqualTo(dollars("0.25"));
    }

    @Test
    void monthsAsCsv() {
        assertThat(BookMonth.csv(books.months()).lines())
                .hasSize(4)
                .startsWith(
                        "month,deferred_opening,purchased,recognized,expired,refunded,"
                                + "deferred_closing,revenue_paid,revenue_given,breakage,given,"
                                + "given_expired,losses",
                        "2026-03,0.00,12.00,0.50,0.00,0.00,11.50,0.50,1.00,0.00,5.00,0.00,0.00");
    }

    @Test
    void trialBalanceSumsToZeroAtEveryMoment() {
        for (Instant moment :
                List.of(START, START.plusSeconds(1), APRIL, MAY.plusSeconds(60), JUNE)) {
            TrialBalance balance = books.trialBalance(moment);
            assertThat(balance.debit()).as("%s", moment).isEqualTo(balance.credit());
            assertThat(balance.lines()).hasSize(BookAccount.values().length);
        }
        assertThat(books.trialBalance(START).debit()).isEqualTo(Money.ZERO);
        assertThat(line(START.plusSeconds(1), "clearing").debit()).isEqualTo(dollars("12.00"));
        assertThat(line(START.plusSeconds(1), "revenue_paid").credit()).isEqualTo(Money.ZERO);
        assertThat(line(APRIL, "revenue_paid").credit()).isEqualTo(dollars("0.50"));
        assertThat(line(APRIL, "credit").balance()).isEqualTo(dollars("-15.50"));
        assertThat(line(JUNE, "credit").balance()).isEqualTo(Money.ZERO);
        assertThat(line(JUNE, "clearing").balance()).isEqualTo(dollars("10.00"));
        assertThat(line(JUNE, "loss").balance()).isEqualTo(dollars("0.25"));
    }

    private TrialBalance.Line line(Instant before, String account) {
        return books.trialBalance(before).lines().stream()
                .filter(line -> line.account().equals(account))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void trialBalanceAsCsv() {
        assertThat(books.trialBalance(APRIL).csv().lines())
                .startsWith("account,nature,debit,credit,balance")
                .contains("credit,liability,1.50,17.00,-15.50")
                .endsWith("total,,18.50,18.50,0.00");
    }

    @Test
    void balanceOfAnyPastMoment() {
        assertThat(books.balanceAt(organization, START)).isEqualTo(Money.ZERO);
        assertThat(books.balanceAt(organization, START.plusSeconds(1))).isEqualTo(dollars("15.00"));
        assertThat(books.balanceAt(organization, APRIL)).isEqualTo(dollars("13.50"));
        assertThat(books.balanceAt(organization, JUNE)).isEqualTo(Money.ZERO);
        assertThat(books.balanceAt(fixture.organization(), JUNE)).isEqualTo(Money.ZERO);
        assertThat(
                        ledger.history(organization, java.util.Optional.empty(), 50).stream()
                                .map(
                                        entry ->
                                                books.balanceAt(
                                                        organization,
                                                        entry.postedAt().plusNanos(1_000)))
                                .distinct())
                .contains(dollars("13.50"), Money.ZERO);
    }
}
