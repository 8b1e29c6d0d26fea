package dev.scrip.alerts;

import dev.scrip.identity.Identity;
import dev.scrip.identity.User;
import dev.scrip.ledger.Ledger;
import dev.scrip.ledger.LedgerEvent;
import dev.scrip.notifications.Outbox;
import dev.scrip.organizations.Organization;
import dev.scrip.organizations.Organizations;
import dev.scrip.postgres.Database;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the people who pay what the ledger found worth telling. The ledger writes an event in the
 * transaction that made it true; here it becomes one mail to each owner, in the transaction that
 * takes the event: told once, and not lost by a crash in between.
 */
public final class Alerts implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Alerts.class);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final int EVENTS_AT_ONCE = 100;

    private final Database database;
    private final Ledger ledger;
    private final Organizations organizations;
    private final Identity identity;
    private final Outbox outbox;
    private final AlertLetters letters;
    private @Nullable Thread teller;

    /** {@code publicUrl}: where the mails' links lead; no slash at its end. */
    public Alerts(
            Database database,
            Ledger ledger,
            Organizations organizations,
            Identity identity,
            Outbox outbox,
            String publicUrl) {
        this.database = database;
        this.ledger = ledger;
        this.organizations = organizations;
        this.identity = identity;
        this.outbox = outbox;
        this.letters = new AlertLetters(publicUrl);
    }

    /** Begins to tell, in the background. */
    public void start() {
        teller = Thread.ofVirtual().name("alerts").start(this::tellOn);
    }

    /** Turns all events of now into mails; returns how many events there were. */
    public int tell() {
        int told = 0;
        // The ledger hands out events of one lane at a time, however many are waiting.
        for (int some = tellSome(); some > 0; some = tellSome()) {
            told += some;
        }
        return told;
    }

    private int tellSome() {
        return database.transaction(
                tx -> {
                    List<LedgerEvent> events = ledger.takeEvents(tx, EVENTS_AT_ONCE);
                    events.forEach(event -> tell(tx, event));
                    return events.size();
                });
    }

    private void tell(Handle tx, LedgerEvent event) {
        Optional<Organization> organization = organizations.organization(event.organizationId());
        if (organization.isEmpty()) {
            return;
        }
        LimitOwner whose = LimitOwner.of(event, organization.get(), organizations, identity);
        for (long owner : organizations.owners(event.organizationId())) {
            identity.user(owner)
                    .map(User::email)
                    .ifPresent(address -> outbox.send(tx, letters.write(event, whose, address)));
        }
    }

    private void tellOn() {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                int told = tell();
                if (told > 0) {
                    LOG.debug("{} events told", told);
                }
                Thread.sleep(PAUSE);
            } catch (InterruptedException closing) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException failed) {
                LOG.warn("alerts could not be written; they are tried again", failed);
                pauseAfterFailure();
            }
        }
    }

    private static void pauseAfterFailure() {
        try {
            Thread.sleep(PAUSE.multipliedBy(5));
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        Thread running = teller;
        if (running != null) {
            running.interrupt();
            try {
                running.join(Duration.ofSeconds(5));
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
