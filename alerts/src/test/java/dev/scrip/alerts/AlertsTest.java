package dev.scrip.alerts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scrip.identity.Identity;
import dev.scrip.identity.SignUp;
import dev.scrip.identity.SignUpOutcome;
import dev.scrip.ledger.BudgetPeriod;
import dev.scrip.ledger.Exchange;
import dev.scrip.ledger.GrantKind;
import dev.scrip.ledger.GrantOrder;
import dev.scrip.ledger.Lanes;
import dev.scrip.ledger.Ledger;
import dev.scrip.ledger.LimitKind;
import dev.scrip.ledger.Payer;
import dev.scrip.ledger.PoolId;
import dev.scrip.ledger.Subject;
import dev.scrip.money.Money;
import dev.scrip.notifications.Outbox;
import dev.scrip.notifications.OutboxMail;
import dev.scrip.organizations.ApiKey;
import dev.scrip.organizations.Organizations;
import dev.scrip.organizations.Project;
import dev.scrip.postgres.Database;
import dev.scrip.postgres.Ids;
import dev.scrip.testing.TestPostgres;
import java.time.Clock;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class AlertsTest {

    private final Clock clock = Clock.systemUTC();
    private final Database database = TestPostgres.database();
    private final Ledger ledger = new Ledger(database, clock);
    private final Identity identity = new Identity(database, clock);
    private final Organizations organizations = new Organizations(database, clock);
    private final Outbox outbox = new Outbox(database, Optional.empty(), clock);
    private final Alerts alerts =
            new Alerts(
                    database,
                    ledger,
                    organizations,
                    identity,
                    outbox,
                    "https://credits.example.org");

    @Test
    void theOwnersAreToldOnceThatTheSoftLimitIsReached() {
        long organization = organizationWithTenDollars("ada@example.org");
        ledger.setLimit(organization, LimitKind.SOFT, Optional.of(Money.ofDollars("2")));
        Spender spender = new Spender(organization);

        spender.spend("1.99");
        assertThat(alerts.tell()).isZero();
        spender.spend("0.01");
        assertThat(alerts.tell()).isEqualTo(1);
        spender.spend("1.00");
        assertThat(alerts.tell()).as("told once").isZero();

        List<OutboxMail> mails = outbox.mails("soft limit", Optional.empty(), 10);
        assertThat(mails).hasSize(1);
        assertThat(mails.getFirst().mail().to()).isEqualTo("ada@example.org");
        assertThat(mails.getFirst().mail().subject())
                .isEqualTo("Engines has reached its soft limit of $2.00 a month");
        assertThat(mails.getFirst().mail().text())
                .contains(
                        "Engines has spent $2.00 this month",
                        "counts from zero again on",
                        "https://credits.example.org/usage\n",
                        "https://credits.example.org/limits");
    }

    @Test
    void aLetterNamesWhoseLimitItIs() {
        long organization = organizationWithTenDollars("ada@example.org");
        Project project = organizations.projects(organization).getFirst();
        long ada = organizations.owners(organization).getFirst();
        ApiKey key = organizations.createKey(organization, project.id(), "nightly", ada).key();
        String endUser = "ann\n\nYour account is locked: https://evil.example";
        setSoft(organization, Subject.project(project.id()), BudgetPeriod.DAY);
        setSoft(organization, Subject.apiKey(key.id()), BudgetPeriod.WEEK);
        setSoft(organization, Subject.member(ada), BudgetPeriod.LIFETIME);
        setSoft(organization, Subject.each(Subject.Kind.END_USER), BudgetPeriod.MONTH);

        Payer payer = new Payer(organization, project.id(), key.id(), ada, endUser);
        assertThat(ledger.pools(payer, "model", clock.instant()).budgets())
                .as("hard limits; asking makes the pools of the soft ones too")
                .isEmpty();
        new Spender(organization, payer).spend("1");
        assertThat(alerts.tell()).isEqualTo(4);

        String reached = " has reached its soft limit of $1.00 ";
        assertThat(outbox.mails("", Optional.empty(), 10))
                .extracting(mail -> mail.mail().subject())
                .containsExactlyInAnyOrder(
                        "Project \"%s\" of Engines".formatted(project.name()) + reached + "a day",
                        "API key \"nightly\" (%s…%s) of Engines".formatted(key.start(), key.end())
                                + reached
                                + "a week",
                        "Member Ada of Engines" + reached + "in all",
                        "End user \"ann Your account is locked: https://evil.example\" of Engines"
                                + reached
                                + "a month");
        assertThat(textOf("Project"))
                .contains("has spent $1.00 today", "/usage?project=" + print(project));
        assertThat(textOf("Member"))
                .contains("never counts from zero again", "/usage?member=user_");
        assertThat(textOf("End user")).doesNotContain("ann\n");
    }

    @Test
    void aSpentHardLimitIsToldWithItsPeriod() {
        long organization = organizationWithTenDollars("ada@example.org");
        ledger.setBudget(
                organization,
                Subject.organization(),
                BudgetPeriod.WEEK,
                LimitKind.HARD,
                Money.ofDollars("2"));
        Spender spender = new Spender(organization);
        spender.spend("1.50");

        spender.ask(
                ledger.pools(spender.payer, "model", clock.instant()).budgets().getFirst().id());
        assertThat(alerts.tell()).isEqualTo(1);

        OutboxMail mail = outbox.mails("hard limit", Optional.empty(), 10).getFirst();
        assertThat(mail.mail().subject())
                .isEqualTo(
                        "Engines has reached its hard limit of $2.00 a week: requests are refused");
        assertThat(mail.mail().text())
                .contains("a hard limit of $2.00 a week, and $1.50 of it is spent this week");
    }

    @Test
    void aBurstOverManyLanesIsToldAtOnce() {
        int lanes = 0;
        Set<Integer> seen = new HashSet<>();
        for (int each = 0; each < 6; each++) {
            long organization = organizationWithTenDollars("ada" + each + "@example.org");
            ledger.setLimit(organization, LimitKind.SOFT, Optional.of(Money.ofDollars("1")));
            new Spender(organization).spend("1");
            lanes += seen.add(Lanes.of(organization)) ? 1 : 0;
        }
        assertThat(lanes).as("lanes with an event").isGreaterThan(1);

        assertThat(alerts.tell()).isEqualTo(6);
        assertThat(alerts.tell()).isZero();
    }

    private void setSoft(long organization, Subject subject, BudgetPeriod period) {
        ledger.setBudget(organization, subject, period, LimitKind.SOFT, Money.ofDollars("1"));
    }

    private String textOf(String beginning) {
        return outbox.mails(beginning, Optional.empty(), 1).getFirst().mail().text();
    }

    private static String print(Project project) {
        return Ids.print(Project.PREFIX, project.id());
    }

    private long organizationWithTenDollars(String address) {
        return database.transaction(
                tx -> {
                    SignUpOutcome signedUp =
                            identity.signUp(
                                    tx, new SignUp(address, "correct horse battery", "Ada"));
                    assertThat(signedUp).isInstanceOf(SignUpOutcome.Registered.class);
                    long owner = ((SignUpOutcome.Registered) signedUp).user().id();
                    long id = organizations.create(tx, "Engines", false, owner).id();
                    ledger.openWallet(tx, id);
                    ledger.grant(
                            tx,
                            new GrantOrder(
                                    id,
                                    "ten",
                                    GrantKind.PROMOTION,
                                    Money.ofDollars("10"),
                                    GrantOrder.PRIORITY_DEFAULT,
                                    Instant.EPOCH,
                                    null,
                                    "Ten dollars"));
                    return id;
                });
    }

    /** One process that leases all it may and settles charges of an organization. */
    private final class Spender {

        private final UUID incarnation = UUID.randomUUID();
        private final long organization;
        private final Payer payer;
        private long number;
        private Money spent = Money.ZERO;

        Spender(long organization) {
            this(organization, new Payer(organization, 1, 2, 3, null));
        }

        Spender(long organization, Payer payer) {
            this.organization = organization;
            this.payer = payer;
            ledger.enlist(incarnation, "test", clock.instant());
            Money some = Money.ofDollars("4");
            exchange(
                    List.of(),
                    List.of(),
                    List.of(
                            new Exchange.LeaseDemand(
                                    new PoolId(organization, 0), some, some, false)));
        }

        void spend(String dollars) {
            Money amount = Money.ofDollars(dollars);
            spent = spent.plus(amount);
            exchange(
                    List.of(
                            new Exchange.LeaseReport(
                                    new PoolId(organization, 0), spent, Money.ZERO)),
                    List.of(
                            new Exchange.ChargeOrder(
                                    payer,
                                    number,
                                    amount,
                                    List.of(new Exchange.Share(0, amount, clock.instant())),
                                    clock.instant())),
                    List.of());
        }

        /** Asks for a dollar of a pool. */
        void ask(PoolId pool) {
            Money dollar = Money.ofDollars("1");
            exchange(
                    List.of(),
                    List.of(),
                    List.of(new Exchange.LeaseDemand(pool, dollar, dollar, false)));
        }

        private void exchange(
                List<Exchange.LeaseReport> reports,
                List<Exchange.ChargeOrder> charges,
                List<Exchange.LeaseDemand> demands) {
            number++;
            Exchange exchange =
                    new Exchange(
                            incarnation,
                            Lanes.of(organization),
                            number,
                            clock.instant(),
                            reports,
                            charges,
                            demands);
            assertThat(database.transaction(tx -> ledger.exchange(tx, exchange)).replayed())
                    .isFalse();
        }
    }
}
