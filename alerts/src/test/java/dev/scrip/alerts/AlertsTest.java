package dev.scrip.alerts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scrip.identity.Identity;
import dev.scrip.identity.SignUp;
import dev.scrip.identity.SignUpOutcome;
import dev.scrip.ledger.Exchange;
import dev.scrip.ledger.GrantKind;
import dev.scrip.ledger.GrantOrder;
import dev.scrip.ledger.Lanes;
import dev.scrip.ledger.Ledger;
import dev.scrip.ledger.LimitKind;
import dev.scrip.ledger.Payer;
import dev.scrip.ledger.PoolId;
import dev.scrip.money.Money;
import dev.scrip.notifications.Outbox;
import dev.scrip.notifications.OutboxMail;
import dev.scrip.organizations.Organizations;
import dev.scrip.postgres.Database;
import dev.scrip.testing.TestPostgres;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
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
        long organization = organizationWithTenDollars();
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
                .isEqualTo("Engines has reached its soft limit of $2.00");
        assertThat(mails.getFirst().mail().text())
                .contains("has spent $2.00", "https://credits.example.org/limits");
    }

    private long organizationWithTenDollars() {
        return database.transaction(
                tx -> {
                    SignUpOutcome signedUp =
                            identity.signUp(
                                    tx,
                                    new SignUp("ada@example.org", "correct horse battery", "Ada"));
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
        private long number;
        private Money spent = Money.ZERO;

        Spender(long organization) {
            this.organization = organization;
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
                                    new Payer(organization, 1, 2, 3, null),
                                    number,
                                    amount,
                                    List.of(new Exchange.Share(0, amount)),
                                    clock.instant())),
                    List.of());
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
