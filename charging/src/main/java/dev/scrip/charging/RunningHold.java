package dev.scrip.charging;

import dev.scrip.ledger.Exchange.Share;
import dev.scrip.ledger.Payer;
import dev.scrip.money.Money;
import dev.scrip.postgres.Ids;
import dev.scrip.pricing.Quote;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The one implementation of a hold. Whatever changes is guarded by its own lock. */
final class RunningHold implements Hold {

    private final long requestId;
    private final Payer payer;
    private final Quote quote;
    private final boolean lowered;
    private final Taken first;

    /** All that was taken, the oldest first; fixed when the hold has ended. */
    private List<Taken> taken;

    private long outputTokensHeld;
    private boolean extending;
    private boolean ended;

    /**
     * @param first what was taken at its beginning
     * @param outputTokensHeld what that covers of each choice's output
     */
    RunningHold(Payer payer, Quote quote, boolean lowered, Taken first, long outputTokensHeld) {
        this.requestId = Ids.at(first.heldAt());
        this.payer = payer;
        this.quote = quote;
        this.lowered = lowered;
        this.first = first;
        this.taken = List.of(first);
        this.outputTokensHeld = outputTokensHeld;
    }

    /** A hold of this implementation, which is what {@link Charging} hands out. */
    static RunningHold of(Hold hold) {
        if (hold instanceof RunningHold running) {
            return running;
        }
        throw new IllegalArgumentException("a hold that was not made here: " + hold);
    }

    /** Marks it ended; what ends twice is a broken program. */
    synchronized void end() {
        requireRunning();
        ended = true;
    }

    synchronized boolean hasEnded() {
        return ended;
    }

    private void requireRunning() {
        if (ended) {
            throw new IllegalStateException("the hold of request " + requestId + " ended before");
        }
    }

    /**
     * What it wants, to be covered up to that bound on each choice's output. Until {@link
     * #endExtension} it wants nothing else.
     */
    synchronized Want beginExtension(long outputTokensMax) {
        requireRunning();
        if (extending) {
            throw new IllegalStateException(
                    "the hold of request " + requestId + " is being extended already");
        }
        extending = true;
        long bound = Math.min(outputTokensMax, quote.outputTokensMax());
        return Want.more(
                quote.withOutput(Math.max(bound, outputTokensHeld)), amount(), outputTokensHeld);
    }

    /** Nothing more was set aside. */
    synchronized void endExtension() {
        extending = false;
    }

    /** Adds what was taken for what it wanted. False: it has ended, and it is not its own. */
    synchronized boolean extend(Taken more, long outputTokens) {
        extending = false;
        if (ended) {
            return false;
        }
        List<Taken> all = new ArrayList<>(taken);
        Taken both = all.getLast().with(more);
        if (both == null) {
            all.add(more);
        } else {
            all.set(all.size() - 1, both);
        }
        taken = all;
        outputTokensHeld = outputTokens;
        return true;
    }

    /** Gives back what a charge leaves. It has ended. */
    void giveBackAllBut(long charged) {
        long left = charged;
        for (Taken each : taken()) {
            left = each.giveBackAllBut(left);
        }
    }

    /** Counts a charge in the leases. It has ended. */
    void spend(long charged, long nanoTime, Batch batch) {
        long left = charged;
        for (Taken each : taken()) {
            left = each.spend(left, nanoTime, batch);
        }
    }

    /** What the credit leases set aside, in the order it is spent. */
    List<Share> shares() {
        List<Share> shares = new ArrayList<>(1);
        taken().forEach(each -> each.addShares(shares));
        return shares;
    }

    private synchronized List<Taken> taken() {
        return taken;
    }

    /** What it held from at its beginning. */
    Holdings beganFrom() {
        return first.from();
    }

    OrganizationLeases organization() {
        return first.from().organization();
    }

    @Override
    public long requestId() {
        return requestId;
    }

    @Override
    public Payer payer() {
        return payer;
    }

    @Override
    public Quote quote() {
        return quote;
    }

    @Override
    public Money amount() {
        List<Taken> all = taken();
        Money sum = all.getFirst().amount();
        for (Taken each : all.subList(1, all.size())) {
            sum = sum.plus(each.amount());
        }
        return sum;
    }

    @Override
    public synchronized long outputTokensHeld() {
        return outputTokensHeld;
    }

    @Override
    public Instant heldAt() {
        return first.heldAt();
    }

    @Override
    public boolean lowered() {
        return lowered;
    }
}
