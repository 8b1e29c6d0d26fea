package dev.scrip.charging;

import dev.scrip.ledger.ExchangeReply.LeaseState;
import dev.scrip.ledger.ExchangeReply.Rest;
import dev.scrip.ledger.Pool;
import dev.scrip.ledger.PoolId;
import dev.scrip.money.Money;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Leases without a ledger, for tests that play the ledger themselves. */
final class Leases {

    private Leases() {}

    /** An organization in a lane that never sends: its settler is stopped. */
    static OrganizationLeases owner(long organizationId) {
        Machine stopped = new LocalMachine(InstantSource.system());
        stopped.stop();
        UUID id = UUID.randomUUID();
        Settler settler = new Settler(null, stopped, 1, new Watch(id, stopped, List.of()));
        Lane lane = new Lane(0, id, settler, stopped, Tuning.DEFAULT);
        return new OrganizationLeases(organizationId, lane, Tuning.DEFAULT);
    }

    static Lease lease(long granted, @Nullable Instant endsAt) {
        Lease lease =
                new Lease(owner(7), new Pool(new PoolId(7, 0), Pool.Kind.WALLET, null, null), 0);
        learn(lease, 1, granted, 0, endsAt);
        return lease;
    }

    /** The ledger has granted so much in all. */
    static void learn(
            Lease lease, long exchange, long granted, long free, @Nullable Instant endsAt) {
        lease.learn(
                new LeaseState(
                        lease.id(),
                        Money.ofNanos(granted),
                        Money.ZERO,
                        Money.ZERO,
                        Money.ZERO,
                        new Rest(Money.ofNanos(free), Money.ZERO, Money.ZERO, Money.ZERO),
                        endsAt,
                        false),
                exchange,
                true,
                System.nanoTime(),
                Long.MAX_VALUE / 2);
    }
}
