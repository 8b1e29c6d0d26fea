package dev.scrip.payments;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scrip.payments.FaultyProcessor.Fault;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.Test;

/** A card's number is in no table and no line of the log, however things go. */
class NumberNeverKeptTest {

    private static final String REAL = "4111111111111111";

    @Test
    void neitherTablesNorLogsHoldACardNumber() {
        Lines lines = new Lines();
        Logger root = Logger.getLogger("");
        Logger product = Logger.getLogger("dev.scrip");
        root.addHandler(lines);
        product.setLevel(Level.ALL);
        try (Shop shop = new Shop()) {
            useCards(shop);
            assertThat(lines.all).isNotEmpty();
            assertThat(lines.all).allSatisfy(NumberNeverKeptTest::holdsNoCardNumber);
            assertThat(rows(shop)).isNotEmpty();
            assertThat(rows(shop)).allSatisfy(NumberNeverKeptTest::holdsNoCardNumber);
        } finally {
            root.removeHandler(lines);
            product.setLevel(null);
        }
    }

    private static void useCards(Shop shop) {
        long organizationId = shop.organization();
        Payments payments = shop.payments();
        for (SandboxCard testCard : SandboxCard.values()) {
            Card card = shop.card(organizationId, testCard);
            assertThat(payments.buy(Shop.purchase(card, testCard.name(), "20"))).isNotNull();
        }
        for (Fault fault : Fault.values()) {
            Payments faulty = shop.payments(sandbox -> new FaultyProcessor(sandbox, fault));
            faulty.addCard(Shop.order(organizationId, SandboxCard.VISA));
            faulty.addCard(real(organizationId, "12/30", "Ada"));
        }
        Payments quoting = shop.payments(QuotingProcessor::new);
        assertThat(quoting.addCard(real(organizationId, "12/30", "Ada")))
                .isInstanceOf(CardOutcome.Unavailable.class);
        for (String expiry : List.of("", "12/20", REAL)) {
            assertThat(payments.addCard(real(organizationId, expiry, "Ada")))
                    .isInstanceOf(CardOutcome.Refused.class);
        }
        assertThat(payments.addCard(real(organizationId, "12/30", REAL)))
                .isInstanceOf(CardOutcome.Refused.class);
    }

    private static CardOrder real(long organizationId, String expiry, String holder) {
        return new CardOrder(organizationId, REAL, expiry, "123", holder, Shop.ADDRESS);
    }

    private static void holdsNoCardNumber(String text) {
        String digits = text.replaceAll("(?<=[0-9])[ -](?=[0-9])", "");
        assertThat(digits).doesNotContain(REAL);
        for (SandboxCard testCard : SandboxCard.values()) {
            assertThat(digits).doesNotContain(testCard.published().number().replace(" ", ""));
        }
    }

    private static List<String> rows(Shop shop) {
        return shop.database.read(
                tx -> {
                    List<String> rows = new ArrayList<>();
                    for (String table :
                            tx.createQuery(
                                            """
                                            SELECT table_name FROM information_schema.tables
                                            WHERE table_schema = 'public'
                                                AND table_type = 'BASE TABLE'
                                            """)
                                    .mapTo(String.class)
                                    .list()) {
                        rows.addAll(
                                tx.createQuery("SELECT t::text FROM \"" + table + "\" t")
                                        .mapTo(String.class)
                                        .list());
                    }
                    return rows;
                });
    }

    /** A processor's library that says in its exception what it was given. */
    private record QuotingProcessor(Processor sandbox) implements Processor {

        @Override
        public String name() {
            return sandbox.name();
        }

        @Override
        public Attachment attach(CardDetails card) {
            throw new IllegalStateException("could not send " + card.number());
        }

        @Override
        public void detach(String token) {
            sandbox.detach(token);
        }

        @Override
        public ChargeAnswer charge(ChargeOrder order) {
            return sandbox.charge(order);
        }

        @Override
        public Optional<ChargeAnswer> find(String key) {
            return sandbox.find(key);
        }

        @Override
        public ChargeAnswer confirm(String key, boolean approved) {
            return sandbox.confirm(key, approved);
        }

        @Override
        public ChargeAnswer cancel(String key) {
            return sandbox.cancel(key);
        }
    }

    private static final class Lines extends Handler {

        private final List<String> all = Collections.synchronizedList(new ArrayList<>());
        private final SimpleFormatter formatter = new SimpleFormatter();

        Lines() {
            setLevel(Level.ALL);
        }

        @Override
        public void publish(LogRecord line) {
            all.add(formatter.format(line));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
