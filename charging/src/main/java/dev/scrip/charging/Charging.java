package dev.scrip.charging;

import dev.scrip.ledger.Ledger;
import dev.scrip.ledger.Verification;
import dev.scrip.metering.Metering;
import dev.scrip.postgres.Database;
import dev.scrip.pricing.Ask;
import dev.scrip.pricing.PriceBook;
import dev.scrip.pricing.Usage;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.CompletionStage;

/**
 * One request's money in this process: {@code Ask → Quote → Hold → Usage → Charge}. Holds are made
 * in memory from leases; charges are settled in batches. Never blocks its caller.
 */
public final class Charging implements AutoCloseable {

    public Charging(
            Database database,
            Ledger ledger,
            PriceBook prices,
            Metering metering,
            InstantSource clock) {
        throw new UnsupportedOperationException("charging: to be written");
    }

    /**
     * Takes the node's lock file for life, buries the predecessor that held it, enlists this
     * incarnation and starts the lanes.
     *
     * @throws dev.scrip.postgres.StartFailure when another process holds the lock
     */
    public void start(Path nodeLock, String node) {
        throw new UnsupportedOperationException();
    }

    /** Whether a price is in force for a model now, so that requests to it can be admitted. */
    public boolean isPriced(String model) {
        throw new UnsupportedOperationException();
    }

    /** Sets money aside for all that a request may cost, or says why not. */
    public CompletionStage<Admission> admit(Payer payer, Ask ask) {
        throw new UnsupportedOperationException();
    }

    /**
     * Charges what was used. The stage completes when the charge is durable: only then may the
     * response end. While PostgreSQL is away it waits, within a bound.
     */
    public CompletionStage<Settled> charge(Hold hold, Usage usage, Call call) {
        throw new UnsupportedOperationException();
    }

    /** Nothing was dispatched, or the upstream failed and asks nothing: costs nothing. */
    public void release(Hold hold) {
        throw new UnsupportedOperationException();
    }

    /** Credit or limits of an organization changed: leases are asked for anew at once. */
    public void changed(long organizationId) {
        throw new UnsupportedOperationException();
    }

    /** The ledger's verification, and that usage records, journal and roll-ups agree. */
    public Verification verify() {
        throw new UnsupportedOperationException();
    }

    /** Settles what has ended, returns all leases, says so to the ledger, gives up the lock. */
    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
