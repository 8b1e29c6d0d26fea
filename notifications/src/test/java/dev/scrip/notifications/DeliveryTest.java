package dev.scrip.notifications;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import dev.scrip.notifications.SmtpServer.Security;
import dev.scrip.postgres.Database;
import dev.scrip.testing.SettableClock;
import dev.scrip.testing.TestPostgres;
import jakarta.mail.internet.MimeMessage;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Delivery to a real SMTP server. */
class DeliveryTest {

    private static final String FROM = "Scrip <no-reply@scrip.example>";

    private final SettableClock clock = new SettableClock(Instant.parse("2026-03-01T10:00:00Z"));
    private Database database;
    private GreenMail smtp;
    private int port;

    @BeforeEach
    void open() throws IOException {
        database = TestPostgres.database();
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        smtp = new GreenMail(new ServerSetup(port, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
    }

    @AfterEach
    void close() {
        smtp.stop();
        database.close();
    }

    private Outbox outbox(String user, String password) {
        return new Outbox(
                database,
                Optional.of(new SmtpServer("127.0.0.1", port, Security.NONE, user, password, FROM)),
                clock);
    }

    private void send(Outbox outbox, Mail mail) {
        database.execute(tx -> outbox.send(tx, mail));
    }

    private static OutboxMail await(Outbox outbox, Predicate<OutboxMail> condition)
            throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (System.nanoTime() < deadline) {
            OutboxMail mail = outbox.mails("", Optional.empty(), 1).getFirst();
            if (condition.test(mail)) {
                return mail;
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
        throw new AssertionError("not so within 30 seconds");
    }

    @Test
    void aMailArrivesAsItWasWritten() throws Exception {
        smtp.start();
        try (Outbox outbox = outbox("", "")) {
            assertThat(outbox.delivers()).isTrue();
            send(
                    outbox,
                    new Mail(
                            "welcome",
                            "ada@example.com",
                            "Grüße\r\nBcc: mallory@example.com",
                            "Dear Ada,\n\n5 € are yours.\n.\nScrip"));
            outbox.start();
            OutboxMail sent = await(outbox, mail -> mail.sentAt() != null);
            assertThat(sent.attempts()).isEqualTo(1);
            assertThat(sent.lastError()).isNull();
        }
        assertThat(smtp.getReceivedMessages()).hasSize(1);
        MimeMessage received = smtp.getReceivedMessages()[0];
        assertThat(received.getSubject()).isEqualTo("Grüße Bcc: mallory@example.com");
        assertThat(received.getAllRecipients())
                .extracting(Object::toString)
                .containsExactly("ada@example.com");
        assertThat(received.getFrom()[0]).hasToString(FROM);
        assertThat(received.getContentType()).startsWith("text/plain; charset=UTF-8");
        assertThat(received.getContent().toString().replace("\r\n", "\n"))
                .isEqualTo("Dear Ada,\n\n5 € are yours.\n.\nScrip");
        assertThat(received.getMessageID()).matches("<scrip\\.[0-9a-f]+@scrip\\.example>");
        assertThat(received.getHeader("Auto-Submitted")).containsExactly("auto-generated");
    }

    @Test
    void whileTheServerIsDownItIsTriedAgainAndThenArrivesOnce() throws Exception {
        try (Outbox outbox = outbox("", "")) {
            send(outbox, new Mail("receipt", "ada@example.com", "Your receipt", "Thanks."));
            outbox.start();
            OutboxMail failed = await(outbox, mail -> mail.lastError() != null);
            assertThat(failed.attempts()).isEqualTo(1);
            assertThat(failed.sentAt()).isNull();

            clock.advance(Duration.ofSeconds(10));
            await(outbox, mail -> mail.attempts() == 2 && !isClaimed());

            smtp.start();
            clock.advance(Duration.ofSeconds(30));
            OutboxMail sent = await(outbox, mail -> mail.sentAt() != null);
            assertThat(sent.attempts()).isEqualTo(3);
            assertThat(sent.lastError()).isNull();

            clock.advance(Duration.ofDays(1));
            send(outbox, new Mail("receipt", "bob@example.com", "Another", "Thanks."));
            await(outbox, mail -> mail.sentAt() != null);
        }
        assertThat(smtp.getReceivedMessages())
                .extracting(MimeMessage::getSubject)
                .containsExactly("Your receipt", "Another");
    }

    @Test
    void afterManyFailuresItIsGivenUp() throws Exception {
        try (Outbox outbox = outbox("", "")) {
            send(outbox, new Mail("receipt", "ada@example.com", "Your receipt", "Thanks."));
            outbox.start();
            for (int attempt = 1; attempt <= Outbox.ATTEMPTS_MAX; attempt++) {
                int made = attempt;
                await(outbox, mail -> mail.attempts() == made && !isClaimed());
                clock.advance(Duration.ofHours(4));
            }
            clock.advance(Duration.ofDays(30));
        }
        assertThat(isGivenUp()).isTrue();
    }

    @Test
    void signsInWhereTheServerAsksForIt() throws Exception {
        smtp.setUser("ada@example.com", "ada", "secret");
        smtp.getUserManager().setAuthRequired(true);
        smtp.start();
        try (Outbox outbox = outbox("ada", "secret")) {
            send(outbox, new Mail("receipt", "ada@example.com", "Your receipt", "Thanks."));
            outbox.start();
            await(outbox, mail -> mail.sentAt() != null);
        }
        assertThat(smtp.getReceivedMessages()).hasSize(1);
    }

    @Test
    void aWrongPasswordIsTriedAgainBecauseItCanBeCorrected() throws Exception {
        smtp.setUser("ada@example.com", "ada", "secret");
        smtp.getUserManager().setAuthRequired(true);
        smtp.start();
        try (Outbox outbox = outbox("ada", "wrong")) {
            send(outbox, new Mail("receipt", "ada@example.com", "Your receipt", "Thanks."));
            outbox.start();
            OutboxMail failed = await(outbox, mail -> mail.lastError() != null);
            assertThat(failed.lastError()).doesNotContain("wrong");
        }
        assertThat(isGivenUp()).isFalse();
        assertThat(smtp.getReceivedMessages()).isEmpty();
    }

    @Test
    void aRecipientWhomTheServerRefusesIsGivenUpAtOnce() throws Exception {
        try (ServerSocket refusing = new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
                Outbox outbox = outbox("", "")) {
            Thread server = Thread.startVirtualThread(() -> refuseRecipients(refusing));
            send(outbox, new Mail("receipt", "nobody@example.com", "Your receipt", "Thanks."));
            outbox.start();
            OutboxMail failed = await(outbox, mail -> mail.lastError() != null);
            assertThat(failed.attempts()).isEqualTo(1);
            server.join();
        }
        assertThat(isGivenUp()).isTrue();
    }

    /** A server for one conversation. */
    private static void refuseRecipients(ServerSocket listening) {
        try (Socket socket = listening.accept()) {
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII));
            OutputStream out = socket.getOutputStream();
            out.write("220 refusing.example\r\n".getBytes(US_ASCII));
            for (String line = in.readLine();
                    line != null && !line.startsWith("QUIT");
                    line = in.readLine()) {
                String answer = line.startsWith("RCPT") ? "550 5.1.1 no such user" : "250 ok";
                out.write((answer + "\r\n").getBytes(US_ASCII));
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Whether an attempt is under way: its claim ends five minutes after it began. */
    private boolean isClaimed() {
        return database.read(
                handle ->
                        handle.createQuery(
                                        "SELECT count(*) > 0 FROM outbox_mail WHERE next_attempt_at"
                                                + " = :claim")
                                .bind("claim", clock.instant().plus(Duration.ofMinutes(5)))
                                .mapTo(Boolean.class)
                                .one());
    }

    private boolean isGivenUp() {
        return database.read(
                handle ->
                        handle.createQuery(
                                        "SELECT next_attempt_at IS NULL AND sent_at IS NULL FROM"
                                                + " outbox_mail")
                                .mapTo(Boolean.class)
                                .one());
    }
}
