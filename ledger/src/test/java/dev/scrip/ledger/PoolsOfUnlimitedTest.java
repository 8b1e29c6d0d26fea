package dev.scrip.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scrip.money.Money;
import dev.scrip.postgres.Ids;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** The pools of many organizations in one question are what each would be told by itself. */
class PoolsOfUnlimitedTest {

    private static final LedgerFixture FIXTURE = new LedgerFixture();

    private final Ledger ledger = FIXTURE.ledger;

    @AfterAll
    static void close() {
        FIXTURE.close();
    }

    @Test
    void onlyThoseWithNothingButAWalletAreTold() {
        long plain = FIXTURE.organization();
        long empty = FIXTURE.organization();
        long limited = FIXTURE.organization();
        long limitedForEach = FIXTURE.organization();
        long scoped = FIXTURE.organization();
        long unknown = Ids.next();
        FIXTURE.credit(plain, "5.00");
        Budget _ = limit(limited, Subject.organization());
        Budget each = limit(limitedForEach, Subject.each(Subject.Kind.END_USER));
        GrantOutcome _ =
                FIXTURE.grant(
                        new GrantOrder(
                                scoped,
                                "scoped",
                                GrantKind.PROMOTION,
                                Money.ofDollars("1"),
                                50,
                                new GrantScope(Set.of("model"), Set.of()),
                                LedgerFixture.START,
                                null,
                                "bound"));

        List<Long> all = List.of(plain, empty, limited, limitedForEach, scoped, unknown);
        var told = ledger.poolsOfUnlimited(all);
        assertThat(told).containsOnlyKeys(plain, empty);
        told.forEach(
                (organization, list) ->
                        assertThat(list)
                                .isEqualTo(
                                        ledger.pools(
                                                new Payer(organization, 1, 2, 3, "ann"),
                                                "model",
                                                FIXTURE.now)));

        ledger.removeBudget(limitedForEach, each.budgetId());
        assertThat(ledger.poolsOfUnlimited(all)).containsKey(limitedForEach);
    }

    private Budget limit(long organization, Subject subject) {
        return ledger.setBudget(
                organization, subject, BudgetPeriod.MONTH, LimitKind.HARD, Money.ofDollars("1"));
    }
}
