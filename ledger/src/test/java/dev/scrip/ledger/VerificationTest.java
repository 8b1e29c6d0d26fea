package dev.scrip.ledger;

import static dev.scrip.ledger.LedgerFixture.START;
import static dev.scrip.ledger.LedgerFixture.wallet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.scrip.ledger.LedgerFixture.Holder;
import dev.scrip.money.Money;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every check finds a row that was made wrong. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class VerificationTest {

    private static final class RolledBack extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    private final LedgerFixture fixture = new LedgerFixture();
    private long organization;

    /** A wallet with everything in it: drawn, expired, closing, scheduled, leased, buried. */
    @BeforeAll
    void fill() {
        organization = fixture.organization();
        fixture.ledger.setLimit(organization, LimitKind.HARD, LedgerFixture.dollars("50.00"));
        PoolId budget = fixture.pools(organization, START).get(1).id();
        PoolId wallet = wallet(organization);
        fixture.credit(organization, GrantKind.TRIAL, "1.00", START.plus(Duration.ofHours(1)));
        fixture.credit(organization, GrantKind.TRIAL, "3.00", START.plus(Duration.ofHours(2)));
        fixture.credit(organization, GrantKind.PURCHASE, "9.00", START.plus(Duration.ofDays(9)));
        fixture.grant(
                new GrantOrder(
                        organization,
                        "later",
                        GrantKind.PROMOTION,
                        Money.ofDollars("2.00"),
                        50,
                        START.plus(Duration.ofDays(2)),
                        null,
                        ""));
        Holder dead = fixture.process();
        dead.demand(wallet, "1.00", "1.00");
        dead.charge("0.25", "0.25", START, wallet);
        fixture.ledger.bury(dead.id, "drained");
        Holder holder = fixture.process();
        holder.demand(budget, "2.00", "2.00");
        holder.demand(wallet, "0.50", "0.50");
        fixture.pass(Duration.ofHours(3));
        holder.charge("0.25", "0.50", START, wallet, budget);
        hold("open");
        DurableHold ended = hold("ended");
        Money cent = Money.ofDollars("0.01");
        OperationKey key = new OperationKey("capture", "");
        UsageOrder order =
                new UsageOrder(
                        new OperationKey("usage", ""),
                        LedgerFixture.payer(organization),
                        1,
                        "",
                        cent,
                        Optional.empty());
        fixture.database.execute(
                tx -> {
                    Holds holds = fixture.ledger.holds();
                    HoldOutcome _ =
                            holds.capture(tx, organization, ended.holdId(), key, cent, false);
                    List<UsageOutcome> _ = holds.charge(tx, List.of(order), false);
                });
        for (String constraint :
                List.of(
                        "pool DROP CONSTRAINT pool_never_overspent",
                        "lease DROP CONSTRAINT lease_counts",
                        "lease DROP CONSTRAINT lease_pinned",
                        "durable_hold DROP CONSTRAINT durable_hold_amounts",
                        "credit_grant DROP CONSTRAINT credit_grant_counts")) {
            fixture.database.owner(tx -> tx.execute("ALTER TABLE " + constraint));
        }
    }

    private DurableHold hold(String key) {
        HoldOrder order =
                new HoldOrder(
                        new OperationKey(key, ""),
                        LedgerFixture.payer(organization),
                        "",
                        Money.ofDollars("0.10"),
                        Duration.ofHours(1),
                        DurableHold.OnExpiry.RELEASE,
                        "");
        HoldOutcome outcome =
                fixture.database.transaction(tx -> fixture.ledger.holds().hold(tx, order, false));
        return ((HoldOutcome.Done) outcome).hold();
    }

    @AfterAll
    void close() {
        fixture.close();
    }

    @Test
    void soundBooksAgreeAndEveryCheckComparesSomething() {
        Verification verification = fixture.ledger.verify();
        assertThat(verification.agrees()).isTrue();
        assertThat(verification.checks())
                .allSatisfy(check -> assertThat(check.compared()).as(check.name()).isPositive());
        assertThat(verification.checks()).hasSize(VerificationStore.QUESTIONS.size() + 3);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    I1 an entry changes                  | UPDATE journal_entry SET change = change + 1 WHERE kind = 'CHARGE'
                    I1 an entry changes                  | UPDATE posting SET amount = amount + 1 WHERE to_account = 'revenue_given'
                    I1 an entry changes                  | INSERT INTO posting SELECT organization_id, 999, 1, 'promotions', 'credit', 5, 0 FROM pool WHERE pool_id = 0
                    I1 each entry's balance              | UPDATE journal_entry SET balance_after = balance_after - 1 WHERE entry_id = 2
                    I1 a wallet's entries never          | UPDATE journal_entry SET posted_at = posted_at - interval '1 day' WHERE entry_id = 4
                    I1 no entry is missing               | DELETE FROM journal_entry WHERE entry_id = (SELECT max(entry_id) FROM journal_entry)
                    I1 no entry is missing               | UPDATE pool SET entries = entries + 1 WHERE pool_id = 0
                    I2 funded - leased                   | UPDATE pool SET leased = funded + 1 WHERE pool_id = 0
                    I4 leased is what                    | UPDATE pool SET leased = leased + 1 WHERE pool_id <> 0
                    I4 leased is what                    | UPDATE lease SET granted = granted + 1 WHERE pool_id = 0
                    I4 pinned is what                    | UPDATE pool SET pinned = pinned + 1 WHERE pool_id = 0
                    I4 pinned is what                    | UPDATE hold_part SET pinned = 1 WHERE credit AND NOT closed
                    I4 held is what                      | UPDATE pool SET held = held + 1 WHERE pool_id = 0
                    I4 held is what                      | UPDATE pool SET held = held - 1 WHERE kind = 'BUDGET' AND held > 0
                    I4 held is what                      | UPDATE hold_part SET amount = amount + 1 WHERE NOT closed AND NOT credit
                    I8 a hold is what                    | UPDATE durable_hold SET amount = amount + 1 WHERE state = 'OPEN'
                    I8 a hold is what                    | DELETE FROM hold_part WHERE credit AND closed
                    I8 captured + released               | UPDATE durable_hold SET released = released - 1 WHERE state = 'CAPTURED'
                    I8 captured + released               | UPDATE durable_hold SET released = amount WHERE state = 'OPEN'
                    I8 a hold has something              | UPDATE hold_part SET closed = true WHERE NOT closed
                    I8 a hold has something              | UPDATE hold_part SET closed = false WHERE closed
                    I8 a hold was charged                | UPDATE durable_hold SET captured = captured - 1, released = released + 1 WHERE state = 'CAPTURED'
                    I6 an operation charged              | UPDATE operation SET captured = captured + 1 WHERE kind = 'USAGE'
                    I6 an operation charged              | DELETE FROM entry_draw
                    I4 funded is what remains            | UPDATE pool SET funded = funded + 1 WHERE pool_id = 0
                    I4 funded is what remains            | UPDATE credit_grant SET consumed = consumed + 1 WHERE kind = 'PURCHASE'
                    I4 funded is the balance             | UPDATE posting SET amount = amount - 1 WHERE to_account = 'breakage'
                    I4 scheduled grants                  | UPDATE credit_grant SET amount = amount + 1 WHERE state = 'SCHEDULED'
                    I9 a grant was consumed              | UPDATE credit_grant SET consumed = consumed - 1, expired = expired + 1 WHERE consumed > 0
                    I9 a grant was consumed              | DELETE FROM entry_draw
                    I9 a grant was credited              | UPDATE credit_grant SET amount = amount + 1 WHERE kind = 'PURCHASE'
                    I9 a grant was credited              | UPDATE posting SET amount = amount + 1 WHERE from_account = 'clearing'
                    I9 a grant expired                   | UPDATE credit_grant SET expired = expired - 1 WHERE expired > 0
                    I9 consumed + expired                | UPDATE credit_grant SET revoked = amount + 1 WHERE kind = 'PURCHASE'
                    I9 a grant is done                   | UPDATE credit_grant SET state = 'DONE' WHERE kind = 'PURCHASE'
                    I9 an entry's charges                | UPDATE entry_draw SET amounts[1] = amounts[1] + 1
                    I18 a day's spending                 | UPDATE spending SET spent = spent + 1
                    I18 a day's spending                 | DELETE FROM spending
                    I18 a budget                         | UPDATE pool SET funded = funded - 1 WHERE kind = 'BUDGET'
                    I13 spent + returned                 | UPDATE lease SET returned = granted + 1 WHERE pool_id = 0
                    I14 money is reclaimed               | UPDATE lease SET granted = granted + 1 WHERE closed
                    I14 money is reclaimed               | UPDATE incarnation SET state = 'LIVE', proof = NULL WHERE state = 'DEAD'
                    I11 a pool knows                     | UPDATE pool SET expires_next = expires_next + interval '1 second' WHERE pool_id = 0
                    I11 what is closing                  | UPDATE pool SET pinned = 0 WHERE pool_id = 0
                    """)
    void wrongRowIsFound(String check, String corruption) {
        Verification[] findings = new Verification[1];
        try {
            fixture.database.owner(
                    tx -> {
                        assertThat(tx.execute(corruption)).as("rows made wrong").isPositive();
                        findings[0] = new Verifier().verify(tx);
                        throw new RolledBack();
                    });
        } catch (RolledBack expected) {
            assertThat(findings[0].organizations()).containsExactly(organization);
        }
        assertThat(findings[0].agrees()).isFalse();
        assertThat(findings[0].checks())
                .filteredOn(one -> !one.differences().isEmpty())
                .extracting(Verification.Check::name)
                .anyMatch(name -> name.startsWith(check));
    }

    @Test
    void differenceNamesItsWalletAlone() {
        LedgerFixture other = new LedgerFixture();
        try (other) {
            long sound = other.organization();
            long wrong = other.organization();
            other.credit(sound, "1.00");
            other.credit(wrong, "1.00");
            other.database.execute(
                    tx ->
                            tx.createUpdate(
                                            "UPDATE pool SET funded = funded + 1"
                                                    + " WHERE organization_id = ?")
                                    .bind(0, wrong)
                                    .execute());
            assertThat(other.ledger.verify().organizations()).containsExactly(wrong);
            assertThat(other.ledger.balance(wrong).frozen())
                    .as("looking changes nothing")
                    .isFalse();
        }
    }
}
