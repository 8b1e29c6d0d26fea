package dev.scrip.charging;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scrip.ledger.DurableHold;
import dev.scrip.ledger.DurableHold.OnExpiry;
import dev.scrip.ledger.GrantKind;
import dev.scrip.ledger.GrantOrder;
import dev.scrip.ledger.HoldOrder;
import dev.scrip.ledger.HoldOutcome;
import dev.scrip.ledger.OperationKey;
import dev.scrip.ledger.Payer;
import dev.scrip.ledger.Refusal.Reason;
import dev.scrip.ledger.UsageOutcome;
import dev.scrip.ledger.Verification;
import dev.scrip.metering.UsageRecord;
import dev.scrip.money.Money;
import dev.scrip.postgres.Ids;
import dev.scrip.pricing.Usage;
import dev.scrip.testing.SettableClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Holds and usage of requests that run elsewhere: charge and record commit as one, once. */
class AuthorizationsTest {

    private static final Duration MINUTE = Duration.ofMinutes(1);
    private final SettableClock clock = Shop.clockAt("2026-03-15T12:00:00Z");
    private final Shop shop = new Shop(clock);
    private final Authorizations authorizations =
            new Authorizations(shop.database, shop.ledger, shop.prices, shop.metering, clock);

    @AfterEach
    void booksAgree() {
        Verification verification =
                Reconciliation.verify(shop.database, shop.ledger, shop.metering);
        assertThat(verification.checks())
                .allSatisfy(check -> assertThat(check.differences()).as(check.name()).isEmpty());
        authorizations.close();
        shop.close();
    }

    private long organization(String dollars) {
        long organization = Ids.next();
        var _ =
                shop.ledger.grant(
                        new GrantOrder(
                                organization,
                                "first",
                                GrantKind.PURCHASE,
                                Money.ofDollars(dollars),
                                50,
                                clock.instant(),
                                null,
                                ""));
        return organization;
    }

    private static Payer payer(long organization) {
        return new Payer(organization, 1, 2, 3, "ann");
    }

    private static OperationKey key(String key) {
        return new OperationKey(key, "body of " + key);
    }

    private DurableHold hold(long organization, String key, String dollars, OnExpiry onExpiry) {
        HoldOutcome outcome =
                authorizations.hold(
                        new HoldOrder(
                                key(key),
                                payer(organization),
                                Shop.MODEL,
                                Money.ofDollars(dollars),
                                MINUTE,
                                onExpiry,
                                ""));
        assertThat(outcome).isInstanceOf(HoldOutcome.Done.class);
        return ((HoldOutcome.Done) outcome).hold();
    }

    @Test
    void captureIsChargedByAmountOrByTokens() {
        long organization = organization("5.00");
        DurableHold byAmount = hold(organization, "a", "1.00", OnExpiry.RELEASE);
        DurableHold byTokens = hold(organization, "b", "1.00", OnExpiry.RELEASE);
        Usage usage = new Usage(10, 0, 250, 50, false);
        clock.advance(Duration.ofSeconds(3));
        Money quarter = Money.ofDollars("0.25");
        CaptureOrder order =
                new CaptureOrder(organization, byTokens.holdId(), key("c"), null, usage);
        for (int delivery = 0; delivery < 3; delivery++) {
            assertThat(authorizations.capture(order))
                    .isInstanceOfSatisfying(
                            HoldOutcome.Done.class,
                            done -> assertThat(done.hold().captured()).isEqualTo(quarter));
        }
        HoldOutcome _ =
                authorizations.capture(
                        new CaptureOrder(organization, byAmount.holdId(), key("d"), quarter, null));
        UsageRecord record = shop.metering.request(organization, byTokens.holdId()).orElseThrow();
        assertThat(record.amount()).isEqualTo(quarter);
        assertThat(record.held()).isEqualTo(Money.ofDollars("1.00"));
        assertThat(record.outputTokens()).isEqualTo(250);
        assertThat(record.model()).isEqualTo(Shop.MODEL);
        assertThat(record.endUser()).isEqualTo("ann");
        assertThat(record.endpoint()).isEqualTo("holds");
        assertThat(record.balanceAfter()).isEqualTo(Money.ofDollars("4.75"));
        assertThat(shop.ledger.balance(organization).credit()).isEqualTo(Money.ofDollars("4.50"));
    }

    @Test
    void captureWithoutAPriceIsRefusedForEverUnderItsKey() {
        long organization = organization("5.00");
        HoldOutcome held =
                authorizations.hold(
                        new HoldOrder(
                                key("a"),
                                payer(organization),
                                "no-such-model",
                                Money.ofDollars("1.00"),
                                MINUTE,
                                OnExpiry.RELEASE,
                                ""));
        DurableHold hold = ((HoldOutcome.Done) held).hold();
        Usage usage = new Usage(10, 0, 250, 50, false);
        CaptureOrder unpriced =
                new CaptureOrder(organization, hold.holdId(), key("b"), null, usage);
        assertThat(authorizations.capture(unpriced))
                .isInstanceOfSatisfying(
                        HoldOutcome.Refused.class,
                        refused ->
                                assertThat(refused.refusal().reason()).isEqualTo(Reason.UNPRICED));
        CaptureOrder known =
                new CaptureOrder(
                        organization, hold.holdId(), key("b"), Money.ofDollars("0.10"), usage);
        assertThat(authorizations.capture(known)).isInstanceOf(HoldOutcome.Refused.class);
    }

    @Test
    void sweeperEndsEachHoldAsItSays() {
        long organization = organization("5.00");
        DurableHold charged = hold(organization, "a", "1.00", OnExpiry.CAPTURE);
        DurableHold released = hold(organization, "b", "2.00", OnExpiry.RELEASE);
        assertThat(authorizations.sweep()).isZero();
        clock.advance(MINUTE);
        assertThat(authorizations.sweep()).isEqualTo(1);
        assertThat(authorizations.sweep()).isZero();
        assertThat(shop.metering.request(organization, released.holdId())).isEmpty();
        UsageRecord record = shop.metering.request(organization, charged.holdId()).orElseThrow();
        assertThat(record.ending()).isEqualTo("hold_expired");
        assertThat(shop.ledger.balance(organization).credit()).isEqualTo(Money.ofDollars("4.00"));
        assertThat(shop.ledger.balance(organization).held()).isEqualTo(Money.ZERO);
    }

    @Test
    void whatIdleLeasesHaveIsCalledBackBeforeAnythingIsRefused() {
        Charging process = shop.start();
        try {
            Payer first = leasedTo(process);
            HoldOutcome held =
                    authorizations.hold(
                            new HoldOrder(
                                    key("a"),
                                    first,
                                    Shop.MODEL,
                                    Money.ofDollars("0.95"),
                                    MINUTE,
                                    OnExpiry.RELEASE,
                                    ""));
            assertThat(held).isInstanceOf(HoldOutcome.Done.class);
            Payer second = leasedTo(process);
            UsageEvent event =
                    new UsageEvent(key("b"), second, Shop.MODEL, cents(95), clock.instant());
            assertThat(authorizations.charge(List.of(event)).getFirst())
                    .isInstanceOf(UsageOutcome.Charged.class);
        } finally {
            process.close();
        }
    }

    /** With a dollar, much of which a process has and nobody uses. */
    private Payer leasedTo(Charging process) {
        Payer payer = shop.payer("1.00");
        process.release(shop.hold(process, payer, 4 * Shop.TEN_CENTS));
        assertThat(shop.held(payer)).isGreaterThan(Money.ofDollars("0.05"));
        return payer;
    }

    private UsageEvent event(long organization, String key, UsageEvent.Cost cost) {
        return new UsageEvent(
                key(key), payer(organization), Shop.MODEL, cost, clock.instant().minus(MINUTE));
    }

    private static UsageEvent.Cost cents(int cents) {
        return new UsageEvent.Cost.Known(Money.ofDollars("0.01").times(cents));
    }

    @Test
    void thousandEventsOfManyOrganizationsAreChargedOnce() {
        List<Long> organizations = new ArrayList<>();
        for (int number = 0; number < 40; number++) {
            organizations.add(organization("1.00"));
        }
        List<UsageEvent> events = new ArrayList<>();
        for (int number = 0; number < 1_000; number++) {
            events.add(event(organizations.get(number % 40), "event " + number, cents(5)));
        }
        List<UsageOutcome> outcomes = authorizations.charge(events);
        assertThat(outcomes).filteredOn(one -> one instanceof UsageOutcome.Charged).hasSize(800);
        assertThat(outcomes.subList(0, 800)).allMatch(one -> one instanceof UsageOutcome.Charged);
        assertThat(outcomes.subList(800, 1_000))
                .allMatch(one -> one instanceof UsageOutcome.Refused);
        List<UsageOutcome> again = authorizations.charge(events);
        for (int number = 0; number < 1_000; number++) {
            assertThat(requestOf(again.get(number))).isEqualTo(requestOf(outcomes.get(number)));
        }
        for (long organization : organizations) {
            assertThat(shop.ledger.balance(organization).credit()).isEqualTo(Money.ZERO);
        }
    }

    private static long requestOf(UsageOutcome outcome) {
        return outcome instanceof UsageOutcome.Charged charged ? charged.requestId() : 0;
    }

    @Test
    void tokensArePricedAndTimesMustBePossible() {
        long organization = organization("5.00");
        UsageEvent.Cost used = new UsageEvent.Cost.Used(new Usage(10, 0, 100, 0, false));
        UsageEvent priced =
                new UsageEvent(key("a"), payer(organization), Shop.MODEL, used, clock.instant());
        UsageEvent unpriced =
                new UsageEvent(key("b"), payer(organization), "other", used, clock.instant());
        UsageEvent ahead =
                new UsageEvent(
                        key("c"),
                        payer(organization),
                        Shop.MODEL,
                        used,
                        clock.instant().plus(Duration.ofMinutes(6)));
        List<UsageOutcome> outcomes = authorizations.charge(List.of(priced, unpriced, ahead));
        assertThat(outcomes.get(0))
                .isInstanceOfSatisfying(
                        UsageOutcome.Charged.class,
                        charged -> {
                            assertThat(charged.amount()).isEqualTo(Money.ofDollars("0.10"));
                            assertThat(
                                            shop.metering
                                                    .request(organization, charged.requestId())
                                                    .orElseThrow()
                                                    .outputTokens())
                                    .isEqualTo(100);
                        });
        assertThat(reason(outcomes.get(1))).isEqualTo(Reason.UNPRICED);
        assertThat(reason(outcomes.get(2))).isEqualTo(Reason.IMPOSSIBLE_TIME);
        clock.advance(Duration.ofMinutes(10));
        assertThat(reason(authorizations.charge(List.of(ahead)).getFirst()))
                .as("remembered")
                .isEqualTo(Reason.IMPOSSIBLE_TIME);
    }

    private static Reason reason(UsageOutcome outcome) {
        return ((UsageOutcome.Refused) outcome).refusal().reason();
    }
}
