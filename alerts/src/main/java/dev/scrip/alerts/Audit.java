package dev.scrip.alerts;

import dev.scrip.ledger.Ledger;
import dev.scrip.ledger.Verification;
import dev.scrip.notifications.Mail;
import dev.scrip.notifications.Outbox;
import dev.scrip.postgres.Database;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the books recomputed: by themselves, once in a while, on one of the processes, and whenever a
 * person asks. The wallets that differ are frozen; the operator is told by mail and log.
 */
public final class Audit implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Audit.class);

    /** How often a process looks whether it is time. */
    private static final Duration LOOK = Duration.ofMinutes(1);

    private static final int DIFFERENCES_SHOWN = 20;

    /**
     * @param node the name of this process
     * @param every how long after one run the next begins
     * @param operatorEmail who is told
     */
    public record Plan(String node, Duration every, String operatorEmail, String publicUrl) {}

    private final Database database;
    private final Ledger ledger;
    private final Supplier<Verification> verification;
    private final Outbox outbox;
    private final Plan plan;
    private final InstantSource clock;
    private @Nullable Thread auditor;

    /** {@code verification}: compares all of the books, and changes nothing. */
    public Audit(
            Database database,
            Ledger ledger,
            Supplier<Verification> verification,
            Outbox outbox,
            Plan plan,
            InstantSource clock) {
        this.database = database;
        this.ledger = ledger;
        this.verification = verification;
        this.outbox = outbox;
        this.plan = plan;
        this.clock = clock;
    }

    /** Begins to look, in the background. */
    public void start() {
        auditor = Thread.ofVirtual().name("audit").start(this::lookOn);
    }

    /** Recomputes the books if it is time. True if it was. */
    public boolean run() {
        Instant begun = clock.instant().truncatedTo(ChronoUnit.MICROS);
        boolean mine =
                database.transaction(
                        tx -> AuditStore.begin(tx, begun, begun.minus(plan.every()), plan.node()));
        if (!mine) {
            return false;
        }
        Verification found = recompute();
        long compared = found.checks().stream().mapToLong(Verification.Check::compared).sum();
        database.execute(
                tx -> AuditStore.end(tx, begun, clock.instant(), compared, differences(found)));
        if (found.agrees()) {
            LOG.info("the books agree: {} figures recomputed", compared);
        }
        return true;
    }

    /** Recomputes the books now; a difference freezes its wallet and is an alarm. */
    public Verification recompute() {
        Verification found = verification.get();
        if (!found.agrees()) {
            found.organizations().forEach(ledger::freeze);
            database.execute(tx -> outbox.send(tx, alarm(found)));
            LOG.error("the books differ in {} figures:\n{}", differences(found), lines(found));
        }
        return found;
    }

    private static long differences(Verification found) {
        return found.checks().stream().mapToLong(check -> check.differences().size()).sum();
    }

    private Mail alarm(Verification found) {
        return new Mail(
                "books_differ",
                plan.operatorEmail(),
                "Alarm: the books differ",
                """
                The books were recomputed from the records, and do not agree:

                %s

                The wallets of the organizations named here are frozen: their requests are refused,
                what runs is settled, everybody else goes on. Find the cause, correct it with new
                entries, and thaw them:   %s/operator/organizations
                """
                        .formatted(lines(found), plan.publicUrl()));
    }

    private static String lines(Verification found) {
        return found.checks().stream()
                .filter(check -> !check.differences().isEmpty())
                .flatMap(
                        check ->
                                check.differences().stream()
                                        .map(difference -> check.name() + ": " + difference))
                .limit(DIFFERENCES_SHOWN)
                .collect(Collectors.joining("\n"));
    }

    private void lookOn() {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                Thread.sleep(LOOK);
                boolean _ = run();
            } catch (InterruptedException closing) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException failed) {
                LOG.warn("the books could not be recomputed; tried again soon", failed);
            }
        }
    }

    @Override
    public void close() {
        Thread running = auditor;
        if (running != null) {
            running.interrupt();
        }
    }
}
