package dev.scrip.ledger;

import dev.scrip.ledger.Entry.GrantDraw;
import dev.scrip.ledger.Entry.Posting;
import dev.scrip.ledger.Exchange.ChargeOrder;
import dev.scrip.ledger.Exchange.Share;
import dev.scrip.money.Money;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One organization's credit while its lock is held: the general pool and those of scoped grants.
 * What is asked of it changes their fields and collects the rows to write. No SQL and no clock in
 * here.
 */
final class Wallet {

    final long organizationId;
    final boolean frozen;
    final CreditPool general;
    private final Map<Long, CreditPool> pools = new TreeMap<>();
    private final List<Entry> entries = new ArrayList<>();
    private final List<GrantDraw> draws = new ArrayList<>();
    private final Map<BookAccount, Money> revenue = new EnumMap<>(BookAccount.class);
    private final boolean limited;
    private final boolean scopedBefore;
    private long entryCount;
    private @Nullable Instant postedAt;
    private Instant at = Instant.EPOCH;

    /**
     * @param row of the general pool
     */
    Wallet(PoolRow row, CreditPool.Times times, Extra extra) {
        this.organizationId = row.id.organizationId();
        this.frozen = extra.frozen;
        this.limited = extra.limited;
        this.scopedBefore = extra.scoped;
        this.entryCount = extra.entryCount;
        this.postedAt = extra.postedAt;
        this.general = new CreditPool(this, row, GrantScope.ANY, times);
        pools.put(PoolRow.WALLET, general);
    }

    /**
     * What a wallet's row has beyond any credit pool's.
     *
     * @param scoped there are credit pools of scoped grants
     * @param limited there are budgets
     * @param postedAt the time of the last entry; null: there is none
     */
    record Extra(
            long entryCount,
            @Nullable Instant postedAt,
            boolean frozen,
            boolean scoped,
            boolean limited) {}

    /** Adds a pool of scoped grants. */
    CreditPool addPool(PoolRow row, GrantScope scope, CreditPool.Times times) {
        CreditPool pool = new CreditPool(this, row, scope, times);
        pools.put(row.id.poolId(), pool);
        return pool;
    }

    /** The pools that a request may hold from: the narrowest scope first, the general one last. */
    List<CreditPool> eligible(long projectId, String model) {
        return pools.values().stream()
                .filter(pool -> pool.scope.admits(projectId, model))
                .sorted(
                        Comparator.comparingInt((CreditPool pool) -> -pool.scope.narrowness())
                                .thenComparing(pool -> pool.row.id))
                .toList();
    }

    Collection<CreditPool> pools() {
        return pools.values();
    }

    @Nullable CreditPool pool(long poolId) {
        return poolId == PoolRow.WALLET ? general : pools.get(poolId);
    }

    /** Are there grants that have ended and that requests from before may still be charged to? */
    boolean pins() {
        for (CreditPool pool : pools.values()) {
            if (pool.pinnedBefore() != null) {
                return true;
            }
        }
        return false;
    }

    /** Are there credit pools that are not read yet? */
    boolean hasScopedPools() {
        return scopedBefore;
    }

    boolean limited() {
        return limited;
    }

    /** Fixes the time of what is entered from now; the journal never goes back in time. */
    void beginAt(Instant moment) {
        Instant last = postedAt;
        at = last != null && last.isAfter(moment) ? last : moment;
    }

    /** Gives the pools their grants that are not done; each grant to the pool it belongs to. */
    void load(Collection<OpenGrant> notDone) {
        if (pools.size() == 1 && !scopedBefore) {
            general.load(notDone);
            return;
        }
        for (CreditPool pool : pools.values()) {
            pool.load(
                    notDone.stream()
                            .filter(grant -> grant.poolId == pool.row.id.poolId())
                            .toList());
        }
    }

    boolean loaded() {
        return general.loaded();
    }

    /** Does the time alone change it, or may returning a lease do so? */
    boolean needsGrants(Instant moment) {
        for (CreditPool pool : pools.values()) {
            if (pool.needsGrants(moment)) {
                return true;
            }
        }
        return false;
    }

    /** All credit in force: what people call the balance. */
    Money credit() {
        Money credit = Money.ZERO;
        for (CreditPool pool : pools.values()) {
            credit = credit.plus(pool.row.funded());
        }
        return credit;
    }

    /** What leases and holds have of it. */
    Money outstanding() {
        Money outstanding = Money.ZERO;
        for (CreditPool pool : pools.values()) {
            outstanding = outstanding.plus(pool.row.outstanding());
        }
        return outstanding;
    }

    /**
     * Opens and closes the grants whose time has come. True when one was closed: the leases that
     * are outstanding now must be marked as pinned.
     */
    boolean advance(Instant moment) {
        boolean closed = false;
        for (CreditPool pool : pools.values()) {
            closed |= pool.advance(moment);
        }
        return closed;
    }

    /** Expires what no lease pins any more. */
    void expireUnpinned() {
        pools.values().forEach(CreditPool::expireUnpinned);
    }

    /**
     * Charges requests in one entry: what was set aside for them in full, anything beyond that only
     * from what is free, and the rest to the platform. The leases' counters must be reported
     * before.
     *
     * @param cover by pool: how much of the charges was set aside; used up by them
     * @return the number of the entry
     */
    long charge(List<ChargeOrder> charges, Map<Long, Money> cover) {
        Money before = credit();
        for (ChargeOrder charge : charges) {
            charge(charge, cover);
        }
        return enterCharges(
                before, charges.size() == 1 ? "1 request" : charges.size() + " requests");
    }

    /**
     * Charges a durable hold in one entry.
     *
     * @return the number of the entry
     */
    long chargeHold(ChargeOrder charge, Map<Long, Money> cover, String note) {
        Money before = credit();
        charge(charge, cover);
        return enterCharges(before, note);
    }

    private long enterCharges(Money before, String note) {
        List<Posting> postings = new ArrayList<>(revenue.size());
        revenue.forEach(
                (account, amount) ->
                        postings.add(
                                new Posting(
                                        account == BookAccount.REVENUE_LOST
                                                ? BookAccount.LOSS
                                                : BookAccount.CREDIT,
                                        account,
                                        amount,
                                        Posting.NO_GRANT)));
        revenue.clear();
        Money after = credit();
        enter(Entry.Kind.CHARGE, after.minus(before), note, postings);
        pools.values().forEach(CreditPool::lookAhead);
        return entryCount;
    }

    /** Each part burns the grants that were in force when it was set aside. */
    private void charge(ChargeOrder charge, Map<Long, Money> cover) {
        Money left = charge.amount();
        Money missing = Money.ZERO;
        for (Share share : charge.shares()) {
            Money part = left.min(share.held());
            left = left.minus(part);
            CreditPool pool = pool(share.poolId());
            Money taken =
                    pool == null ? Money.ZERO : take(charge, share.heldAt(), pool, part, cover);
            missing = missing.plus(part.minus(taken));
        }
        if (missing.isPositive()) {
            missing = missing.minus(take(charge, charge.heldAt(), general, missing, cover));
        }
        if (missing.isPositive()) {
            drawn(charge, Posting.NO_GRANT, BookAccount.REVENUE_LOST, missing);
        }
    }

    private static Money take(
            ChargeOrder charge,
            Instant heldAt,
            CreditPool pool,
            Money amount,
            Map<Long, Money> cover) {
        long poolId = pool.row.id.poolId();
        Money here = cover.getOrDefault(poolId, Money.ZERO);
        Money taken = pool.take(charge, heldAt, amount, here);
        cover.put(poolId, here.minus(amount.min(here)));
        return taken;
    }

    /** Notes what a charge drew on a grant. */
    void drawn(ChargeOrder charge, OpenGrant grant, Money amount) {
        drawn(charge, grant.grantId, BookAccount.revenueOf(grant.kind), amount);
    }

    private void drawn(ChargeOrder charge, long grantId, BookAccount account, Money amount) {
        revenue.merge(account, amount, Money::plus);
        // A request draws on a grant in several steps when it has several shares: one row tells.
        for (int last = draws.size() - 1; last >= 0; last--) {
            GrantDraw draw = draws.get(last);
            if (draw.requestId() != charge.requestId()) {
                break;
            }
            if (draw.grantId() == grantId) {
                draws.set(last, draw.plus(amount));
                return;
            }
        }
        draws.add(
                new GrantDraw(
                        organizationId,
                        charge.requestId(),
                        grantId,
                        entryCount + 1,
                        amount,
                        Days.of(charge.heldAt())));
    }

    /** Adds an entry; the pools must be as they are after it. */
    void enter(Entry.Kind kind, Money change, String note, Posting posting) {
        enter(kind, change, note, List.of(posting));
    }

    private void enter(Entry.Kind kind, Money change, String note, List<Posting> postings) {
        entryCount++;
        postedAt = at;
        entries.add(
                new Entry(organizationId, entryCount, kind, change, credit(), note, postings, at));
    }

    List<Entry> entries() {
        return entries;
    }

    List<GrantDraw> draws() {
        return draws;
    }

    long entryCount() {
        return entryCount;
    }

    @Nullable Instant postedAt() {
        return postedAt;
    }
}
