package dev.scrip.ledger;

import static org.assertj.core.api.Assertions.assertThat;

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
    private final RandomHolds durable;
    private final RandomUsage usage;
    private final List<CarefulProcess> processes = new ArrayList<>();
    private final List<String> story = new ArrayList<>();
    // The model: what was granted, what each request cost and when it was held.
    private final Map<YearMonth, Money> spentByMonth = new HashMap<>();
    private final Map<Long, RandomRequest> settled = new HashMap<>();
    private final Map<Long, Long> entries = new HashMap<>();
    private final Map<Long, List<RequestDraw>> explained = new HashMap<>();
    private Money granted = Money.ZERO;
    private Money charged = Money.ZERO;
    private @Nullable Money limit;

    RandomLife(LedgerFixture fixture, Random random) {
        this.fixture = fixture;
        this.random = random;
        fixture.now = LedgerFixture.START;
        this.organization = fixture.organization();
        for (int i = 0; i < PROCESSES; i++) {
            processes.add(new CarefulProcess(fixture, random, organization));
        }
        this.durable = new RandomHolds(fixture, random, this::payer, this::captured);
        this.usage = new RandomUsage(fixture, random, organization, this::payer, this::used);
        grant();
    }

    String story() {
        return String.join("\n", story);
    }

    String step() {
        int kind = random.nextInt(38);
        CarefulProcess process = processes.get(random.nextInt(processes.size()));
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
        } else if (kind < 37) {
            done = usage.step();
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

    private String hold(CarefulProcess process) {
        Payer payer = payer();
        String model = random.nextBoolean() ? "small" : "large";
        return "hold for " + payer + ": " + process.hold(payer, model, amount(1_000));
    }

    private String extend(CarefulProcess process) {
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
        processes.forEach(CarefulProcess::giveBackEverything);
        return done;
    }

    private String revoke() {
        List<Grant> all = fixture.ledger.grants(organization);
        Grant grant = all.get(random.nextInt(all.size()));
        RevokeOutcome outcome = fixture.ledger.revoke(organization, grant.grantId());
        processes.forEach(CarefulProcess::giveBackEverything);
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

    private String settle(CarefulProcess process) {
        if (process.running.isEmpty()) {
            return "nothing to settle";
        }
        RandomRequest request = process.running.get(random.nextInt(process.running.size()));
        Money cost = Money.ofNanos(random.nextLong(request.held().nanos() + 1));
        charged(request.costing(cost), process.settle(request, cost));
        return "settled " + cost.nanos() + " of " + request.held().nanos();
    }

    /** A durable hold was charged. */
    private void captured(DurableHold hold, long entry) {
        RandomRequest.Layer layer =
                new RandomRequest.Layer(hold.heldAt(), hold.amount(), List.of());
        charged(
                new RandomRequest(
                        hold.holdId(),
                        hold.payer(),
                        hold.model(),
                        hold.heldAt(),
                        List.of(layer),
                        hold.captured()),
                entry);
    }

    /** Usage was charged in one step. */
    private void used(UsageOrder order, Instant at, long entry) {
        RandomRequest.Layer layer = new RandomRequest.Layer(at, order.amount(), List.of());
        charged(
                new RandomRequest(
                        order.requestId(),
                        order.payer(),
                        order.model(),
                        at,
                        List.of(layer),
                        order.amount()),
                entry);
    }

    private void charged(RandomRequest request, long entry) {
        entries.put(request.requestId(), entry);
        charged = charged.plus(request.cost());
        spentByMonth.merge(month(request.heldAt()), request.cost(), Money::plus);
        settled.put(request.requestId(), request);
    }

    private String limit() {
        limit = random.nextInt(3) == 0 ? null : amount(6_000);
        fixture.ledger.setLimit(organization, LimitKind.HARD, Optional.ofNullable(limit));
        return "limit " + limit;
    }

    /** A process that is drained first, so that nothing runs when it dies; another comes. */
    private String bury(CarefulProcess process) {
        while (!process.running.isEmpty()) {
            settle(process);
        }
        fixture.ledger.bury(process.holder.id, "drained");
        processes.remove(process);
        processes.add(new CarefulProcess(fixture, random, organization));
        return "bury";
    }

    /** Everything settles and comes back. */
    void rest() {
        for (CarefulProcess process : List.copyOf(processes)) {
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
