package dev.scrip.charging;

import dev.scrip.ledger.ExchangeReply;
import dev.scrip.ledger.Payer;
import dev.scrip.ledger.PoolList;
import dev.scrip.ledger.Verification;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * What the database is asked and told. Every call waits for it and may fail like it; the simulation
 * of this module has some of them lost on the way there or back.
 */
interface Books {

    /** Enters this process among those that take leases. */
    void enlist(UUID incarnationId, String node, Instant at);

    /**
     * Makes room in the tables for records of this time and the next; does nothing when there is.
     */
    void makeRoom(Instant at);

    /**
     * Notes that this process is there, so that people see which are missing.
     *
     * @param confirmed for each lane the number of the last message that was answered
     * @throws dev.scrip.ledger.ForgottenMessages if the database does not know of it any more
     */
    void seen(UUID incarnationId, Instant at, List<Long> confirmed);

    /** The processes of a node that are not proven dead. */
    List<UUID> living(String node);

    /** Takes back what a process that can take no further step had leased. */
    void bury(UUID incarnationId, String proof);

    /** Makes an organization's wallet if it has none. */
    void open(long organizationId);

    /** What a request must hold from. */
    PoolList pools(Payer payer, String model, Instant at);

    /**
     * The same, at once, for those of some organizations of one lane whose requests all hold from
     * the wallet alone; the others are left out.
     */
    Map<Long, PoolList> poolsOfUnlimited(Collection<Long> organizationIds);

    /** Carries out a message and records its charges, in one transaction, once. */
    ExchangeReply settle(Message message);

    /** Books what has expired; returns how many wallets had some. */
    int expireDue(int limit);

    Verification verify();
}
