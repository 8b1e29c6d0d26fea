package dev.scrip.ledger;

import dev.scrip.ledger.Exchange.ChargeOrder;
import dev.scrip.ledger.Exchange.LeaseDemand;
import dev.scrip.ledger.LedgerFixture.Holder;
import dev.scrip.money.Money;
import dev.scrip.postgres.Ids;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A process of a random life that keeps the rules: all or nothing over its pools, nothing from an
 * ended lease.
 */
final class CarefulProcess {

    /** What a process knows of one lease; an epoch ends when its understanding ends. */
    private static final class Known {
        Money granted = Money.ZERO;
        Money free = Money.ZERO;
        int epoch;
        @Nullable Instant endsAt;
    }

    private final LedgerFixture fixture;
    private final Random random;
    private final long organization;

    final Holder holder;
    final Map<PoolId, Known> leases = new HashMap<>();
    final List<RandomRequest> running = new ArrayList<>();

    CarefulProcess(LedgerFixture fixture, Random random, long organization) {
        this.fixture = fixture;
        this.random = random;
        this.organization = organization;
        this.holder = fixture.process();
    }

    private Known known(PoolId pool) {
        return leases.computeIfAbsent(pool, key -> new Known());
    }

    void giveBackAll(PoolId pool) {
        Known known = known(pool);
        Money free = known.free;
        known.free = Money.ZERO;
        known.epoch++;
        if (free.isPositive()) {
            learn(pool, holder.giveBack(pool, free).leases().getFirst());
        }
    }

    void learn(PoolId pool, ExchangeReply.LeaseState state) {
        Known known = known(pool);
        known.free = known.free.plus(state.granted().minus(known.granted));
        known.granted = state.granted();
        known.endsAt = state.endsAt();
    }

    boolean hold(Payer payer, String model, Money amount) {
        PoolList list = fixture.ledger.pools(payer, model, fixture.now);
        RandomRequest.Layer layer = take(list.budgets(), list.credit(), amount);
        if (layer == null) {
            return false;
        }
        running.add(
                new RandomRequest(
                        Ids.next(), payer, model, fixture.now, List.of(layer), Money.ZERO));
        return true;
    }

    /** Holds more for a running request: in the periods that it began in. */
    boolean extend(RandomRequest request, Money amount) {
        PoolList list = fixture.ledger.pools(request.payer(), request.model(), fixture.now);
        List<Pool> budgets = new ArrayList<>();
        for (Pool pool : list.budgets()) {
            Budget budget = pool.budget();
            if (budget != null
                    && Objects.equals(budget.period().end(request.heldAt()), pool.endsAt())) {
                budgets.add(pool);
            }
        }
        for (RandomRequest.Part part : request.layers().getFirst().parts()) {
            if (isOver(part.of())) {
                budgets.add(part.of());
            }
        }
        RandomRequest.Layer layer = take(budgets, list.credit(), amount);
        if (layer == null) {
            return false;
        }
        running.remove(request);
        running.add(request.extended(layer));
        return true;
    }

    private RandomRequest.@Nullable Layer take(
            List<Pool> budgets, List<Pool> credit, Money amount) {
        List<RandomRequest.Part> parts = new ArrayList<>();
        for (Pool pool : budgets) {
            refresh(pool.id());
            if (!extend(pool, amount, false)) {
                return null;
            }
            parts.add(new RandomRequest.Part(pool, amount, known(pool.id()).epoch));
        }
        Money left = amount;
        for (Pool pool : credit) {
            refresh(pool.id());
            boolean last = pool.kind() == Pool.Kind.WALLET;
            if (left.isPositive() && !extend(pool, left, !last) && last) {
                return null;
            }
            Money part = left.min(known(pool.id()).free);
            left = left.minus(part);
            if (part.isPositive()) {
                parts.add(new RandomRequest.Part(pool, part, known(pool.id()).epoch));
            }
        }
        for (RandomRequest.Part part : parts) {
            Known known = known(part.pool());
            known.free = known.free.minus(part.held());
        }
        return new RandomRequest.Layer(fixture.now, amount, parts);
    }

    private boolean isOver(Pool pool) {
        Instant end = pool.endsAt();
        return end != null && !fixture.now.isBefore(end);
    }

    private void refresh(PoolId pool) {
        Instant end = known(pool).endsAt;
        if (end != null && !fixture.now.isBefore(end)) {
            giveBackAll(pool);
        }
    }

    private boolean extend(Pool pool, Money amount, boolean partial) {
        if (known(pool.id()).free.isLessThan(amount)) {
            Money want = amount.times(1 + random.nextInt(4));
            LeaseDemand demand =
                    new LeaseDemand(
                            pool.id(), amount, want, partial, isOver(pool), LeaseDemand.ALONE);
            learn(
                    pool.id(),
                    holder.exchange(organization, List.of(), List.of(), List.of(demand))
                            .leases()
                            .getFirst());
        }
        return !known(pool.id()).free.isLessThan(amount);
    }

    long settle(RandomRequest request, Money cost) {
        running.remove(request);
        Money left = cost;
        Set<PoolId> pools = new LinkedHashSet<>();
        for (RandomRequest.Layer layer : request.layers()) {
            Money its = left.min(layer.amount());
            left = left.minus(its);
            Money credit = its;
            for (RandomRequest.Part part : layer.parts()) {
                Money spent = part.credit() ? credit.min(part.held()) : its;
                credit = part.credit() ? credit.minus(spent) : credit;
                giveBackUnused(part, spent);
                pools.add(part.pool());
            }
        }
        ChargeOrder order =
                new ChargeOrder(
                        request.payer(),
                        request.requestId(),
                        cost,
                        request.shares(),
                        request.heldAt());
        ExchangeReply reply =
                holder.exchange(
                        organization,
                        holder.reports(List.copyOf(pools)),
                        List.of(order),
                        List.of());
        reply.leases().forEach(state -> learn(state.pool(), state));
        return reply.wallets().getFirst().entryId();
    }

    private void giveBackUnused(RandomRequest.Part part, Money spent) {
        PoolId pool = part.pool();
        Known known = known(pool);
        holder.spend(pool, spent);
        Money rest = part.held().minus(spent);
        Instant end = known.endsAt;
        boolean ended = end != null && !fixture.now.isBefore(end);
        if (part.epoch() == known.epoch && !ended) {
            known.free = known.free.plus(rest);
        } else {
            holder.giveBackLater(pool, rest);
        }
    }

    void giveBackEverything() {
        List.copyOf(leases.keySet()).forEach(this::giveBackAll);
    }
}
