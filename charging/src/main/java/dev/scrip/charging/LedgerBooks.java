package dev.scrip.charging;

import dev.scrip.ledger.ExchangeReply;
import dev.scrip.ledger.Ledger;
import dev.scrip.ledger.Payer;
import dev.scrip.ledger.PoolList;
import dev.scrip.ledger.Verification;
import dev.scrip.metering.Metering;
import dev.scrip.postgres.Database;
import dev.scrip.postgres.Together;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** The real books: one transaction of ledger and metering for each message. */
final class LedgerBooks implements Books {

    private final Database database;
    private final Ledger ledger;
    private final Metering metering;

    LedgerBooks(Database database, Ledger ledger, Metering metering) {
        this.database = database;
        this.ledger = ledger;
        this.metering = metering;
    }

    @Override
    public void enlist(UUID incarnationId, String node, Instant at) {
        ledger.enlist(incarnationId, node, at);
    }

    @Override
    public void makeRoom(Instant at) {
        metering.makePartitions(at);
    }

    @Override
    public void seen(UUID incarnationId, Instant at, List<Long> confirmed) {
        ledger.seen(incarnationId, at, confirmed);
    }

    @Override
    public List<UUID> living(String node) {
        return ledger.living(node);
    }

    @Override
    public void bury(UUID incarnationId, String proof) {
        ledger.bury(incarnationId, proof);
    }

    @Override
    public void open(long organizationId) {
        database.execute(tx -> ledger.openWallet(tx, organizationId));
    }

    @Override
    public PoolList pools(Payer payer, String model, Instant at) {
        return ledger.pools(payer, model, at);
    }

    @Override
    public Map<Long, PoolList> poolsOfUnlimited(Collection<Long> organizationIds) {
        return ledger.poolsOfUnlimited(organizationIds);
    }

    @Override
    public ExchangeReply settle(Message message) {
        return database.transaction(
                tx -> {
                    Together writes = Together.of(tx);
                    ExchangeReply reply = ledger.exchange(writes, message.exchange());
                    // A stored answer means that the first time committed, with the records.
                    if (!reply.replayed()) {
                        metering.record(writes, message.batch().records(reply));
                    }
                    writes.run();
                    return reply;
                });
    }

    @Override
    public int expireDue(int limit) {
        return ledger.expireDue(limit);
    }

    @Override
    public Verification verify() {
        return Reconciliation.verify(database, ledger, metering);
    }
}
