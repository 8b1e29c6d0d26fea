package dev.scrip.ledger;

import dev.scrip.postgres.Ids;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Grants recurring credit a day ahead, as grants that take effect later: so it is there in the very
 * moment a period begins, whenever the job comes. Each grant has a key of its own, so that two
 * processes grant it once.
 */
final class Recurrences {

    private static final Duration AHEAD = Duration.ofDays(1);

    private final Stores stores;
    private final Grants grants;

    Recurrences(Stores stores, Grants grants) {
        this.stores = stores;
        this.grants = grants;
    }

    /** Begins it, unless its key is known; empty: the key is another's. */
    Optional<Recurrence> set(Handle tx, Recurrence order, Instant at) {
        stores.pools().open(tx, order.organizationId());
        lock(tx, order.organizationId());
        Optional<Recurrence> known =
                stores.recurrences().ofKey(tx, order.organizationId(), order.key());
        if (known.isPresent()) {
            return known.filter(order::sameOrder);
        }
        Instant start = order.nextAt();
        Recurrence made =
                new Recurrence(
                        order.organizationId(),
                        Ids.next(),
                        order.key(),
                        order.period(),
                        order.amount(),
                        order.priority(),
                        order.scope(),
                        order.carriesOver(),
                        (start == null ? at : start).truncatedTo(ChronoUnit.MICROS),
                        order.endsAt(),
                        order.note());
        stores.recurrences().insert(tx, made);
        issue(tx, made, at);
        return stores.recurrences().find(tx, made.organizationId(), made.recurrenceId());
    }

    /** Grants what takes effect by tomorrow. The wallet's lock must be held. */
    private void issue(Handle tx, Recurrence recurrence, Instant at) {
        Instant until = at.plus(AHEAD);
        Instant next = recurrence.nextAt();
        while (next != null && next.isBefore(until)) {
            GrantOrder order = recurrence.order(next);
            Instant end = order.expiresAt();
            // Of a time when nobody was there to grant it, it would only be granted to expire.
            if (end == null || end.isAfter(at)) {
                GrantOutcome _ = grants.grant(tx, order, at);
            }
            next = recurrence.after(next);
        }
        stores.recurrences().moveOn(tx, recurrence, next);
    }

    /** {@link #issue} for one that was found due, as it is now. */
    void issueDue(Handle tx, Recurrence found, Instant at) {
        lock(tx, found.organizationId());
        stores.recurrences()
                .find(tx, found.organizationId(), found.recurrenceId())
                .ifPresent(now -> issue(tx, now, at));
    }

    /** When those to grant next take effect at the latest. */
    static Instant horizon(Instant at) {
        return at.plus(AHEAD);
    }

    /** Ends it: what has taken effect stays, what has not goes back. False: there is none. */
    boolean end(Handle tx, long organizationId, long recurrenceId, Instant at) {
        @Nullable Recurrence known =
                stores.recurrences().find(tx, organizationId, recurrenceId).orElse(null);
        if (known == null) {
            return false;
        }
        lock(tx, organizationId);
        stores.recurrences().moveOn(tx, known, null);
        for (long grant : stores.recurrences().scheduled(tx, known)) {
            RevokeOutcome _ = grants.revoke(tx, organizationId, grant, at);
        }
        return true;
    }

    private void lock(Handle tx, long organizationId) {
        Map<Long, Wallet> _ = stores.pools().lock(tx, Set.of(organizationId));
    }
}
