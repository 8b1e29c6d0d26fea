package dev.scrip.ledger;

import static dev.scrip.ledger.LedgerFixture.START;
import static dev.scrip.ledger.LedgerFixture.payer;
import static dev.scrip.ledger.LedgerFixture.wallet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import dev.scrip.ledger.DurableHold.OnExpiry;
import dev.scrip.ledger.DurableHold.State;
import dev.scrip.ledger.HoldOutcome.Done;
import dev.scrip.ledger.Refusal.Reason;
import dev.scrip.money.Money;
import dev.scrip.postgres.Ids;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Durable holds: taken, extended, captured, released, expired; each once for its key. */
class HoldsTest {

    private static final LedgerFixture FIXTURE = new LedgerFixture();
    private static final Duration HOUR = Duration.ofHours(1);
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

    private HoldOutcome run(Function<Handle, HoldOutcome> operation) {
        return FIXTURE.database.transaction(operation);
    }

    private static OperationKey key(String key) {
        return new OperationKey(key, "body of " + key);
    }

    private HoldOrder order(String key, String dollars) {
        return order(key, dollars, "", OnExpiry.RELEASE);
    }

    private HoldOrder order(String key, String dollars, String model, OnExpiry onExpiry) {
        Money amount = Money.ofDollars(dollars);
        return new HoldOrder(key(key), payer(organization), model, amount, HOUR, onExpiry, "");
    }

    private HoldOutcome hold(HoldOrder order) {
        return run(tx -> ledger.holds().hold(tx, order, false));
    }

    private DurableHold held(String dollars) {
        return done(hold(order("hold " + Ids.next(), dollars))).hold();
    }

    private HoldOutcome capture(DurableHold hold, String key, String dollars) {
        Money amount = Money.ofDollars(dollars);
        return run(
                tx ->
                        ledger.holds()
                                .capture(tx, organization, hold.holdId(), key(key), amount, false));
    }

    private HoldOutcome release(DurableHold hold, String key) {
        return run(tx -> ledger.holds().release(tx, organization, hold.holdId(), key(key)));
    }

    private HoldOutcome extend(DurableHold hold, String key, String dollars, Duration lasts) {
        Money more = Money.ofDollars(dollars);
        return run(
                tx ->
                        ledger.holds()
                                .extend(
                                        tx,
                                        organization,
                                        hold.holdId(),
                                        key(key),
                                        more,
                                        lasts,
                                        false));
    }

    private static Done done(HoldOutcome outcome) {
        assertThat(outcome).isInstanceOf(Done.class);
        return (Done) outcome;
    }

    private static Refusal refusal(HoldOutcome outcome) {
        assertThat(outcome).isInstanceOf(HoldOutcome.Refused.class);
        return ((HoldOutcome.Refused) outcome).refusal();
    }

    private List<RequestDraw> explain(DurableHold hold) {
        long entry =
                ledger.history(organization, Optional.empty(), 100).stream()
                        .filter(one -> one.note().equals("1 captured hold"))
                        .findFirst()
                        .orElseThrow()
                        .entryId();
        return ledger.explain(organization, entry, hold.holdId());
    }

    private String creditAndHeld() {
        Balance balance = ledger.balance(organization);
        return balance.credit() + ", held " + balance.held();
    }

    @Test
    void captureChargesAndReleasesTheRest() {
        FIXTURE.credit(organization, "5.00");
        DurableHold hold = held("2.00");
        assertThat(creditAndHeld()).isEqualTo("5.00, held 2.00");
        Done captured = done(capture(hold, "capture", "0.50"));
        assertThat(captured.hold().state()).isEqualTo(State.CAPTURED);
        assertThat(captured.hold().captured()).isEqualTo(Money.ofDollars("0.50"));
        assertThat(captured.hold().released()).isEqualTo(Money.ofDollars("1.50"));
        assertThat(captured.balance()).isEqualTo(Money.ofDollars("4.50"));
        assertThat(creditAndHeld()).isEqualTo("4.50, held 0.00");
        assertThat(explain(hold))
                .singleElement()
                .satisfies(
                        draw -> assertThat(draw.entryId()).isEqualTo(captured.entryId()),
                        draw -> assertThat(draw.amount()).isEqualTo(Money.ofDollars("0.50")));
        assertThat(ledger.monthSpending(organization).spent()).isEqualTo(Money.ofDollars("0.50"));
        assertThat(ledger.holds().find(organization, hold.holdId())).contains(captured.hold());
    }

    @Test
    void holdEndsOnce() {
        FIXTURE.credit(organization, "5.00");
        DurableHold hold = held("2.00");
        assertThat(done(release(hold, "release")).hold().released())
                .isEqualTo(Money.ofDollars("2.00"));
        assertThat(refusal(capture(hold, "capture", "0.50")).reason()).isEqualTo(Reason.HOLD_ENDED);
        assertThat(refusal(release(hold, "again")).reason()).isEqualTo(Reason.HOLD_ENDED);
        assertThat(refusal(extend(hold, "extend", "0.10", HOUR)).reason())
                .isEqualTo(Reason.HOLD_ENDED);
        assertThat(creditAndHeld()).isEqualTo("5.00, held 0.00");
    }

    @Test
    void captureOfNothingIsLegal() {
        FIXTURE.credit(organization, "1.00");
        Done captured = done(capture(held("1.00"), "capture nothing", "0.00"));
        assertThat(captured.hold().released()).isEqualTo(Money.ofDollars("1.00"));
        assertThat(captured.entryId()).isPositive();
    }

    @Test
    void captureAboveTheHoldTakesFreeCreditOrNothing() {
        FIXTURE.credit(organization, "3.00");
        DurableHold first = held("1.00");
        DurableHold second = held("1.00");
        Refusal refused = refusal(capture(first, "too much", "2.50"));
        assertThat(refused)
                .isEqualTo(
                        new Refusal(
                                Reason.INSUFFICIENT_CREDIT,
                                Money.ofDollars("1.50"),
                                Money.ofDollars("1.00"),
                                ""));
        Done captured = done(capture(first, "more", "2.00"));
        assertThat(captured.hold().amount()).isEqualTo(Money.ofDollars("2.00"));
        assertThat(captured.hold().released()).isEqualTo(Money.ZERO);
        assertThat(creditAndHeld()).isEqualTo("1.00, held 1.00");
        done(release(second, "done with it"));
    }

    @Test
    void narrowestScopeIsUsedFirst() {
        GrantScope scope = new GrantScope(Set.of("small"), Set.of());
        FIXTURE.credit(organization, "5.00");
        FIXTURE.grant(
                new GrantOrder(
                        organization,
                        "scoped",
                        GrantKind.PROMOTION,
                        Money.ofDollars("1.00"),
                        50,
                        scope,
                        START,
                        null,
                        "for small"));
        HoldOutcome other = hold(order("other", "5.50", "large", OnExpiry.RELEASE));
        assertThat(refusal(other).available()).isEqualTo(Money.ofDollars("5.00"));
        DurableHold hold = done(hold(order("small", "5.50", "small", OnExpiry.RELEASE))).hold();
        done(capture(hold, "part", "1.25"));
        assertThat(explain(hold))
                .extracting(RequestDraw::note, draw -> draw.amount().exact())
                .containsExactlyInAnyOrder(tuple("for small", "1.00"), tuple("PURCHASE", "0.25"));
    }

    @Test
    void everyHardLimitIsHeldFromOrNone() {
        FIXTURE.credit(organization, "50.00");
        ledger.setLimit(organization, LimitKind.HARD, LedgerFixture.dollars("10.00"));
        ledger.setBudget(
                organization,
                Subject.each(Subject.Kind.API_KEY),
                BudgetPeriod.DAY,
                LimitKind.HARD,
                Money.ofDollars("2.00"));
        Refusal refused = refusal(hold(order("three", "3.00")));
        assertThat(refused.reason()).isEqualTo(Reason.LIMIT_REACHED);
        assertThat(refused.detail()).isEqualTo("api_key:12 DAY");
        assertThat(refused.available()).isEqualTo(Money.ofDollars("2.00"));
        DurableHold hold = held("2.00");
        assertThat(refusal(hold(order("more", "0.01"))).reason()).isEqualTo(Reason.LIMIT_REACHED);
        assertThat(refusal(capture(hold, "above", "2.01")).reason())
                .isEqualTo(Reason.LIMIT_REACHED);
        done(capture(hold, "half", "1.00"));
        assertThat(refusal(extend(held("1.00"), "longer", "0.01", HOUR)).reason())
                .isEqualTo(Reason.LIMIT_REACHED);
        FIXTURE.pass(Duration.ofDays(1));
        assertThat(done(hold(order("tomorrow", "2.00"))).hold().amount())
                .isEqualTo(Money.ofDollars("2.00"));
        sweep();
    }

    @Test
    void limitThatWasRemovedStillLetsGoOfAHold() {
        FIXTURE.credit(organization, "5.00");
        ledger.setLimit(organization, LimitKind.HARD, LedgerFixture.dollars("2.00"));
        DurableHold hold = held("2.00");
        ledger.setLimit(organization, LimitKind.HARD, Optional.empty());
        done(capture(hold, "capture", "1.00"));
        ledger.setLimit(organization, LimitKind.HARD, LedgerFixture.dollars("2.00"));
        assertThat(refusal(hold(order("rest", "1.01"))).reason()).isEqualTo(Reason.LIMIT_REACHED);
        done(hold(order("rest of it", "1.00")));
    }

    @Test
    void sameKeyIsAnsweredTheSameForEver() {
        FIXTURE.credit(organization, "1.00");
        HoldOutcome held = hold(order("hold", "0.75"));
        HoldOutcome refused = hold(order("refused", "0.75"));
        assertThat(refusal(refused).available()).isEqualTo(Money.ofDollars("0.25"));
        FIXTURE.credit(organization, "5.00");
        FIXTURE.pass(Duration.ofDays(3));
        Ledger restarted = new Ledger(FIXTURE.database, () -> FIXTURE.now);
        assertThat(run(tx -> restarted.holds().hold(tx, order("refused", "0.75"), true)))
                .as("refused, then topped up, then asked again")
                .isEqualTo(new HoldOutcome.Refused(refusal(refused), true));
        Done first = done(held);
        assertThat(run(tx -> restarted.holds().hold(tx, order("hold", "0.75"), true)))
                .isEqualTo(
                        new Done(
                                first.hold(),
                                first.balance(),
                                first.available(),
                                first.entryId(),
                                true));
        HoldOrder other =
                new HoldOrder(
                        new OperationKey("hold", "another body"),
                        payer(organization),
                        "",
                        Money.ofDollars("0.75"),
                        HOUR,
                        OnExpiry.RELEASE,
                        "");
        assertThat(hold(other)).isEqualTo(new HoldOutcome.KeyReused());
        assertThat(release(first.hold(), "hold"))
                .as("another operation with its key")
                .isEqualTo(new HoldOutcome.KeyReused());
        sweep();
        assertThat(ledger.holds().list(organization, Optional.empty(), 10))
                .singleElement()
                .extracting(DurableHold::state)
                .isEqualTo(State.EXPIRED);
    }

    @Test
    void repeatedCaptureAnswersWhatTheFirstDid() {
        FIXTURE.credit(organization, "5.00");
        DurableHold hold = held("2.00");
        Done longer = done(extend(hold, "extend", "1.00", Duration.ofHours(5)));
        assertThat(longer.hold().expiresAt()).isEqualTo(START.plus(Duration.ofHours(5)));
        Done captured = done(capture(hold, "capture", "2.50"));
        FIXTURE.pass(HOUR);
        assertThat(done(capture(hold, "capture", "2.50")).hold()).isEqualTo(captured.hold());
        assertThat(done(extend(hold, "extend", "1.00", Duration.ofHours(5))).hold())
                .isEqualTo(longer.hold());
        assertThat(creditAndHeld()).isEqualTo("2.50, held 0.00");
    }

    @Test
    void expiredHoldIsOverBeforeAnySweeper() {
        FIXTURE.credit(organization, "5.00");
        DurableHold free = held("1.00");
        DurableHold charged = done(hold(order("charged", "2.00", "", OnExpiry.CAPTURE))).hold();
        FIXTURE.now = free.expiresAt();
        assertThat(refusal(capture(free, "late", "0.50")).reason()).isEqualTo(Reason.HOLD_EXPIRED);
        assertThat(refusal(extend(free, "longer", "0.00", HOUR)).reason())
                .isEqualTo(Reason.HOLD_EXPIRED);
        assertThat(refusal(release(charged, "no")).reason()).isEqualTo(Reason.HOLD_EXPIRED);
        assertThat(ledger.holds().find(organization, charged.holdId()).orElseThrow())
                .extracting(DurableHold::state, DurableHold::captured)
                .containsExactly(State.EXPIRED, Money.ofDollars("2.00"));
        List<Done> ended = sweep();
        assertThat(ended).singleElement().extracting(Done::hold).isEqualTo(ended(charged));
        assertThat(creditAndHeld()).isEqualTo("3.00, held 0.00");
        assertThat(sweep()).as("once").isEmpty();
    }

    private DurableHold ended(DurableHold hold) {
        return ledger.holds().find(organization, hold.holdId()).orElseThrow();
    }

    private List<Done> sweep() {
        return FIXTURE.sweep();
    }

    @Test
    void holdPinsAGrantThatExpiresUnderIt() {
        Instant end = START.plus(Duration.ofMinutes(10));
        FIXTURE.credit(organization, GrantKind.TRIAL, "3.00", end);
        FIXTURE.credit(organization, "5.00");
        DurableHold first = held("1.00");
        DurableHold second = held("1.00");
        FIXTURE.now = end;
        Done longer = done(extend(first, "extended", "0.50", HOUR));
        assertThat(longer.balance()).as("one dollar expired").isEqualTo(Money.ofDollars("7.00"));
        done(capture(first, "all of it", "1.50"));
        assertThat(explain(first))
                .as("what was added after the end burns what is in force")
                .extracting(draw -> draw.kind() + " " + draw.amount())
                .containsExactlyInAnyOrder("TRIAL 1.00", "PURCHASE 0.50");
        done(release(second, "not used"));
        assertThat(creditAndHeld()).isEqualTo("4.50, held 0.00");
    }

    @Test
    void holdPinsAGrantThatIsRevokedUnderIt() {
        Grant grant = FIXTURE.credit(organization, "3.00");
        DurableHold hold = held("1.00");
        FIXTURE.pass(Duration.ofSeconds(1));
        ledger.revoke(organization, grant.grantId());
        assertThat(creditAndHeld()).isEqualTo("1.00, held 1.00");
        assertThat(refusal(capture(hold, "above", "1.01")).available()).isEqualTo(Money.ZERO);
        done(capture(hold, "within", "0.75"));
        assertThat(creditAndHeld()).isEqualTo("0.00, held 0.00");
    }

    @Test
    void holdMadeByAFasterClockIsLetGoAfterARevocation() {
        Grant grant = FIXTURE.credit(organization, "3.00");
        FIXTURE.pass(Duration.ofSeconds(2));
        DurableHold hold = held("1.00");
        FIXTURE.now = START.plusSeconds(1);
        ledger.revoke(organization, grant.grantId());
        FIXTURE.balances();
        done(release(hold, "over"));
        assertThat(creditAndHeld()).isEqualTo("0.00, held 0.00");
    }

    @Test
    void idleLeasesAreCalledBackBeforeAHoldIsRefused() {
        FIXTURE.credit(organization, "2.00");
        LedgerFixture.Holder process = FIXTURE.process();
        process.demand(wallet(organization), "2.00", "2.00");
        assertThat(run(tx -> ledger.holds().hold(tx, order("hold", "1.50"), true)))
                .isEqualTo(new HoldOutcome.AskAgain());
        assertThat(run(tx -> ledger.holds().hold(tx, order("too much", "2.50"), true)))
                .as("no lease could help")
                .isInstanceOf(HoldOutcome.Refused.class);
        process.giveBack(wallet(organization), "1.75");
        done(run(tx -> ledger.holds().hold(tx, order("hold", "1.50"), true)));
        assertThat(process.demand(wallet(organization), "1.00", "1.00").granted())
                .as("what is held cannot be leased")
                .isEqualTo(Money.ofDollars("2.00"));
        sweepLater();
    }

    private void sweepLater() {
        FIXTURE.pass(HOUR);
        sweep();
    }

    @Test
    void frozenWalletHoldsNothingButLetsGo() {
        FIXTURE.credit(organization, "5.00");
        DurableHold first = held("1.00");
        DurableHold second = held("1.00");
        ledger.freeze(organization);
        assertThat(refusal(hold(order("more", "1.00"))).reason()).isEqualTo(Reason.WALLET_FROZEN);
        assertThat(refusal(extend(first, "longer", "1.00", HOUR)).reason())
                .isEqualTo(Reason.WALLET_FROZEN);
        done(capture(first, "capture", "1.00"));
        done(release(second, "release"));
        ledger.thaw(organization);
        assertThat(refusal(hold(order("more", "1.00"))).reason())
                .as("remembered")
                .isEqualTo(Reason.WALLET_FROZEN);
    }

    @Test
    void foreignHoldIsUnknown() {
        FIXTURE.credit(organization, "5.00");
        DurableHold hold = held("1.00");
        long other = FIXTURE.organization();
        HoldOutcome unknown = new HoldOutcome.UnknownHold();
        Money cent = Money.ofDollars("0.01");
        Holds holds = ledger.holds();
        assertThat(run(tx -> holds.capture(tx, other, hold.holdId(), key("a"), cent, false)))
                .isEqualTo(unknown);
        assertThat(run(tx -> holds.release(tx, other, hold.holdId(), key("b")))).isEqualTo(unknown);
        assertThat(run(tx -> holds.extend(tx, other, hold.holdId(), key("c"), cent, HOUR, false)))
                .isEqualTo(unknown);
        assertThat(holds.find(other, hold.holdId())).isEmpty();
        done(release(hold, "released"));
    }

    @Test
    void impossibleAmountsAreNotTaken() {
        FIXTURE.credit(organization, "5.00");
        DurableHold hold = held("1.00");
        assertThatThrownBy(() -> order("k", "0.00")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> order("k", "-1.00")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> capture(hold, "k", "-1.00"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> extend(hold, "k", "-1.00", HOUR))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(refusal(hold(order("most", "9223372036.854775807"))).reason())
                .isEqualTo(Reason.INSUFFICIENT_CREDIT);
        assertThat(refusal(capture(hold, "most of all", "9223372036.854775807")).reason())
                .isEqualTo(Reason.INSUFFICIENT_CREDIT);
        done(release(hold, "released"));
    }
}
