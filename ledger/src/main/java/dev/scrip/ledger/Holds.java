package dev.scrip.ledger;

import dev.scrip.ledger.DurableHold.OnExpiry;
import dev.scrip.ledger.DurableHold.State;
import dev.scrip.ledger.HoldOutcome.Done;
import dev.scrip.ledger.LockedWallets.Taking;
import dev.scrip.ledger.Operation.Kind;
import dev.scrip.ledger.Refusal.Reason;
import dev.scrip.money.Money;
import dev.scrip.postgres.Database;
import dev.scrip.postgres.Ids;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/**
 * Holds that live in the database, for those who run requests elsewhere: taken, extended, captured
 * and released, each in one transaction under the wallet's lock, each once for its key. They set
 * aside what leases could otherwise have, so neither can be overspent by the other.
 *
 * <p>An outcome is remembered with its key in the same transaction. With {@code mayWait}, an
 * operation that would be refused only because idle leases have the money calls them back and
 * decides nothing: it is to be asked again in a moment.
 */
public final class Holds {

    private final Database database;
    private final InstantSource clock;
    private final Stores stores;
    private final Budgets limits;

    Holds(Database database, InstantSource clock, Stores stores, Budgets limits) {
        this.database = database;
        this.clock = clock;
        this.stores = stores;
        this.limits = limits;
    }

    /** Sets an amount aside on the payer's credit and on every hard limit above, or refuses. */
    public HoldOutcome hold(Handle tx, HoldOrder order, boolean mayWait) {
        Payer payer = order.payer();
        LockedWallets wallets = lock(tx, payer.organizationId());
        Optional<HoldOutcome> before = before(tx, payer.organizationId(), order.key(), Kind.HOLD);
        if (before.isPresent()) {
            return before.get();
        }
        Instant at = wallets.at();
        DurableHold hold =
                new DurableHold(
                        payer,
                        Ids.at(at),
                        order.model(),
                        order.note(),
                        order.amount(),
                        Money.ZERO,
                        Money.ZERO,
                        State.OPEN,
                        at,
                        at.plus(order.lasts()).truncatedTo(ChronoUnit.MICROS),
                        order.onExpiry(),
                        null);
        wallets.ensureLimits(Set.of(payer), at);
        wallets.read(Set.of(payer), at, Set.of());
        return switch (wallets.take(payer, order.model(), order.amount(), at, at)) {
            case Taking.Taken taken -> {
                stores.holds().insert(tx, hold);
                stores.holds().insertParts(tx, hold, numbered(taken.parts(), 0));
                yield done(tx, wallets, order.key(), Kind.HOLD, hold, 0);
            }
            case Taking.Lacking lacking ->
                    lacks(tx, wallets, hold, order.key(), Kind.HOLD, lacking, mayWait);
        };
    }

    /**
     * Sets more aside for an open hold, lets it last longer, or both. It counts in the periods in
     * which the hold was made; what is added burns the grants that are in force now.
     *
     * @param more not negative
     * @param lasts from now; the hold's time is never shortened
     */
    public HoldOutcome extend(
            Handle tx,
            long organizationId,
            long holdId,
            OperationKey key,
            Money more,
            Duration lasts,
            boolean mayWait) {
        if (more.isNegative()) {
            throw new IllegalArgumentException("a hold is not lowered: " + more);
        }
        return onOpen(
                tx,
                organizationId,
                holdId,
                key,
                Kind.EXTEND,
                (wallets, hold) -> extend(tx, wallets, hold, key, more, lasts, mayWait));
    }

    private HoldOutcome extend(
            Handle tx,
            LockedWallets wallets,
            DurableHold hold,
            OperationKey key,
            Money more,
            Duration lasts,
            boolean mayWait) {
        Set<Payer> payer = Set.of(hold.payer());
        wallets.ensureLimits(payer, hold.heldAt());
        wallets.read(payer, hold.heldAt(), Set.of());
        return switch (takeMore(wallets, hold, more)) {
            case Taking.Taken taken -> {
                Instant until = wallets.at().plus(lasts).truncatedTo(ChronoUnit.MICROS);
                DurableHold longer = hold.extended(more, until);
                List<HoldPart> parts = parts(tx, hold);
                stores.holds().extend(tx, longer);
                stores.holds().insertParts(tx, hold, numbered(taken.parts(), last(parts)));
                yield done(tx, wallets, key, Kind.EXTEND, longer, 0);
            }
            case Taking.Lacking lacking ->
                    lacks(tx, wallets, hold, key, Kind.EXTEND, lacking, mayWait);
        };
    }

    private static Taking takeMore(LockedWallets wallets, DurableHold hold, Money more) {
        return more.isPositive()
                ? wallets.take(hold.payer(), hold.model(), more, wallets.at(), hold.heldAt())
                : new Taking.Taken(List.of());
    }

    /**
     * Charges an open hold and releases the rest of it. More than was held is charged if free
     * credit and the limits cover the difference; else nothing happens and the hold stays open.
     *
     * @param amount not negative; zero is legal
     */
    public HoldOutcome capture(
            Handle tx,
            long organizationId,
            long holdId,
            OperationKey key,
            Money amount,
            boolean mayWait) {
        if (amount.isNegative()) {
            throw new IllegalArgumentException("a charge must not be negative: " + amount);
        }
        return onOpen(
                tx,
                organizationId,
                holdId,
                key,
                Kind.CAPTURE,
                (wallets, hold) -> capture(tx, wallets, hold, key, amount, mayWait));
    }

    private HoldOutcome capture(
            Handle tx,
            LockedWallets wallets,
            DurableHold hold,
            OperationKey key,
            Money amount,
            boolean mayWait) {
        Money more = amount.minus(hold.amount()).max(Money.ZERO);
        if (more.isPositive()) {
            wallets.ensureLimits(Set.of(hold.payer()), hold.heldAt());
        }
        wallets.read(Set.of(hold.payer()), hold.heldAt(), named(hold, parts(tx, hold)));
        List<HoldPart> parts = new ArrayList<>(parts(tx, hold)); // again: time may have pinned them
        return switch (takeMore(wallets, hold, more)) {
            case Taking.Taken taken -> {
                List<HoldPart> added = numbered(taken.parts(), last(parts));
                stores.holds().insertParts(tx, hold, added);
                parts.addAll(added);
                DurableHold captured =
                        hold.extended(more, hold.expiresAt())
                                .ended(State.CAPTURED, amount, wallets.at());
                long entry = HoldEnd.end(tx, stores, wallets, captured, parts, true);
                yield done(tx, wallets, key, Kind.CAPTURE, captured, entry);
            }
            case Taking.Lacking lacking ->
                    lacks(tx, wallets, hold, key, Kind.CAPTURE, lacking, mayWait);
        };
    }

    /** Ends an open hold; nothing is charged. */
    public HoldOutcome release(Handle tx, long organizationId, long holdId, OperationKey key) {
        return onOpen(
                tx,
                organizationId,
                holdId,
                key,
                Kind.RELEASE,
                (wallets, hold) -> release(tx, wallets, hold, key));
    }

    private HoldOutcome release(
            Handle tx, LockedWallets wallets, DurableHold hold, OperationKey key) {
        wallets.read(Set.of(), hold.heldAt(), named(hold, parts(tx, hold)));
        DurableHold released = hold.ended(State.RELEASED, Money.ZERO, wallets.at());
        long _ = HoldEnd.end(tx, stores, wallets, released, parts(tx, hold), false);
        return done(tx, wallets, key, Kind.RELEASE, released, 0);
    }

    /**
     * Refuses an operation on a hold for a reason that the ledger does not know of; remembered like
     * its own.
     */
    public HoldOutcome refuseCapture(
            Handle tx, long organizationId, OperationKey key, Refusal refusal) {
        LockedWallets _ = lock(tx, organizationId);
        return before(tx, organizationId, key, Kind.CAPTURE)
                .orElseGet(() -> refused(tx, organizationId, key, Kind.CAPTURE, refusal));
    }

    /**
     * Charges usage in one step, each order once for its key, in their order within an
     * organization: covered by credit and limits, or refused.
     *
     * @param orders of organizations of one lane
     * @return the outcomes in the order of the orders
     */
    public List<UsageOutcome> charge(Handle tx, List<UsageOrder> orders, boolean mayWait) {
        return orders.isEmpty()
                ? List.of()
                : new UsageCharges(tx, stores, limits, orders, mayWait, now()).carryOut();
    }

    /** Organizations with holds whose time is over and that nobody has ended yet. */
    public List<Long> due(int limit) {
        Instant at = now();
        return database.read(tx -> stores.holds().due(tx, at, limit));
    }

    /**
     * Ends holds whose time is over, as each says. Nothing depends on when: from that time on they
     * can be neither captured nor extended.
     *
     * @param organizations of one lane
     * @return those that were charged
     */
    public List<Done> endDue(Handle tx, List<Long> organizations, int limit) {
        LockedWallets wallets = new LockedWallets(tx, stores, limits, organizations, now());
        List<DurableHold> due = stores.holds().expired(tx, organizations, wallets.at(), limit);
        if (due.isEmpty()) {
            return List.of();
        }
        List<Long> ids = due.stream().map(DurableHold::holdId).toList();
        List<PoolId> named = new ArrayList<>();
        Map<Long, List<HoldPart>> parts = stores.holds().parts(tx, organizations, ids);
        due.forEach(hold -> named.addAll(named(hold, partsOf(parts, hold))));
        Instant earliest =
                due.stream().map(DurableHold::heldAt).min(Comparator.naturalOrder()).orElseThrow();
        wallets.read(due.stream().map(DurableHold::payer).toList(), earliest, named);
        Map<Long, List<HoldPart>> now = stores.holds().parts(tx, organizations, ids);
        List<Done> charged = new ArrayList<>();
        for (DurableHold hold : due) {
            DurableHold ended = hold.asOf(wallets.at());
            boolean capture = hold.onExpiry() == OnExpiry.CAPTURE;
            long entry = HoldEnd.end(tx, stores, wallets, ended, partsOf(now, hold), capture);
            if (capture) {
                charged.add(state(wallets, ended, entry));
            }
        }
        wallets.save();
        return charged;
    }

    /** A hold as it is now; empty: the organization has no such hold. */
    public Optional<DurableHold> find(long organizationId, long holdId) {
        Instant at = now();
        return database.read(tx -> stores.holds().find(tx, organizationId, holdId))
                .map(hold -> hold.asOf(at));
    }

    /** An organization's holds, the newest first. */
    public List<DurableHold> list(long organizationId, Optional<Long> beforeHoldId, int limit) {
        Instant at = now();
        long before = beforeHoldId.orElse(Long.MAX_VALUE);
        return database.read(tx -> stores.holds().page(tx, organizationId, before, limit)).stream()
                .map(hold -> hold.asOf(at))
                .toList();
    }

    /** What is done to a hold that is open. */
    private interface Work {
        HoldOutcome on(LockedWallets wallets, DurableHold hold);
    }

    /** Does it once for the key, and only while the hold is open. */
    private HoldOutcome onOpen(
            Handle tx, long organizationId, long holdId, OperationKey key, Kind kind, Work work) {
        LockedWallets wallets = lock(tx, organizationId);
        Optional<HoldOutcome> before = before(tx, organizationId, key, kind);
        if (before.isPresent()) {
            return before.get();
        }
        Optional<DurableHold> found = stores.holds().find(tx, organizationId, holdId);
        if (found.isEmpty()) {
            return new HoldOutcome.UnknownHold();
        }
        DurableHold hold = found.get();
        Optional<Refusal> ended = ended(hold, wallets.at());
        return ended.isPresent()
                ? refused(tx, organizationId, key, kind, ended.get())
                : work.on(wallets, hold);
    }

    private LockedWallets lock(Handle tx, long organizationId) {
        return new LockedWallets(tx, stores, limits, List.of(organizationId), now());
    }

    /** As finely as the database keeps it. */
    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    /** What the key was answered; empty: it is new. The wallet's lock must be held. */
    private Optional<HoldOutcome> before(
            Handle tx, long organizationId, OperationKey key, Kind kind) {
        return stores.operations()
                .find(tx, organizationId, key.key())
                .map(
                        known ->
                                known.isSame(kind, key)
                                        ? known.holdOutcome(
                                                stores.holds()
                                                        .find(
                                                                tx,
                                                                organizationId,
                                                                known.subjectId()))
                                        : new HoldOutcome.KeyReused());
    }

    private static Optional<Refusal> ended(DurableHold hold, Instant at) {
        return switch (hold.asOf(at).state()) {
            case OPEN -> Optional.empty();
            case CAPTURED -> Optional.of(new Refusal(Reason.HOLD_ENDED, "captured"));
            case RELEASED -> Optional.of(new Refusal(Reason.HOLD_ENDED, "released"));
            case EXPIRED -> Optional.of(new Refusal(Reason.HOLD_EXPIRED, "expired"));
        };
    }

    private List<HoldPart> parts(Handle tx, DurableHold hold) {
        return partsOf(
                stores.holds().parts(tx, List.of(hold.organizationId()), List.of(hold.holdId())),
                hold);
    }

    private static List<HoldPart> partsOf(Map<Long, List<HoldPart>> parts, DurableHold hold) {
        return parts.getOrDefault(hold.holdId(), List.of());
    }

    private static int last(List<HoldPart> parts) {
        return parts.isEmpty() ? 0 : parts.getLast().part();
    }

    private static List<HoldPart> numbered(List<HoldPart> parts, int after) {
        List<HoldPart> numbered = new ArrayList<>(parts.size());
        for (HoldPart part : parts) {
            numbered.add(part.numbered(after + numbered.size() + 1));
        }
        return numbered;
    }

    private static List<PoolId> named(DurableHold hold, List<HoldPart> parts) {
        return parts.stream()
                .filter(part -> !part.credit())
                .map(part -> new PoolId(hold.organizationId(), part.poolId()))
                .toList();
    }

    private HoldOutcome done(
            Handle tx,
            LockedWallets wallets,
            OperationKey key,
            Kind kind,
            DurableHold hold,
            long entry) {
        wallets.save();
        Done done = state(wallets, hold, entry);
        stores.operations().insert(tx, List.of(Operation.done(key, kind, done, wallets.at())));
        return done;
    }

    private static Done state(LockedWallets wallets, DurableHold hold, long entry) {
        Wallet wallet = wallets.wallet(hold.organizationId());
        Money credit = wallet.credit();
        return new Done(hold, credit, credit.minus(wallet.outstanding()), entry, false);
    }

    private HoldOutcome lacks(
            Handle tx,
            LockedWallets wallets,
            DurableHold hold,
            OperationKey key,
            Kind kind,
            Taking.Lacking lacking,
            boolean mayWait) {
        if (mayWait && lacking.recallable()) {
            wallets.recall(hold.organizationId());
            wallets.save();
            return new HoldOutcome.AskAgain();
        }
        wallets.noteShortage(lacking);
        wallets.save();
        return refused(tx, hold.organizationId(), key, kind, lacking.refusal());
    }

    private HoldOutcome refused(
            Handle tx, long organizationId, OperationKey key, Kind kind, Refusal refusal) {
        Operation operation = Operation.refused(organizationId, key, kind, refusal, now());
        stores.operations().insert(tx, List.of(operation));
        return new HoldOutcome.Refused(refusal, false);
    }
}
