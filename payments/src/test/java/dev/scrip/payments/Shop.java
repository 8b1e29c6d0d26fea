package dev.scrip.payments;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scrip.ledger.Ledger;
import dev.scrip.ledger.Verification;
import dev.scrip.money.Money;
import dev.scrip.notifications.Mail;
import dev.scrip.notifications.Outbox;
import dev.scrip.notifications.OutboxMail;
import dev.scrip.postgres.Database;
import dev.scrip.postgres.Ids;
import dev.scrip.testing.TestPostgres;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

/** Payments on a real database with a clock that can be moved, and what tests ask of it. */
final class Shop implements AutoCloseable {

    static final String BUYER = "ada@example.com";
    static final BillingAddress ADDRESS =
            new BillingAddress("1 Bank Street", "London", "EC2R 8AH", "GB");
    static final PurchasePolicy POLICY =
            new PurchasePolicy(Money.ofDollars("5"), Money.ofDollars("500"));

    final Database database = TestPostgres.database();
    final MovableClock clock = new MovableClock();
    final Ledger ledger = new Ledger(database, clock);
    final Outbox outbox = new Outbox(database, Optional.empty(), clock);
    final SandboxProcessor sandbox = new SandboxProcessor(database, clock, Duration.ofSeconds(1));

    private final List<Payments> opened = new ArrayList<>();

    /** The payments of a process, over the sandbox or something put around it. */
    Payments payments(UnaryOperator<Processor> around) {
        return payments(around, Duration.ofSeconds(20));
    }

    Payments payments(UnaryOperator<Processor> around, Duration askLimit) {
        Payments payments =
                new Payments(
                        database,
                        ledger,
                        outbox,
                        around.apply(sandbox),
                        POLICY,
                        clock,
                        askLimit,
                        Duration.ofMillis(20));
        opened.add(payments);
        return payments;
    }

    Payments payments() {
        return payments(processor -> processor);
    }

    long organization() {
        long organizationId = Ids.next();
        database.execute(tx -> ledger.openWallet(tx, organizationId));
        return organizationId;
    }

    static CardOrder order(long organizationId, SandboxCard card) {
        return new CardOrder(
                organizationId,
                card.published().number(),
                "12/30",
                card == SandboxCard.AMERICAN_EXPRESS ? "1234" : "123",
                "Ada Lovelace",
                ADDRESS);
    }

    Card card(long organizationId, SandboxCard card) {
        try (Payments payments = payments()) {
            return ((CardOutcome.Added) payments.addCard(order(organizationId, card))).card();
        }
    }

    static PurchaseOrder purchase(Card card, String key, String dollars) {
        return new PurchaseOrder(
                card.organizationId(), key, Money.ofDollars(dollars), card.id(), 7, BUYER);
    }

    Money credit(long organizationId) {
        return ledger.balance(organizationId).credit();
    }

    /** Mails of one kind that name a purchase. */
    List<Mail> mails(String kind, Purchase purchase) {
        String name = Ids.print(Purchase.PREFIX, purchase.id());
        return outbox.mails("", Optional.empty(), 1_000).stream()
                .map(OutboxMail::mail)
                .filter(mail -> mail.kind().equals(kind) && mail.text().contains(name))
                .toList();
    }

    Verification.Check verify() {
        try (Payments payments = payments()) {
            return database.snapshot(payments::verify);
        }
    }

    void assertBooksAgree() {
        Verification.Check check = verify();
        assertThat(check.differences()).isEmpty();
        assertThat(ledger.verify().agrees()).isTrue();
    }

    /** Waits for something that happens in the background. */
    static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited in vain").isLessThan(deadline);
            Thread.onSpinWait();
            try {
                Thread.sleep(10);
            } catch (InterruptedException interrupted) {
                throw new IllegalStateException(interrupted);
            }
        }
    }

    /** Ends all processes; what they left open stays open. */
    void stopAll() {
        opened.forEach(Payments::close);
        opened.clear();
    }

    @Override
    public void close() {
        stopAll();
        outbox.close();
        database.close();
    }
}
