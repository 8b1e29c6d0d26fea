package dev.scrip.ledger;

import dev.scrip.ledger.Entry.GrantDraw;
import dev.scrip.ledger.Entry.Posting;
import dev.scrip.ledger.Exchange.ChargeOrder;
import dev.scrip.money.Money;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One organization's wallet while its lock is held: what is asked of it changes these fields and
 * collects the rows to write. No SQL and no clock in here.
 *
 * <p>Expiry is exact without a timer. When a grant's time has come it is <em>closing</em>: of what
 * remains, only so much is kept as is outstanding on leases at that moment ("pinned"), because
 * requests that began before may still be charged to it; the rest expires at once. Whatever of the
 * pinned leases is then settled or returned lowers the pin, and what is no longer pinned expires.
 * So {@code free()} never contains a nano-dollar of a grant whose time is over.
 */
final class Wallet {

    final long organizationId;
    final PoolRow pool;
    private final List<OpenGrant> grants = new ArrayList<>();
    private final List<Entry> entries = new ArrayList<>();
    private final List<GrantDraw> draws = new ArrayList<>();
    private long entryCount;
    private Money pinned;
    private @Nullable Instant pinnedBefore;
    private @Nullable Instant expiresNext;
    private @Nullable Instant startsNext;
    private boolean loaded;
    private boolean timesChanged;

    Wallet(PoolRow pool, Extra extra) {
        this.organizationId = pool.id.organizationId();
        this.pool = pool;
        this.entryCount = extra.entryCount;
        this.pinned = extra.pinned;
        this.pinnedBefore = extra.pinnedBefore;
        this.expiresNext = extra.expiresNext;
        this.startsNext = extra.startsNext;
    }

    /** What a wallet's row has beyond any pool's. */
    record Extra(
            long entryCount,
            Money pinned,
            @Nullable Instant pinnedBefore,
            @Nullable Instant expiresNext,
            @Nullable Instant startsNext) {}

    /** Gives it its grants that are not done; they are read only when something needs them. */
    void load(List<OpenGrant> notDone) {
        loaded = true;
        grants.addAll(notDone);
        grants.sort(OpenGrant.BURN_ORDER);
    }

    boolean loaded() {
        return loaded;
    }

    /** Does the time alone change it, or may returning a lease do so? */
    boolean needsGrants(Instant at) {
        return pinnedBefore != null || isBy(expiresNext, at) || isBy(startsNext, at);
    }

    private static boolean isBy(@Nullable Instant moment, Instant at) {
        return moment != null && !moment.isAfter(at);
    }

    /**
     * Opens and closes the grants whose time has come. True when one was closed: the leases that
     * are outstanding now must be marked as pinned.
     */
    boolean advance(Instant at) {
        requireLoaded();
        for (OpenGrant grant : grants) {
            if (grant.startsBy(at)) {
                start(grant);
            }
        }
        Instant latest = null;
        for (OpenGrant grant : grants) {
            if (grant.endsBy(at)) {
                grant.close();
                latest = latest == null || grant.end().isAfter(latest) ? grant.end() : latest;
            }
        }
        if (latest != null) {
            grants.sort(OpenGrant.BURN_ORDER);
            pinned = pool.outstanding();
            pinnedBefore = latest;
            timesChanged = true;
            expireUnpinned();
        }
        lookAhead();
        return latest != null;
    }

    private void start(OpenGrant grant) {
        grant.open();
        pool.fund(grant.remaining());
        pool.tell(false);
        enter(
                Entry.Kind.GRANT,
                grant.remaining(),
                grant.note,
                List.of(
                        new Posting(
                                BookAccount.SCHEDULED,
                                BookAccount.CREDIT,
                                grant.remaining(),
                                grant.grantId)));
    }

    /** Books a new grant, in force or scheduled. */
    void add(OpenGrant grant) {
        requireLoaded();
        grants.add(grant);
        boolean inForce = grant.state() == OpenGrant.State.OPEN;
        Money amount = grant.remaining();
        if (inForce) {
            pool.fund(amount);
            pool.tell(false);
        }
        enter(
                inForce ? Entry.Kind.GRANT : Entry.Kind.GRANT_SCHEDULED,
                inForce ? amount : Money.ZERO,
                grant.note,
                List.of(
                        new Posting(
                                BookAccount.sourceOf(grant.kind),
                                inForce ? BookAccount.CREDIT : BookAccount.SCHEDULED,
                                amount,
                                grant.grantId)));
        grants.sort(OpenGrant.BURN_ORDER);
        lookAhead();
    }

    /**
     * Charges requests in one entry: what the lease had set aside for them in full, anything beyond
     * that only from what is free, and the rest to the platform. The leases' counters must be
     * reported before.
     *
     * @param covered how much of the charges the lease had set aside
     * @return the number of the entry
     */
    long charge(List<ChargeOrder> charges, Money covered) {
        requireLoaded();
        long entryId = entryCount + 1;
        Map<BookAccount, Money> revenue = new EnumMap<>(BookAccount.class);
        Money cover = covered;
        Money drawnInAll = Money.ZERO;
        for (ChargeOrder charge : charges) {
            Money fromCover = charge.amount().min(cover);
            Money free = pool.free().minus(drawnInAll).minus(cover).max(Money.ZERO);
            Money fromFree = charge.amount().minus(fromCover).min(free);
            cover = cover.minus(fromCover);
            Money drawn = draw(charge, fromCover.plus(fromFree), entryId, revenue);
            drawnInAll = drawnInAll.plus(drawn);
            Money lost = charge.amount().minus(drawn);
            if (lost.isPositive()) {
                draws.add(drawOf(charge, Posting.NO_GRANT, entryId, lost));
                revenue.merge(BookAccount.REVENUE_LOST, lost, Money::plus);
            }
        }
        pool.fund(drawnInAll.negated());
        List<Posting> postings = new ArrayList<>();
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
        enter(Entry.Kind.CHARGE, drawnInAll.negated(), requests(charges.size()), postings);
        lookAhead();
        return entryId;
    }

    /**
     * Takes from the grants that were in force when the request was held. Leases are of the whole
     * wallet, so another request may have used those meanwhile: then from one that took effect
     * later, and only if a process broke its word from any, for the money as such is there.
     */
    private Money draw(
            ChargeOrder charge, Money amount, long entryId, Map<BookAccount, Money> revenue) {
        Instant heldAt = charge.heldAt();
        List<Predicate<OpenGrant>> eligible =
                List.of(
                        grant -> grant.covers(heldAt),
                        grant -> grant.counts() && heldAt.isBefore(grant.end()),
                        OpenGrant::counts);
        Money left = amount;
        for (Predicate<OpenGrant> usable : eligible) {
            for (OpenGrant grant : grants) {
                if (left.isZero()) {
                    return amount;
                }
                if (usable.test(grant) && grant.remaining().isPositive()) {
                    Money taken = grant.remaining().min(left);
                    grant.consume(taken);
                    left = left.minus(taken);
                    draws.add(drawOf(charge, grant.grantId, entryId, taken));
                    revenue.merge(BookAccount.revenueOf(grant.kind), taken, Money::plus);
                }
            }
        }
        return amount.minus(left);
    }

    private static GrantDraw drawOf(ChargeOrder charge, long grantId, long entryId, Money amount) {
        return new GrantDraw(
                charge.organizationId(),
                charge.requestId(),
                grantId,
                entryId,
                amount,
                Months.of(charge.heldAt()));
    }

    private static String requests(int count) {
        return count == 1 ? "1 request" : count + " requests";
    }

    /** Part of the leases from before the last expiry is settled, returned or reclaimed. */
    void unpin(Money amount) {
        if (amount.isPositive()) {
            pinned = pinned.minus(amount);
            timesChanged = true;
        }
    }

    /**
     * Expires what is closing and no lease pins any more, the longest closed first. It is free
     * money, for leases never had it; the bound only guards the books against a defect.
     */
    void expireUnpinned() {
        requireLoaded();
        List<OpenGrant> closing =
                grants.stream()
                        .filter(grant -> grant.state() == OpenGrant.State.CLOSING)
                        .sorted(Comparator.comparing(OpenGrant::end))
                        .toList();
        Money excess = closing.stream().map(OpenGrant::remaining).reduce(Money.ZERO, Money::plus);
        excess = excess.minus(pinned).min(pool.free());
        for (OpenGrant grant : closing) {
            Money part = grant.remaining().min(excess);
            if (part.isPositive()) {
                expire(grant, part);
                excess = excess.minus(part);
            }
        }
        boolean resolved = closing.stream().allMatch(grant -> grant.remaining().isZero());
        if (resolved && pinned.isZero() && pinnedBefore != null) {
            pinnedBefore = null;
            timesChanged = true;
        }
    }

    private void expire(OpenGrant grant, Money part) {
        grant.expire(part);
        pool.fund(part.negated());
        enter(
                Entry.Kind.EXPIRY,
                part.negated(),
                grant.note,
                List.of(
                        new Posting(
                                BookAccount.CREDIT, BookAccount.BREAKAGE, part, grant.grantId)));
    }

    private void enter(Entry.Kind kind, Money change, String note, List<Posting> postings) {
        entryCount++;
        entries.add(
                new Entry(organizationId, entryCount, kind, change, pool.funded(), note, postings));
    }

    /** When the next grant with something left ends or starts. */
    private void lookAhead() {
        Instant ends = null;
        Instant starts = null;
        for (OpenGrant grant : grants) {
            Instant expiry = grant.expiresAt;
            if (grant.state() == OpenGrant.State.OPEN && expiry != null) {
                ends = ends == null || expiry.isBefore(ends) ? expiry : ends;
            } else if (grant.state() == OpenGrant.State.SCHEDULED) {
                Instant start = grant.effectiveAt;
                starts = starts == null || start.isBefore(starts) ? start : starts;
            }
        }
        timesChanged |= !Objects.equals(ends, expiresNext) || !Objects.equals(starts, startsNext);
        expiresNext = ends;
        startsNext = starts;
    }

    private void requireLoaded() {
        if (!loaded) {
            throw new IllegalStateException("the grants of " + organizationId + " are not read");
        }
    }

    List<OpenGrant> grants() {
        return grants;
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

    Money pinned() {
        return pinned;
    }

    /** Requests held before this moment pin grants that have ended since; null: none does. */
    @Nullable Instant pinnedBefore() {
        return pinnedBefore;
    }

    @Nullable Instant expiresNext() {
        return expiresNext;
    }

    @Nullable Instant startsNext() {
        return startsNext;
    }

    boolean timesChanged() {
        return timesChanged;
    }

    boolean changed() {
        return pool.changed() || timesChanged || !entries.isEmpty();
    }
}
