package dev.scrip.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scrip.ledger.Exchange.ChargeOrder;
import dev.scrip.ledger.Exchange.LeaseDemand;
import dev.scrip.ledger.LedgerFixture.Holder;
import dev.scrip.money.Money;
import dev.scrip.postgres.Ids;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One organization's random life and the naive model of it. */
final class RandomLife {

    private static final int PROCESSES = 3;
    private final LedgerFixture fixture;
    private final Random random;
    private final long organization;
    private final RandomHolds durable;
    private final List<Careful> processes = new ArrayList<>();
    private final List<String> story = new ArrayList<>();
    // The model: what was granted, what each request cost and when it was held.
    private final Map<YearMonth, Money> spentByMonth = new HashMap<>();
    private final Map<Long, RandomRequest> settled = new HashMap<>();
    private final Map<Long, Long> entries = new HashMap<>();
    private final Map<Long, List<RequestDraw>> explained = new HashMap<>();
    private Money granted = Money.ZERO;
    private Money charged = Money.ZERO;
    private @Nullable Money limit;

    /** What a process knows of one lease; an epoch ends when its understanding ends. */
    private static final class Known {
        Money granted = Money.ZERO;
        Money free = Money.ZERO;
        int epoch;
        @Nullable Instant endsAt;
    }

    /**
     * A process that keeps the rules: all or nothing over its pools, nothing from an ended lease.
     */
    private final class Careful {
        final Holder holder = fixture.process();
        final Map<PoolId, Known> leases = new HashMap<>();
        final List<RandomRequest> running = new ArrayList<>();

        Known known(PoolId pool) {
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
                        new LeaseDemand(pool.id(), amount, want, partial, isOver(pool));
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

    RandomLife(LedgerFixture fixture, Random random) {
        this.fixture = fixture;
        this.random = random;
        fixture.now = LedgerFixture.START;
        this.organization = fixture.organization();
        for (int i = 0; i < PROCESSES; i++) {
            processes.add(new Careful());
        }
        this.durable = new RandomHolds(fixture, random, this::payer, this::captured);
        grant();
    }

    String story() {
        return String.join("\n", story);
    }

    String step() {
        int kind = random.nextInt(34);
        Careful process = processes.get(random.nextInt(processes.size()));
        String done;
        if (kind < 8) {
            done = hold(process);
        } else if (kind < 13) {
            done = settle(process);
        } else if (kind < 15) {
            done = grant();
        } else if (kind < 16) {
            process.giveBackAll(LedgerFixture.wallet(organization));
            done = "give back";
        } else if (kind < 18) {
            Duration time = Duration.ofMinutes(random.nextInt(90));
            fixture.pass(random.nextInt(15) == 0 ? Duration.ofDays(20) : time);
            done = "now " + fixture.now;
        } else if (kind < 19) {
            done = limit();
        } else if (kind < 21) {
            done = budget();
        } else if (kind < 22) {
            done = revoke();
        } else if (kind < 30) {
            done = durable.step();
        } else if (kind < 33) {
            done = extend(process);
        } else {
            done = random.nextBoolean() ? bury(process) : "due " + fixture.ledger.expireDue(10);
        }
        story.add(done);
        return done;
    }

    private Payer payer() {
        return new Payer(
                organization,
                1 + random.nextInt(2),
                10 + random.nextInt(2),
                20 + random.nextInt(2),
                random.nextBoolean() ? null : "ann");
    }

    private String hold(Careful process) {
        Payer payer = payer();
        String model = random.nextBoolean() ? "small" : "large";
        return "hold for " + payer + ": " + process.hold(payer, model, amount(1_000));
    }

    private String extend(Careful process) {
        if (process.running.isEmpty()) {
            return "nothing to extend";
        }
        RandomRequest request = process.running.get(random.nextInt(process.running.size()));
        return "extend " + request.requestId() + ": " + process.extend(request, amount(500));
    }

    /** A limit of any subject and period, set, changed or removed; everybody hears of it. */
    private String budget() {
        List<BudgetState> there = fixture.ledger.budgets(organization);
        String done;
        if (there.size() > 2 || (!there.isEmpty() && random.nextInt(3) == 0)) {
            Budget victim = there.get(random.nextInt(there.size())).budget();
            fixture.ledger.removeBudget(organization, victim.budgetId());
            done = "removed " + victim;
        } else {
            Budget any = RandomOrders.budget(organization, random);
            done =
                    "limit "
                            + fixture.ledger.setBudget(
                                    organization,
                                    any.subject(),
                                    any.period(),
                                    any.kind(),
                                    any.amount());
        }
        processes.forEach(Careful::giveBackEverything);
        return done;
    }

    private String revoke() {
        List<Grant> all = fixture.ledger.grants(organization);
        Grant grant = all.get(random.nextInt(all.size()));
        RevokeOutcome outcome = fixture.ledger.revoke(organization, grant.grantId());
        processes.forEach(Careful::giveBackEverything);
        return "revoke: " + outcome;
    }

    private Money amount(int most) {
        return Money.ofNanos(random.nextInt(most) + 1L);
    }

    private String grant() {
        Money amount = amount(5_000);
        Instant start =
                random.nextInt(4) == 0
                        ? fixture.now.plus(Duration.ofMinutes(random.nextInt(60)))
                        : fixture.now;
        Instant end =
                random.nextInt(3) == 0
                        ? null
                        : start.plus(Duration.ofMinutes(1 + random.nextInt(120)));
        GrantKind[] kinds = GrantKind.values();
        fixture.grant(
                new GrantOrder(
                        organization,
                        "key-" + Ids.next(),
                        kinds[random.nextInt(kinds.length)],
                        amount,
                        random.nextInt(3),
                        RandomOrders.scope(random),
                        start,
                        end,
                        ""));
        granted = granted.plus(amount);
        return "grant " + amount.nanos() + " from " + start + " to " + end;
    }

    private static YearMonth month(Instant moment) {
        return YearMonth.from(moment.atOffset(ZoneOffset.UTC));
    }

    private String settle(Careful process) {
        if (process.running.isEmpty()) {
            return "nothing to settle";
        }
        RandomRequest request = process.running.get(random.nextInt(process.running.size()));
        Money cost = Money.ofNanos(random.nextLong(request.held().nanos() + 1));
        entries.put(request.requestId(), process.settle(request, cost));
        charged = charged.plus(cost);
        spentByMonth.merge(month(request.heldAt()), cost, Money::plus);
        settled.put(request.requestId(), request.costing(cost));
        return "settled " + cost.nanos() + " of " + request.held().nanos();
    }

    /** A durable hold was charged. */
    private void captured(DurableHold hold, long entry) {
        entries.put(hold.holdId(), entry);
        charged = charged.plus(hold.captured());
        spentByMonth.merge(month(hold.heldAt()), hold.captured(), Money::plus);
        settled.put(
                hold.holdId(),
                new RandomRequest(
                        hold.holdId(),
                        hold.payer(),
                        hold.model(),
                        hold.heldAt(),
                        List.of(new RandomRequest.Layer(hold.heldAt(), hold.amount(), List.of())),
                        hold.captured()));
    }

    private String limit() {
        limit = random.nextInt(3) == 0 ? null : amount(6_000);
        fixture.ledger.setLimit(organization, LimitKind.HARD, Optional.ofNullable(limit));
        return "limit " + limit;
    }

    /** A process that is drained first, so that nothing runs when it dies; another comes. */
    private String bury(Careful process) {
        while (!process.running.isEmpty()) {
            settle(process);
        }
        fixture.ledger.bury(process.holder.id, "drained");
        processes.remove(process);
        processes.add(new Careful());
        return "bury";
    }

    /** Everything settles and comes back. */
    void rest() {
        for (Careful process : List.copyOf(processes)) {
            bury(process);
        }
        story.add(durable.endAll());
        assertThat(fixture.ledger.balance(organization).held()).isEqualTo(Money.ZERO);
        fixture.ledger.expireDue(1_000);
        for (Grant grant : fixture.ledger.grants(organization)) {
            Instant end = grant.revokedAt() == null ? grant.expiresAt() : grant.revokedAt();
            if (end != null && !fixture.now.isBefore(end)) {
                assertThat(grant.remaining()).as("at rest nothing closes").isEqualTo(Money.ZERO);
            }
        }
    }

    /** What the model knows: every cost was charged once, from credit that was in force. */
    void compare() {
        Map<Long, Grant> grants = new HashMap<>();
        Money consumed = Money.ZERO;
        Money grantedInAll = Money.ZERO;
        for (Grant grant : fixture.ledger.grants(organization)) {
            grants.put(grant.grantId(), grant);
            consumed = consumed.plus(grant.consumed());
            grantedInAll = grantedInAll.plus(grant.amount());
        }
        assertThat(grantedInAll).isEqualTo(granted);
        assertThat(consumed).as("no careful process makes a loss\n%s", story()).isEqualTo(charged);
        assertThat(fixture.ledger.monthSpending(organization).spent())
                .isEqualTo(spentByMonth.getOrDefault(month(fixture.now), Money.ZERO));
        Balance balance = fixture.ledger.balance(organization);
        assertThat(balance.credit().minus(balance.held()).isNegative()).isFalse();
        for (RandomRequest request : settled.values()) {
            request.compare(
                    explained.computeIfAbsent(
                            request.requestId(),
                            id -> fixture.ledger.explain(organization, entries.get(id), id)),
                    grants,
                    this::story);
        }
    }
}
