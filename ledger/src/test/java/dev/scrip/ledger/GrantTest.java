package dev.scrip.ledger;

import static dev.scrip.ledger.LedgerFixture.START;
import static dev.scrip.ledger.LedgerFixture.wallet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.scrip.ledger.LedgerFixture.Holder;
import dev.scrip.money.Money;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Granting once, later, too late; how grants and history are told. */
class GrantTest {

    private static final LedgerFixture FIXTURE = new LedgerFixture();
    private final Ledger ledger = FIXTURE.ledger;
    private final long organization = FIXTURE.organization();

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

    private GrantOrder order(String key, String dollars) {
        return new GrantOrder(
                organization,
                key,
                GrantKind.PURCHASE,
                Money.ofDollars(dollars),
                50,
                START.plusNanos(123_456_789),
                START.plus(Duration.ofDays(90)).plusNanos(999_999_999),
                "Purchase");
    }

    @Test
    void sameKeyGrantsOnceAndOtherContentIsRefused() {
        FIXTURE.now = START.plusSeconds(1);
        Grant grant = ((GrantOutcome.Granted) FIXTURE.grant(order("k", "5.00"))).grant();
        FIXTURE.pass(Duration.ofDays(1));
        assertThat(FIXTURE.grant(order("k", "5.00")))
                .isEqualTo(new GrantOutcome.AlreadyGranted(grant));
        assertThat(FIXTURE.grant(order("k", "6.00"))).isEqualTo(new GrantOutcome.KeyReused(grant));
        assertThat(FIXTURE.grant(order("other", "5.00"))).isInstanceOf(GrantOutcome.Granted.class);
        assertThat(ledger.balance(organization).credit()).isEqualTo(Money.ofDollars("10.00"));
        List<Grant> purchases = new ArrayList<>();
        FIXTURE.database.execute(tx -> ledger.eachGrant(tx, GrantKind.PURCHASE, purchases::add));
        assertThat(purchases).filteredOn(one -> one.organizationId() == organization).hasSize(2);
    }

    @Test
    void grantOfTheFutureCountsFromItsMoment() {
        GrantOrder later =
                new GrantOrder(
                        organization,
                        "later",
                        GrantKind.PROMOTION,
                        Money.ofDollars("2.00"),
                        50,
                        START.plusSeconds(60),
                        null,
                        "Promotion");
        FIXTURE.grant(later);
        assertThat(ledger.balance(organization).credit()).isEqualTo(Money.ZERO);
        Holder holder = FIXTURE.process();
        FIXTURE.now = START.plusSeconds(60).minusNanos(1_000);
        assertThat(holder.demand(wallet(organization), "1.00", "1.00").granted())
                .isEqualTo(Money.ZERO);
        FIXTURE.balances();
        FIXTURE.now = START.plusSeconds(60);
        assertThat(ledger.balance(organization).credit()).isEqualTo(Money.ofDollars("2.00"));
        assertThat(holder.demand(wallet(organization), "1.00", "1.00").granted())
                .isEqualTo(Money.ofDollars("1.00"));
        assertThat(ledger.history(organization, Optional.empty(), 9))
                .extracting(JournalEntry::kind)
                .containsExactly("GRANT", "GRANT_SCHEDULED");
    }

    @Test
    void grantThatIsOverAlreadyIsBookedAndExpired() {
        GrantOrder late =
                new GrantOrder(
                        organization,
                        "late",
                        GrantKind.VOUCHER,
                        Money.ofDollars("2.00"),
                        50,
                        START.minusSeconds(60),
                        START,
                        "Voucher");
        FIXTURE.grant(late);
        assertThat(ledger.balance(organization).credit()).isEqualTo(Money.ZERO);
        assertThat(ledger.grants(organization).getFirst().expired())
                .isEqualTo(Money.ofDollars("2.00"));
    }

    @Test
    void grantsAndHistoryAreInOrder() {
        Grant paid = FIXTURE.credit(organization, "1.00");
        Grant brief =
                FIXTURE.credit(
                        organization, GrantKind.TRIAL, "1.00", START.plus(Duration.ofDays(1)));
        Grant first = FIXTURE.credit(organization, GrantKind.PROMOTION, "1.00", 1, null);
        assertThat(ledger.grants(organization))
                .extracting(Grant::grantId)
                .containsExactly(first.grantId(), brief.grantId(), paid.grantId());
        FIXTURE.pass(Duration.ofDays(1));
        assertThat(ledger.grants(organization))
                .extracting(Grant::grantId)
                .containsExactly(first.grantId(), paid.grantId(), brief.grantId());

        Holder holder = FIXTURE.process();
        holder.demand(wallet(organization), "1.50", "1.50");
        holder.charge("1.50", "1.50", FIXTURE.now, wallet(organization));
        List<JournalEntry> page = ledger.history(organization, Optional.empty(), 2);
        assertThat(page).extracting(JournalEntry::kind).containsExactly("CHARGE", "EXPIRY");
        assertThat(page.getFirst().balanceAfter()).isEqualTo(Money.ofDollars("0.50"));
        assertThat(page.get(1).balanceAfter()).isEqualTo(Money.ofDollars("2.00"));
        assertThat(ledger.history(organization, Optional.of(page.get(1).entryId()), 9))
                .extracting(JournalEntry::change)
                .containsOnly(Money.ofDollars("1.00"))
                .hasSize(3);
    }

    @Test
    void requestIsExplainedByItsDraws() {
        Grant trial = FIXTURE.credit(organization, GrantKind.TRIAL, "1.00", null);
        Grant paid = FIXTURE.credit(organization, "1.00");
        Holder holder = FIXTURE.process();
        PoolId wallet = wallet(organization);
        holder.demand(wallet, "1.50", "1.50");
        Exchange message =
                holder.next(
                        organization,
                        List.of(
                                new Exchange.LeaseReport(
                                        wallet, Money.ofDollars("1.25"), Money.ZERO)),
                        List.of(
                                LedgerFixture.order(
                                        organization,
                                        4711,
                                        Money.ofDollars("1.25"),
                                        Money.ofDollars("1.50"),
                                        START)),
                        List.of());
        long entry = FIXTURE.send(message).wallets().getFirst().entryId();
        assertThat(ledger.explain(organization, entry, 4711))
                .extracting(RequestDraw::grantId, RequestDraw::kind, RequestDraw::amount)
                .containsExactlyInAnyOrder(
                        org.assertj.core.groups.Tuple.tuple(
                                trial.grantId(), GrantKind.TRIAL, Money.ofDollars("1.00")),
                        org.assertj.core.groups.Tuple.tuple(
                                paid.grantId(), GrantKind.PURCHASE, Money.ofDollars("0.25")));
        assertThat(ledger.explain(organization, entry, 4712)).isEmpty();
        assertThat(ledger.explain(organization, entry - 1, 4711)).isEmpty();
        assertThat(ledger.explain(FIXTURE.organization(), entry, 4711)).isEmpty();
    }

    /**
     * A grant that came after the request and ended before it: what later leases rely on must not
     * burn while that lies there, pinned.
     */
    @Test
    void whatIsClosingBurnsBeforeWhatLaterLeasesRelyOn() {
        long other = FIXTURE.organization();
        PoolId pool = LedgerFixture.wallet(other);
        Grant lasting = FIXTURE.credit(other, "1.00");
        Holder first = FIXTURE.process();
        first.demand(pool, "1.00", "1.00");
        FIXTURE.pass(Duration.ofMinutes(1));
        Instant end = FIXTURE.now.plus(Duration.ofMinutes(9));
        FIXTURE.credit(other, GrantKind.TRIAL, "1.00", end);
        FIXTURE.now = end;
        Holder second = FIXTURE.process();
        second.demand(pool, "1.00", "1.00");
        first.charge("1.00", "1.00", START, pool);
        FIXTURE.balances();
        assertThat(ledger.grants(other).getFirst().grantId()).isEqualTo(lasting.grantId());
        assertThat(ledger.grants(other).getFirst().remaining()).isEqualTo(Money.ofDollars("1.00"));
    }
}
