package dev.scrip.notifications;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.scrip.postgres.Database;
import dev.scrip.testing.SettableClock;
import dev.scrip.testing.TestPostgres;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OutboxTest {

    private final SettableClock clock = new SettableClock(Instant.parse("2026-03-01T10:00:00Z"));
    private Database database;
    private Outbox outbox;

    @BeforeEach
    void open() {
        database = TestPostgres.database();
        outbox = new Outbox(database, Optional.empty(), clock);
    }

    @AfterEach
    void close() {
        outbox.close();
        database.close();
    }

    private void send(String to, String subject) {
        database.execute(tx -> outbox.send(tx, new Mail("receipt", to, subject, "Hello.")));
    }

    @Test
    void withoutAServerMailsStayReadable() {
        outbox.start();
        send("ada@example.com", "Your receipt");

        assertThat(outbox.delivers()).isFalse();
        assertThat(outbox.mails("", Optional.empty(), 10))
                .singleElement()
                .satisfies(
                        mail -> {
                            assertThat(mail.mail())
                                    .isEqualTo(
                                            new Mail(
                                                    "receipt",
                                                    "ada@example.com",
                                                    "Your receipt",
                                                    "Hello."));
                            assertThat(mail.createdAt()).isEqualTo(clock.instant());
                            assertThat(mail.sentAt()).isNull();
                            assertThat(mail.attempts()).isZero();
                            assertThat(mail.lastError()).isNull();
                        });
    }

    @Test
    void aMailExistsOnlyIfWhatItTellsOfWasCommitted() {
        assertThatThrownBy(
                        () ->
                                database.execute(
                                        tx -> {
                                            outbox.send(
                                                    tx,
                                                    new Mail("receipt", "ada@example.com", "", ""));
                                            throw new IllegalStateException("rolled back");
                                        }))
                .hasMessage("rolled back");
        assertThat(outbox.mails("", Optional.empty(), 10)).isEmpty();
    }

    @Test
    void areFoundByAddressAndSubjectNewestFirst() {
        send("ada@example.com", "Confirm your address");
        send("bob@example.com", "Your receipt");
        send("ada@example.com", "100% of your_limit");

        assertThat(subjects("ADA@")).containsExactly("100% of your_limit", "Confirm your address");
        assertThat(subjects("receipt")).containsExactly("Your receipt");
        assertThat(subjects("0% of")).containsExactly("100% of your_limit");
        assertThat(subjects("%")).containsExactly("100% of your_limit");
        assertThat(subjects("nobody")).isEmpty();

        List<OutboxMail> first = outbox.mails("", Optional.empty(), 2);
        assertThat(first).hasSize(2);
        assertThat(outbox.mails("", Optional.of(first.getLast().id()), 2))
                .extracting(mail -> mail.mail().subject())
                .containsExactly("Confirm your address");
    }

    private List<String> subjects(String containing) {
        return outbox.mails(containing, Optional.empty(), 10).stream()
                .map(mail -> mail.mail().subject())
                .toList();
    }

    @Test
    void noTwoTakeTheSameMailAtOnce() throws Exception {
        for (int i = 0; i < 20; i++) {
            send("person" + i + "@example.com", "Hello");
        }
        Instant now = clock.instant();
        Set<Long> taken = Collections.synchronizedSet(new HashSet<>());
        List<Long> all = Collections.synchronizedList(new ArrayList<>());
        Thread[] deliverers = new Thread[4];
        for (int i = 0; i < deliverers.length; i++) {
            deliverers[i] =
                    Thread.startVirtualThread(
                            () -> {
                                Optional<OutboxMail> mail = claim(now);
                                while (mail.isPresent() && all.size() <= 20) {
                                    taken.add(mail.get().id());
                                    all.add(mail.get().id());
                                    mail = claim(now);
                                }
                            });
        }
        for (Thread deliverer : deliverers) {
            deliverer.join();
        }
        assertThat(all).hasSize(20);
        assertThat(taken).hasSize(20);
        assertThat(claim(now.plus(Duration.ofMinutes(5))))
                .as("a claim whose process died ends")
                .hasValueSatisfying(mail -> assertThat(mail.attempts()).isEqualTo(2));
    }

    private Optional<OutboxMail> claim(Instant at) {
        return database.transaction(
                tx -> OutboxStore.claim(tx, at, at.plus(Duration.ofMinutes(5))));
    }

    @Test
    void aHeaderIsOneLine() {
        Mail mail =
                new Mail("invitation", "ada@example.com", "Join X\r\nBcc: all@x.org\u2028!", "");
        assertThat(mail.subject()).isEqualTo("Join X Bcc: all@x.org !");
        assertThatThrownBy(() -> new Mail("receipt", "a@example.com\r\nBcc: b@x.org", "", ""))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(new Mail("reset", "a@b.co", "Reset", "https://secret").toString())
                .doesNotContain("secret");
    }

    @Test
    void pausesGrowUpToALimit() {
        assertThat(Outbox.pause(1)).isEqualTo(Duration.ofSeconds(10));
        assertThat(Outbox.pause(2)).isEqualTo(Duration.ofSeconds(30));
        assertThat(Outbox.pause(5)).isEqualTo(Duration.ofSeconds(810));
        assertThat(Outbox.pause(9)).isEqualTo(Duration.ofHours(4));
        assertThat(Outbox.pause(1_000)).isEqualTo(Duration.ofHours(4));
    }
}
