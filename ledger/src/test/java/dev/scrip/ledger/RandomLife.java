package dev.scrip.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scrip.ledger.LedgerFixture.Holder;
import dev.scrip.money.Money;
import dev.scrip.postgres.Ids;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** One organization's random life and the naive model of it. */
final class RandomLife {

    private static final int PROCESSES = 3;

    private final LedgerFixture fixture;
    private final Random random;
    private final long organization;
    private final List<Careful> processes = new ArrayList<>();
    private final List<String> story = new ArrayList<>();

    // The model: what was granted, what each request cost and when it was held.
    private final Map<YearMonth, Money> spentByMonth = new HashMap<>();
    private final Map<Long, Running> settled = new HashMap<>();
    private final Map<Long, Long> entries = new HashMap<>();
    private Money granted = Money.ZERO;
    private Money charged = Money.ZERO;
    private @Nullable Money limit;

    /** A running request. */
    private record Running(
            long requestId, Money held, Instant heldAt, Map<PoolId, Integer> epochs, Money cost) {}

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
        final List<Running> running = new ArrayList<>();

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

        boolean hold(Money amount) {
            List<PoolId> pools =
                    fixture.pools(organization, fixture.now).stream().map(Pool::id).toList();
            for (PoolId pool : pools) {
                Instant end = known(pool).endsAt;
                if (end != null && !fixture.now.isBefore(end)) {
                    giveBackAll(pool);
                }
                if (known(pool).free.isLessThan(amount)) {
                    Money want = amount.times(1 + random.nextInt(4));
                    learn(pool, holder.demand(pool, amount, want));
                }
                if (known(pool).free.isLessThan(amount)) {
                    return false;
                }
            }
            Map<PoolId, Integer> epochs = new HashMap<>();
            for (PoolId pool : pools) {
                known(pool).free = known(pool).free.minus(amount);
                epochs.put(pool, known(pool).epoch);
            }
            running.add(new Running(Ids.next(), amount, fixture.now, epochs, Money.ZERO));
            return true;
        }

        long settle(Running request, Money cost) {
            running.remove(request);
            Money rest = request.held().minus(cost);
            List<PoolId> pools = List.copyOf(request.epochs().keySet());
            for (PoolId pool : pools) {
                Known known = known(pool);
                holder.spend(pool, cost);
                Instant end = known.endsAt;
                boolean ended = end != null && !fixture.now.isBefore(end);
                if (request.epochs().get(pool) == known.epoch && !ended) {
                    known.free = known.free.plus(rest);
                } else {
                    holder.giveBackLater(pool, rest);
                }
            }
            ExchangeReply reply =
                    holder.exchange(
                            organization,
                            holder.reports(pools),
                            List.of(
                                    LedgerFixture.order(
                                            organization,
                                            request.requestId(),
                                            cost,
                                            request.held(),
                                            request.heldAt())),
                            List.of());
            reply.leases().forEach(state -> learn(state.pool(), state));
            return reply.wallets().getFirst().entryId();
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
        grant();
    }

    String story() {
        return String.join("\n", story);
    }

    String step() {
        int kind = random.nextInt(20);
        Careful process = processes.get(random.nextInt(processes.size()));
        String done;
        if (kind < 8) {
            done = "hold: " + process.hold(amount(1_000));
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
        } else {
            done = random.nextBoolean() ? bury(process) : "due " + fixture.ledger.expireDue(10);
        }
        story.add(done);
        return done;
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
        Running request = process.running.get(random.nextInt(process.running.size()));
        Money cost = Money.ofNanos(random.nextLong(request.held().nanos() + 1));
        entries.put(request.requestId(), process.settle(request, cost));
        charged = charged.plus(cost);
        spentByMonth.merge(month(request.heldAt()), cost, Money::plus);
        settled.put(
                request.requestId(),
                new Running(
                        request.requestId(),
                        request.held(),
                        request.heldAt(),
                        request.epochs(),
                        cost));
        return "settled " + cost.nanos() + " of " + request.held().nanos();
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
        assertThat(fixture.ledger.balance(organization).held()).isEqualTo(Money.ZERO);
        fixture.ledger.expireDue(1_000);
        for (Grant grant : fixture.ledger.grants(organization)) {
            Instant end = grant.expiresAt();
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
        for (Running request : settled.values()) {
            Money drawn = Money.ZERO;
            for (RequestDraw draw : draws(request)) {
                Instant end = grants.get(draw.grantId()).expiresAt();
                assertThat(end == null || request.heldAt().isBefore(end))
                        .as("%s drew on a grant that had ended%n%s", request, story())
                        .isTrue();
                drawn = drawn.plus(draw.amount());
            }
            assertThat(drawn).isEqualTo(request.cost());
        }
    }

    private final Map<Long, List<RequestDraw>> explained = new HashMap<>();

    private List<RequestDraw> draws(Running request) {
        return explained.computeIfAbsent(
                request.requestId(),
                id -> fixture.ledger.explain(organization, entries.get(id), id));
    }
}
