package dev.scrip.ledger;

import static dev.scrip.ledger.LedgerFixture.START;
import static org.assertj.core.api.Assertions.assertThat;

import dev.scrip.ledger.Exchange.ChargeOrder;
import dev.scrip.ledger.Exchange.Share;
import dev.scrip.ledger.LedgerFixture.Holder;
import dev.scrip.money.Money;
import dev.scrip.postgres.Ids;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Limits of every subject in every period. */
class SubjectBudgetTest {

    private static final LedgerFixture FIXTURE = new LedgerFixture();

    private final Ledger ledger = FIXTURE.ledger;
    private final long organization = FIXTURE.organization();
    private final Payer ann = new Payer(organization, 1, 2, 3, "ann");
    private final Payer ben = new Payer(organization, 10, 20, 30, "ben");

    @BeforeEach
    void setUp() {
        FIXTURE.now = START;
        FIXTURE.credit(organization, "50.00");
    }

    @AfterEach
    void booksBalance() {
        FIXTURE.balances();
    }

    @AfterAll
    static void close() {
        FIXTURE.close();
    }

    private static Money dollars(String amount) {
        return Money.ofDollars(amount);
    }

    private List<Pool> budgets(Payer payer) {
        return ledger.pools(payer, "model", FIXTURE.now).budgets();
    }

    /** What could still be leased of a payer's only budget. */
    private Money free(Holder holder, Payer payer) {
        return holder.demand(budgets(payer).getFirst().id(), Money.ZERO, Money.ZERO).rest().free();
    }

    private void charge(Holder holder, Payer payer, String amount, Instant heldAt) {
        Money cost = dollars(amount);
        PoolId wallet = LedgerFixture.wallet(organization);
        holder.demand(wallet, cost, cost);
        holder.spend(wallet, cost);
        List<PoolId> pools = List.of(wallet);
        ChargeOrder order =
                new ChargeOrder(
                        payer, Ids.next(), cost, List.of(new Share(0, cost, heldAt)), heldAt);
        holder.exchange(organization, holder.reports(pools), List.of(order), List.of());
    }

    @ParameterizedTest
    @EnumSource(Subject.Kind.class)
    void limitBindsItsSubjectAlone(Subject.Kind kind) {
        Holder holder = FIXTURE.process();
        charge(holder, ann, "1.00", START);
        Subject subject = Objects.requireNonNull(Subject.of(kind, ann));
        ledger.setBudget(organization, subject, BudgetPeriod.DAY, LimitKind.HARD, dollars("5.00"));
        assertThat(free(holder, ann)).as("what was spent before counts").isEqualTo(dollars("4.00"));
        charge(holder, ann, "0.50", START);
        assertThat(free(holder, ann)).isEqualTo(dollars("3.50"));
        boolean everybody = kind == Subject.Kind.ORGANIZATION;
        assertThat(budgets(ben)).hasSize(everybody ? 1 : 0);
        charge(holder, ben, "0.25", START);
        assertThat(free(holder, ann)).isEqualTo(dollars(everybody ? "3.25" : "3.50"));
    }

    @ParameterizedTest
    @EnumSource(
            value = Subject.Kind.class,
            names = {"PROJECT", "API_KEY", "MEMBER", "END_USER"})
    void limitForEachIsEverySubjectsOwnAndOverruledByItsOwn(Subject.Kind kind) {
        Holder holder = FIXTURE.process();
        ledger.setBudget(
                organization,
                Subject.each(kind),
                BudgetPeriod.WEEK,
                LimitKind.HARD,
                dollars("5.00"));
        assertThat(free(holder, ben)).isEqualTo(dollars("5.00"));
        charge(holder, ann, "1.00", START);
        assertThat(free(holder, ann)).isEqualTo(dollars("4.00"));
        assertThat(free(holder, ben)).isEqualTo(dollars("5.00"));
        Subject own = Objects.requireNonNull(Subject.of(kind, ann));
        Budget special =
                ledger.setBudget(
                        organization, own, BudgetPeriod.WEEK, LimitKind.HARD, dollars("20.00"));
        assertThat(budgets(ann)).hasSize(1);
        assertThat(free(holder, ann)).isEqualTo(dollars("19.00"));
        assertThat(free(holder, ben)).isEqualTo(dollars("5.00"));
        charge(holder, ann, "2.00", START);
        assertThat(ledger.removeBudget(organization, special.budgetId())).isTrue();
        assertThat(free(holder, ann)).as("each one's again").isEqualTo(dollars("2.00"));
        ledger.setBudget(
                organization,
                Subject.each(kind),
                BudgetPeriod.WEEK,
                LimitKind.HARD,
                dollars("6.00"));
        assertThat(free(holder, ann)).isEqualTo(dollars("3.00"));
        assertThat(free(holder, ben)).isEqualTo(dollars("6.00"));
    }

    @ParameterizedTest
    @CsvSource({
        "DAY, 2026-03-15T00:00:00Z, 2026-03-16T00:00:00Z",
        "WEEK, 2026-03-09T00:00:00Z, 2026-03-16T00:00:00Z",
        "MONTH, 2026-03-01T00:00:00Z, 2026-04-01T00:00:00Z",
        "LIFETIME, 1970-01-01T00:00:00Z, "
    })
    void periodsAreOfTheCalendarAndLateChargesCountInTheOldOne(
            BudgetPeriod period, Instant start, Instant end) {
        assertThat(period.start(START)).isEqualTo(start);
        assertThat(period.end(START)).isEqualTo(end);
        ledger.setBudget(organization, Subject.project(1), period, LimitKind.HARD, dollars("5.00"));
        Holder holder = FIXTURE.process();
        charge(holder, ann, "1.00", START);
        assertThat(ledger.pools(ann, "", START).endsAt()).isEqualTo(end);
        FIXTURE.now = end == null ? START.plusSeconds(1_000_000_000) : end;
        String left = end == null ? "4.00" : "5.00";
        assertThat(free(holder, ann)).isEqualTo(dollars(left));
        charge(holder, ann, "0.25", FIXTURE.now.minusNanos(1_000));
        assertThat(free(holder, ann)).isEqualTo(dollars(end == null ? "3.75" : "5.00"));
        charge(holder, ann, "0.50", FIXTURE.now);
        assertThat(free(holder, ann)).isEqualTo(dollars(end == null ? "3.25" : "4.50"));
        BudgetState state = ledger.budgets(organization).getFirst();
        assertThat(state.spent()).contains(dollars(end == null ? "1.75" : "0.50"));
        assertThat(state.resetsAt()).isEqualTo(end == null ? null : period.end(FIXTURE.now));
    }

    @Test
    void softLimitsAreEachToldOnceInAPeriod() {
        ledger.setBudget(
                organization,
                Subject.endUser("ann"),
                BudgetPeriod.DAY,
                LimitKind.SOFT,
                dollars("1.00"));
        ledger.setBudget(
                organization,
                Subject.endUser("ann"),
                BudgetPeriod.DAY,
                LimitKind.SOFT,
                dollars("2.00"));
        Holder holder = FIXTURE.process();
        assertThat(budgets(ann)).as("nothing is held from a soft limit").isEmpty();
        assertThat(ledger.pools(ann, "", START).endsAt())
                .as("but its next period must be made in time")
                .isEqualTo("2026-03-16T00:00:00Z");
        charge(holder, ann, "0.90", START);
        charge(holder, ben, "9.00", START);
        assertThat(events()).isEmpty();
        charge(holder, ann, "0.20", START);
        charge(holder, ann, "0.20", START);
        assertThat(events())
                .singleElement()
                .satisfies(
                        event -> {
                            assertThat(event.threshold()).isEqualTo(dollars("1.00"));
                            assertThat(event.value()).isEqualTo(dollars("1.10"));
                            assertThat(event.subject()).isEqualTo(Subject.endUser("ann"));
                            assertThat(event.period()).isEqualTo(BudgetPeriod.DAY);
                        });
        charge(holder, ann, "0.70", START);
        assertThat(events()).extracting(LedgerEvent::threshold).containsExactly(dollars("2.00"));
        FIXTURE.now = Instant.parse("2026-03-16T00:00:00Z");
        assertThat(ledger.pools(ann, "", FIXTURE.now).budgets()).isEmpty();
        charge(holder, ann, "1.00", FIXTURE.now);
        assertThat(events()).extracting(LedgerEvent::threshold).containsExactly(dollars("1.00"));
    }

    @Test
    void listsDependOnlyOnWhatIsLimited() {
        assertThat(ledger.pools(ann, "model", START).dependsOn()).isEmpty();
        ledger.setBudget(
                organization,
                Subject.apiKey(99),
                BudgetPeriod.LIFETIME,
                LimitKind.HARD,
                dollars("1.00"));
        assertThat(ledger.pools(ann, "model", START).dependsOn())
                .containsExactly(PoolList.Dimension.API_KEY);
        FIXTURE.grant(
                new GrantOrder(
                        organization,
                        "scoped",
                        GrantKind.PROMOTION,
                        dollars("1.00"),
                        50,
                        new GrantScope(java.util.Set.of("gpt"), java.util.Set.of(1L)),
                        START,
                        null,
                        ""));
        assertThat(ledger.pools(ann, "model", START).dependsOn())
                .containsExactlyInAnyOrder(
                        PoolList.Dimension.API_KEY,
                        PoolList.Dimension.MODEL,
                        PoolList.Dimension.PROJECT);
    }

    private List<LedgerEvent> events() {
        return FIXTURE.database.transaction(tx -> ledger.takeEvents(tx, 100));
    }
}
