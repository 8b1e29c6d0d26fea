package dev.scrip.alerts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scrip.ledger.GrantKind;
import dev.scrip.ledger.GrantOrder;
import dev.scrip.ledger.GrantOutcome;
import dev.scrip.ledger.Ledger;
import dev.scrip.money.Money;
import dev.scrip.notifications.Mail;
import dev.scrip.notifications.Outbox;
import dev.scrip.notifications.OutboxMail;
import dev.scrip.postgres.Database;
import dev.scrip.postgres.Ids;
import dev.scrip.testing.SettableClock;
import dev.scrip.testing.TestPostgres;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The books are recomputed by themselves, once for all processes, and a difference is an alarm. */
class AuditTest {

    private final SettableClock clock = new SettableClock(Instant.parse("2026-03-15T12:00:00Z"));
    private final Database database = TestPostgres.database();
    private final Ledger ledger = new Ledger(database, clock);
    private final Outbox outbox = new Outbox(database, Optional.empty(), clock);
    private final Audit here = audit("here");
    private final Audit there = audit("there");

    private Audit audit(String node) {
        return new Audit(
                database,
                ledger,
                ledger::verify,
                outbox,
                new Audit.Plan(node, Duration.ofHours(24), "ops@example.com", "http://localhost"),
                clock);
    }

    @AfterEach
    void close() {
        database.close();
    }

    private long funded() {
        long organization = Ids.next();
        GrantOrder order =
                new GrantOrder(
                        organization,
                        "key",
                        GrantKind.PURCHASE,
                        Money.ofDollars("1.00"),
                        50,
                        clock.instant(),
                        null,
                        "");
        assertThat(ledger.grant(order)).isInstanceOf(GrantOutcome.Granted.class);
        return organization;
    }

    private List<OutboxMail> mails() {
        return outbox.mails("", Optional.empty(), 10);
    }

    @Test
    void whatOnlyAPersonCanPutRightIsMailedToTheOperator() {
        new Alarm(database, outbox, "ops@example.com", "node-1", "http://localhost")
                .raise("What process 7 has to settle is refused.");
        assertThat(mails())
                .singleElement()
                .satisfies(
                        mail -> {
                            Mail sent = mail.mail();
                            assertThat(sent.to()).isEqualTo("ops@example.com");
                            assertThat(sent.subject()).contains("node-1");
                            assertThat(sent.text())
                                    .contains("What process 7 has to settle is refused.")
                                    .contains("http://localhost/operator/processes");
                        });
    }

    @Test
    void oneProcessRunsForAllAndAgainWhenItIsTime() {
        assertThat(here.run()).isTrue();
        assertThat(there.run()).isFalse();
        clock.advance(Duration.ofHours(25));
        assertThat(there.run()).isTrue();
        assertThat(here.run()).isFalse();
        assertThat(mails()).isEmpty();
    }

    @Test
    void differenceIsAlarmedAndFreezesItsWalletAlone() {
        long sound = funded();
        long wrong = funded();
        database.execute(
                tx ->
                        tx.createUpdate(
                                        "UPDATE pool SET funded = funded + 1 WHERE organization_id = ?")
                                .bind(0, wrong)
                                .execute());
        assertThat(here.run()).isTrue();
        assertThat(mails())
                .singleElement()
                .satisfies(
                        sent -> {
                            Mail mail = sent.mail();
                            assertThat(mail.to()).isEqualTo("ops@example.com");
                            assertThat(mail.text()).contains("I4 funded", Long.toString(wrong));
                            assertThat(mail.text()).doesNotContain(Long.toString(sound));
                        });
        assertThat(ledger.balance(wrong).frozen()).isTrue();
        assertThat(ledger.balance(sound).frozen()).isFalse();
    }
}
