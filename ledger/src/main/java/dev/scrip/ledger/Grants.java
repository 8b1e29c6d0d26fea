package dev.scrip.ledger;

import dev.scrip.money.Money;
import dev.scrip.postgres.Ids;
import dev.scrip.postgres.Signals;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Credits wallets and takes credit back, under their locks. */
final class Grants {

    private final Stores stores;

    Grants(Stores stores) {
        this.stores = stores;
    }

    /** Locks one wallet and reads it with its grants. */
    private Wallet lock(Handle tx, long organizationId, Instant at) {
        Wallet wallet = stores.pools().lock(tx, List.of(organizationId)).values().iterator().next();
        wallet.beginAt(at);
        stores.grants().load(tx, List.of(wallet));
        return wallet;
    }

    GrantOutcome grant(Handle tx, GrantOrder order, Instant moment) {
        Instant at = moment.truncatedTo(ChronoUnit.MICROS);
        stores.pools().open(tx, order.organizationId());
        Wallet wallet = lock(tx, order.organizationId(), at);
        Grant grant = newGrant(order, at);
        Optional<Grant> before = stores.grants().ofKey(tx, order.organizationId(), order.key());
        if (before.isPresent()) {
            Grant known = before.get();
            return sameContent(known, grant)
                    ? new GrantOutcome.AlreadyGranted(known)
                    : new GrantOutcome.KeyReused(known);
        }
        CreditPool pool = poolFor(tx, wallet, order.scope());
        boolean inForce = !grant.effectiveAt().isAfter(at);
        OpenGrant.State state = inForce ? OpenGrant.State.OPEN : OpenGrant.State.SCHEDULED;
        long poolId = pool.row.id.poolId();
        stores.grants().insert(tx, grant, poolId, order.key(), state);
        pool.add(new OpenGrant(grant, poolId, state));
        Settlement.advance(tx, stores, List.of(wallet), at);
        stores.save(tx, List.of(wallet), List.of());
        Signals.send(tx, Signals.Topic.CREDIT_CHANGED, order.organizationId());
        return new GrantOutcome.Granted(grant);
    }

    private static Grant newGrant(GrantOrder order, Instant at) {
        Instant expiresAt = order.expiresAt();
        return new Grant(
                order.organizationId(),
                Ids.next(),
                order.kind(),
                order.priority(),
                order.scope(),
                order.effectiveAt().truncatedTo(ChronoUnit.MICROS),
                expiresAt == null ? null : expiresAt.truncatedTo(ChronoUnit.MICROS),
                order.amount(),
                Money.ZERO,
                Money.ZERO,
                Money.ZERO,
                null,
                order.note(),
                at);
    }

    private static boolean sameContent(Grant known, Grant asked) {
        return known.kind() == asked.kind()
                && known.priority() == asked.priority()
                && known.scope().equals(asked.scope())
                && known.effectiveAt().equals(asked.effectiveAt())
                && Objects.equals(known.expiresAt(), asked.expiresAt())
                && known.amount().equals(asked.amount())
                && known.note().equals(asked.note());
    }

    private CreditPool poolFor(Handle tx, Wallet wallet, GrantScope scope) {
        for (CreditPool pool : wallet.pools()) {
            if (pool.scope.equals(scope)) {
                return pool;
            }
        }
        PoolRow row = stores.pools().makeScoped(tx, wallet.organizationId, Ids.next(), scope);
        CreditPool made = wallet.addPool(row, scope, CreditPool.Times.NONE);
        made.load(List.of());
        return made;
    }

    RevokeOutcome revoke(Handle tx, long organizationId, long grantId, Instant moment) {
        Instant at = moment.truncatedTo(ChronoUnit.MICROS);
        Optional<Grant> known =
                stores.grants().all(tx, organizationId).stream()
                        .filter(grant -> grant.grantId() == grantId)
                        .findFirst();
        if (known.isEmpty()) {
            return new RevokeOutcome.Unknown();
        }
        Wallet wallet = lock(tx, organizationId, at);
        Settlement.advance(tx, stores, List.of(wallet), at);
        for (CreditPool pool : wallet.pools()) {
            OpenGrant grant = find(pool, grantId);
            if (grant != null) {
                if (pool.revoke(grant, at)) {
                    stores.pin(tx, List.of(pool.row.id));
                }
                stores.save(tx, List.of(wallet), List.of());
                Signals.send(tx, Signals.Topic.CREDIT_CHANGED, organizationId);
                return new RevokeOutcome.Revoked(known.get(), grant.revoked(), grant.remaining());
            }
        }
        stores.save(tx, List.of(wallet), List.of());
        return new RevokeOutcome.NothingLeft(known.get());
    }

    /** What {@link #revoke} would answer, without a lock and in memory alone. */
    RevokeOutcome look(Handle tx, long organizationId, long grantId, Instant at) {
        Optional<Grant> known =
                stores.grants().all(tx, organizationId).stream()
                        .filter(grant -> grant.grantId() == grantId)
                        .findFirst();
        Optional<Wallet> wallet = stores.pools().find(tx, organizationId);
        if (known.isEmpty() || wallet.isEmpty()) {
            return new RevokeOutcome.Unknown();
        }
        stores.grants().load(tx, List.of(wallet.get()));
        wallet.get().beginAt(at);
        boolean _ = wallet.get().advance(at);
        for (CreditPool pool : wallet.get().pools()) {
            OpenGrant grant = find(pool, grantId);
            if (grant != null) {
                boolean _ = pool.revoke(grant, at);
                return new RevokeOutcome.Revoked(known.get(), grant.revoked(), grant.remaining());
            }
        }
        return new RevokeOutcome.NothingLeft(known.get());
    }

    /** One that has not ended. */
    private static @Nullable OpenGrant find(CreditPool pool, long grantId) {
        for (OpenGrant grant : pool.grants()) {
            boolean alive =
                    grant.state() == OpenGrant.State.OPEN
                            || grant.state() == OpenGrant.State.SCHEDULED;
            if (grant.grantId == grantId && alive) {
                return grant;
            }
        }
        return null;
    }

    /** Books what the time has changed of the wallets of one lane. */
    void advanceDue(Handle tx, List<Long> organizations, Instant at) {
        var wallets = stores.pools().lock(tx, organizations.stream().sorted().toList()).values();
        wallets.forEach(wallet -> wallet.beginAt(at));
        stores.grants().load(tx, wallets);
        Settlement.advance(tx, stores, wallets, at);
        stores.save(tx, wallets, List.of());
    }
}
