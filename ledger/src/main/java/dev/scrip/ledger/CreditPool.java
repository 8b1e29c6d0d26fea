package dev.scrip.ledger;

import dev.scrip.ledger.Entry.Posting;
import dev.scrip.ledger.Exchange.ChargeOrder;
import dev.scrip.money.Money;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The grants of one scope and what leases and holds have of them, while the wallet's lock is held.
 * No SQL and no clock in here.
 *
 * <p>Expiry is exact without a timer. When a grant's time has come it is <em>closing</em>: of what
 * remains, only so much is kept as leases and holds have at that moment ("pinned"), because
 * requests that began before may still be charged to it; the rest expires at once. Whatever of the
 * pinned leases is then settled or returned lowers the pin, and what is no longer pinned expires.
 * So {@code free()} never contains a nano-dollar of a grant whose time is over. Revocation ends a
 * grant in the same way, now.
 */
final class CreditPool {

    final PoolRow row;
    final GrantScope scope;
    private final Wallet wallet;
    private final List<OpenGrant> grants = new ArrayList<>();
    private Money pinned;
    private @Nullable Instant pinnedBefore;
    private @Nullable Instant expiresNext;
    private @Nullable Instant startsNext;
    private boolean loaded;
    private boolean timesChanged;

    CreditPool(Wallet wallet, PoolRow row, GrantScope scope, Times times) {
        this.wallet = wallet;
        this.row = row;
        this.scope = scope;
        this.pinned = times.pinned;
        this.pinnedBefore = times.pinnedBefore;
        this.expiresNext = times.expiresNext;
        this.startsNext = times.startsNext;
    }

    /** What a credit pool's row has beyond any pool's. */
    record Times(
            Money pinned,
            @Nullable Instant pinnedBefore,
            @Nullable Instant expiresNext,
            @Nullable Instant startsNext) {
        static final Times NONE = new Times(Money.ZERO, null, null, null);
    }

    /** Gives it its grants that are not done; they are read only when something needs them. */
    void load(Collection<OpenGrant> notDone) {
        loaded = true;
        grants.addAll(notDone);
        grants.sort(OpenGrant.BURN_ORDER);
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
        boolean closed = closeEnded(at);
        lookAhead();
        return closed;
    }

    private boolean closeEnded(Instant at) {
        Instant latest = null;
        for (OpenGrant grant : grants) {
            if (grant.endsBy(at)) {
                grant.close();
                latest = latest == null || grant.end().isAfter(latest) ? grant.end() : latest;
            }
        }
        if (latest == null) {
            return false;
        }
        grants.sort(OpenGrant.BURN_ORDER);
        pinned = row.outstanding();
        Instant before = pinnedBefore;
        pinnedBefore = before == null || before.isBefore(latest) ? latest : before;
        timesChanged = true;
        expireUnpinned();
        return true;
    }

    private void start(OpenGrant grant) {
        Money amount = grant.remaining();
        grant.open();
        row.fund(amount);
        row.tell(false);
        wallet.enter(
                Entry.Kind.GRANT,
                amount,
                grant.note,
                new Posting(BookAccount.SCHEDULED, BookAccount.CREDIT, amount, grant.grantId));
    }

    /** Books a new grant, in force or scheduled. */
    void add(OpenGrant grant) {
        requireLoaded();
        grants.add(grant);
        boolean inForce = grant.state() == OpenGrant.State.OPEN;
        Money amount = grant.remaining();
        if (inForce) {
            row.fund(amount);
            row.tell(false);
        }
        wallet.enter(
                inForce ? Entry.Kind.GRANT : Entry.Kind.GRANT_SCHEDULED,
                inForce ? amount : Money.ZERO,
                grant.note,
                new Posting(
                        BookAccount.sourceOf(grant.kind),
                        inForce ? BookAccount.CREDIT : BookAccount.SCHEDULED,
                        amount,
                        grant.grantId));
        grants.sort(OpenGrant.BURN_ORDER);
        lookAhead();
    }

    /**
     * Ends a grant now: what no running request pins goes back to where it came from, the rest when
     * those requests have ended. True when leases must be marked as pinned.
     */
    boolean revoke(OpenGrant grant, Instant at) {
        requireLoaded();
        boolean scheduled = grant.state() == OpenGrant.State.SCHEDULED;
        grant.revokeAt(at);
        boolean closed = false;
        if (scheduled) {
            Money amount = grant.remaining();
            grant.revoke(amount);
            wallet.enter(
                    Entry.Kind.REVOCATION,
                    Money.ZERO,
                    grant.note,
                    new Posting(
                            BookAccount.SCHEDULED,
                            BookAccount.sourceOf(grant.kind),
                            amount,
                            grant.grantId));
        } else {
            closed = closeEnded(at);
        }
        lookAhead();
        return closed;
    }

    /**
     * Takes a part of a charge: what was set aside for it in full, anything beyond that only from
     * what is free. The leases' counters must be reported before.
     *
     * @param heldAt when this part was set aside: it burns the grants in force then
     * @param cover what is set aside here for this charge and for those that come after it in the
     *     same message
     * @return how much was taken
     */
    Money take(ChargeOrder charge, Instant heldAt, Money amount, Money cover) {
        requireLoaded();
        Money covered = amount.min(cover);
        Money free = row.free().minus(cover).max(Money.ZERO);
        return draw(charge, heldAt, covered.plus(amount.minus(covered).min(free)));
    }

    /**
     * Takes from the grants that were in force when the request was held. Leases are of the whole
     * pool, so another request may have used those meanwhile: then from one that took effect later,
     * and only if a process broke its word from any, for the money as such is there.
     */
    private Money draw(ChargeOrder charge, Instant heldAt, Money amount) {
        Money left = amount;
        for (int pass = 0; pass < OpenGrant.PASSES && left.isPositive(); pass++) {
            for (OpenGrant grant : grants) {
                if (left.isZero()) {
                    break;
                }
                if (grant.remaining().isPositive() && grant.serves(heldAt, pass)) {
                    Money taken = grant.remaining().min(left);
                    grant.consume(taken);
                    left = left.minus(taken);
                    wallet.drawn(charge, grant, taken);
                }
            }
        }
        Money taken = amount.minus(left);
        row.fund(taken.negated());
        return taken;
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
        if (pinnedBefore == null && !hasClosing()) {
            return; // as it nearly always is
        }
        List<OpenGrant> closing =
                grants.stream()
                        .filter(grant -> grant.state() == OpenGrant.State.CLOSING)
                        .sorted(Comparator.comparing(OpenGrant::end))
                        .toList();
        Money excess = closing.stream().map(OpenGrant::remaining).reduce(Money.ZERO, Money::plus);
        excess = excess.minus(pinned).min(row.free());
        for (OpenGrant grant : closing) {
            Money part = grant.remaining().min(excess);
            if (part.isPositive()) {
                end(grant, part);
                excess = excess.minus(part);
            }
        }
        boolean resolved = closing.stream().allMatch(grant -> grant.remaining().isZero());
        if (resolved && pinned.isZero() && pinnedBefore != null) {
            pinnedBefore = null;
            timesChanged = true;
        }
    }

    private boolean hasClosing() {
        for (OpenGrant grant : grants) {
            if (grant.state() == OpenGrant.State.CLOSING) {
                return true;
            }
        }
        return false;
    }

    private void end(OpenGrant grant, Money part) {
        boolean revoked = grant.isRevoked();
        if (revoked) {
            grant.revoke(part);
        } else {
            grant.expire(part);
        }
        row.fund(part.negated());
        wallet.enter(
                revoked ? Entry.Kind.REVOCATION : Entry.Kind.EXPIRY,
                part.negated(),
                grant.note,
                new Posting(
                        BookAccount.CREDIT,
                        revoked ? BookAccount.sourceOf(grant.kind) : BookAccount.BREAKAGE,
                        part,
                        grant.grantId));
    }

    /** When the next grant with something left ends or starts. */
    void lookAhead() {
        Instant ends = null;
        Instant starts = null;
        for (OpenGrant grant : grants) {
            if (grant.state() == OpenGrant.State.OPEN && grant.expires()) {
                Instant end = grant.end();
                ends = ends == null || end.isBefore(ends) ? end : ends;
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
            throw new IllegalStateException("the grants of " + row.id + " are not read");
        }
    }

    boolean loaded() {
        return loaded;
    }

    List<OpenGrant> grants() {
        return grants;
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

    /** Whether what is pinned, or when it ends or starts, has changed. */
    boolean timesChanged() {
        return timesChanged;
    }
}
