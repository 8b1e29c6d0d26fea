package dev.scrip.ledger;

import dev.scrip.postgres.Together;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * What a message is about, read in one round trip where that is not much. First the record of the
 * lane is locked, then the wallets, in one order; what they guard is read by the statements behind,
 * whose snapshots are of after the locks.
 */
final class ExchangeReads {

    /** Of more organizations, each statement is sent by itself: see {@link Together}. */
    private static final int TOGETHER_MAX = 500;

    private final Handle tx;
    private final Exchange exchange;
    private final Stores stores;
    private final Set<PoolId> touched = new LinkedHashSet<>();
    private final SortedMap<Long, List<Exchange.ChargeOrder>> charges;
    private final Set<Long> organizations = new TreeSet<>();

    /** Other pools than wallets, which mostly nothing is held from. */
    private final Set<PoolId> others = new LinkedHashSet<>();

    private final Together.Rows<LeaseStore.LaneRecord> last;
    private final Together.Rows<Wallet> wallets;
    private final Together.Rows<GrantStore.OfGrant> grants;
    private Leases leases;
    private final Together.@Nullable Rows<Long> living;

    private record Leases(
            Together.Rows<Lease> ofWallets, Together.@Nullable Rows<Lease> ofOthers) {}

    ExchangeReads(Handle tx, Exchange exchange, Stores stores) {
        this.tx = tx;
        this.exchange = exchange;
        this.stores = stores;
        charges = gather();
        Together reads =
                organizations.size() > TOGETHER_MAX ? Together.oneByOne(tx) : Together.of(tx);
        last = stores.leases().lockLane(reads, exchange.incarnationId(), exchange.lane());
        wallets = stores.pools().lock(reads, organizations);
        grants = stores.grants().load(reads, charges.keySet());
        leases = askLeases(reads);
        living =
                exchange.demands().isEmpty()
                        ? null
                        : stores.leases()
                                .countSeen(reads, exchange.at().minus(Settlement.SEEN_WITHIN));
        reads.run();
    }

    private SortedMap<Long, List<Exchange.ChargeOrder>> gather() {
        exchange.reports().forEach(report -> touched.add(report.pool()));
        exchange.demands().forEach(demand -> touched.add(demand.pool()));
        for (PoolId pool : touched) {
            organizations.add(pool.organizationId());
            noteOther(pool.organizationId(), pool.poolId());
        }
        Map<Long, List<Exchange.ChargeOrder>> gathered = new HashMap<>();
        for (Exchange.ChargeOrder charge : exchange.charges()) {
            gathered.computeIfAbsent(charge.organizationId(), key -> new ArrayList<>()).add(charge);
            for (Exchange.Share share : charge.shares()) {
                noteOther(charge.organizationId(), share.poolId());
            }
        }
        organizations.addAll(gathered.keySet());
        for (long organization : organizations) {
            if (Lanes.of(organization) != exchange.lane()) {
                throw new IllegalArgumentException(
                        "organization %d is of lane %d, not %d"
                                .formatted(organization, Lanes.of(organization), exchange.lane()));
            }
        }
        return new TreeMap<>(gathered);
    }

    private void noteOther(long organizationId, long poolId) {
        if (poolId != PoolRow.WALLET) {
            others.add(new PoolId(organizationId, poolId));
        }
    }

    private Leases askLeases(Together asked) {
        return new Leases(
                stores.leases().walletLeases(asked, exchange.incarnationId(), organizations),
                others.isEmpty()
                        ? null
                        : stores.leases().leases(asked, exchange.incarnationId(), others));
    }

    /**
     * The stored answer to this message; empty: it is the next one, to be carried out.
     *
     * @param hash of this message
     * @throws ClonedIncarnation if its number was used for another message
     * @throws ForgottenMessages if its number leaves a gap or the incarnation is not known
     */
    Optional<ExchangeReply> repeated(byte[] hash) {
        LeaseStore.LaneRecord known = last();
        byte[] reply = known.reply();
        if (exchange.number() == known.number()
                && reply != null
                && Arrays.equals(hash, known.requestHash())) {
            return Optional.of(ExchangeCodec.decode(reply));
        }
        if (exchange.number() <= known.number()) {
            throw new ClonedIncarnation(
                    exchange.incarnationId(), exchange.lane(), exchange.number());
        }
        if (exchange.number() != known.number() + 1) {
            throw new ForgottenMessages(
                    exchange.incarnationId(), exchange.lane(), exchange.number(), known.number());
        }
        return Optional.empty();
    }

    /** Whether the incarnation's leases in this lane were closed. */
    boolean buried() {
        return last().buried();
    }

    private LeaseStore.LaneRecord last() {
        return last.all().stream()
                .findFirst()
                .orElseThrow(() -> new ForgottenMessages(exchange.incarnationId()));
    }

    /** The pools that are reported or asked for. */
    Set<PoolId> touched() {
        return touched;
    }

    /** The ids of those of them, and of those that charges were held from, that are no wallets. */
    Set<Long> others() {
        Set<Long> ids = new HashSet<>();
        others.forEach(pool -> ids.add(pool.poolId()));
        return ids;
    }

    /**
     * The wallets, locked.
     *
     * @throws ForgottenMessages if one is not known
     */
    Map<Long, Wallet> wallets() {
        SortedSet<Long> unknown = new TreeSet<>(organizations);
        wallets.all().forEach(wallet -> unknown.remove(wallet.organizationId));
        if (!unknown.isEmpty()) {
            throw new ForgottenMessages(
                    exchange.incarnationId(), new PoolId(unknown.first(), PoolRow.WALLET));
        }
        return stores.pools().locked(tx, organizations, wallets.all());
    }

    /** Gives the wallets of charges, and those that need them besides, their grants. */
    void giveGrants(Collection<Wallet> toCharge, List<Wallet> others) {
        GrantStore.give(grants.all(), toCharge);
        stores.grants().load(tx, others);
    }

    /** The charges by organization. */
    SortedMap<Long, List<Exchange.ChargeOrder>> charges() {
        return charges;
    }

    /**
     * The incarnation's leases of the pools.
     *
     * @param anew they have been changed since
     */
    Map<PoolId, Lease> leases(boolean anew) {
        if (anew) {
            Together again = Together.of(tx);
            leases = askLeases(again);
            again.run();
        }
        Map<PoolId, Lease> byPool = new LinkedHashMap<>();
        leases.ofWallets.all().forEach(lease -> byPool.put(lease.pool, lease));
        if (leases.ofOthers != null) {
            leases.ofOthers.all().forEach(lease -> byPool.put(lease.pool, lease));
        }
        return byPool;
    }

    /** How many incarnations free money is shared by. */
    long living() {
        Together.Rows<Long> counted = living;
        return counted == null ? 1 : Math.max(1, counted.all().getFirst());
    }
}
