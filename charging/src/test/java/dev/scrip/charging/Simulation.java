package dev.scrip.charging;

import dev.scrip.ledger.BudgetPeriod;
import dev.scrip.ledger.Exchange;
import dev.scrip.ledger.ExchangeReply;
import dev.scrip.ledger.GrantKind;
import dev.scrip.ledger.GrantOrder;
import dev.scrip.ledger.GrantOutcome;
import dev.scrip.ledger.GrantScope;
import dev.scrip.ledger.Ledger;
import dev.scrip.ledger.LimitKind;
import dev.scrip.ledger.Payer;
import dev.scrip.ledger.Subject;
import dev.scrip.money.Money;
import dev.scrip.pricing.PriceBook;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Several processes on one ledger, in one thread and in virtual time, with everything that goes
 * wrong drawn from a seed. Charging, the ledger and its PostgreSQL are the real ones; the network,
 * the clocks, the machines and the upstream are not.
 */
final class Simulation {

    static final int ORGANIZATIONS = 4;
    static final int SHORT_SECONDS = 4;
    static final int LIFE_SECONDS = 10;
    private static final int REST_SECONDS_MAX = 120;

    private static final int FAILOVERS_MAX = 2;

    private final Primary primary;
    private final PriceBook prices;
    private final UnaryOperator<Books> mutation;
    private final int lifeSeconds;
    private final long firstOrganization;
    private final VirtualTime time = new VirtualTime();
    private final Random random;
    private final LossyBooks.Weather weather = new LossyBooks.Weather();
    private final SimulatedMachine people;
    private final Fairness fairness;
    private final boolean calm;
    private final List<SimulatedProcess> processes = new ArrayList<>();
    private final SimulatedTraffic traffic;
    private final SimulationChecks checks;
    private long trace;
    private int messages;
    private int failovers;

    Simulation(Primary primary, PriceBook prices, SimulationPlan plan) {
        long seed = plan.seed();
        this.lifeSeconds = plan.lifeSeconds();
        this.primary = primary;
        this.prices = prices;
        this.mutation = plan.mutation();
        this.calm = plan.calm();
        this.random = new Random(seed);
        this.firstOrganization = 1 + Math.floorMod(seed, 1L << 40) * ORGANIZATIONS;
        this.people = new SimulatedMachine(time, new Random(seed));
        Exposure exposure = new Exposure();
        this.fairness = new Fairness(exposure, people, time, plan.calm());
        this.checks = new SimulationChecks(primary::database, firstOrganization);
        this.traffic =
                new SimulatedTraffic(
                        time, random, exposure, fairness, plan.extending(), this::note);
    }

    private Ledger ledger() {
        return new Ledger(primary.database(), people);
    }

    /** What happened, as one number: the same seed gives the same. */
    long trace() {
        return trace;
    }

    /** What was counted, for people. */
    String summary() {
        return "%d requests held, %d refused, %d processes, %d messages, %d failovers, %d requests forgotten, %.1f s of virtual time, trace %016x"
                .formatted(
                        traffic.requests().size(),
                        traffic.refused(),
                        processes.size(),
                        messages,
                        failovers,
                        traffic.requests().stream().filter(request -> request.lost).count(),
                        time.now() / 1e9,
                        trace);
    }

    private void note(int what, long which) {
        trace = trace * 31 + what;
        trace = trace * 31 + which;
        trace = trace * 31 + time.now();
    }

    /** Lives, comes to rest, and is checked. */
    void run() {
        if (!calm) {
            drawWeather();
        }
        for (int index = 0; index < ORGANIZATIONS; index++) {
            furnish(firstOrganization + index, index);
        }
        int size = 2 + random.nextInt(3);
        for (int index = 0; index < size; index++) {
            addProcess();
        }
        live(Duration.ofSeconds(lifeSeconds).toNanos());
        comeToRest();
        checks.run(traffic.requests(), primary.books(people, UnaryOperator.identity()).get());
        nobodyStoppedForNothing();
    }

    private void drawWeather() {
        weather.lossPercent = random.nextInt(31);
        weather.replayPercent = random.nextInt(51);
    }

    private void live(long nanos) {
        long end = time.now() + nanos;
        every(calm ? 80 : 15, end, this::request);
        every(1_200, end, this::grant);
        if (!calm) {
            every(2_500, end, this::misfortune);
        }
        if (primary.mayFail()) {
            time.after(random.nextLong(nanos / 2), () -> fallBehind(end));
        }
        while (time.now() < end) {
            step();
        }
    }

    private void every(int millis, long end, Runnable what) {
        if (time.now() < end) {
            time.after(
                    1 + random.nextInt(2 * millis) * 1_000_000L,
                    () -> {
                        what.run();
                        every(millis, end, what);
                    });
        }
    }

    // ---- what there is ----

    private void furnish(long organization, int index) {
        primary.database().execute(tx -> ledger().openWallet(tx, organization));
        grant(organization, Money.ofDollars("3.00"), GrantScope.ANY, null);
        if (index == 1) {
            limit(organization, Subject.organization(), BudgetPeriod.DAY, "2.00");
            limit(organization, Subject.each(Subject.Kind.END_USER), BudgetPeriod.MONTH, "0.70");
        }
        if (index == 2) {
            limit(organization, Subject.each(Subject.Kind.PROJECT), BudgetPeriod.WEEK, "1.50");
            limit(organization, Subject.each(Subject.Kind.API_KEY), BudgetPeriod.LIFETIME, "1.10");
            limit(organization, Subject.each(Subject.Kind.MEMBER), BudgetPeriod.DAY, "1.30");
        }
    }

    private void limit(long organization, Subject subject, BudgetPeriod period, String dollars) {
        Money amount = Money.ofDollars(dollars);
        var _ = ledger().setBudget(organization, subject, period, LimitKind.HARD, amount);
        traffic.exposure().limit(organization, subject.kind(), period, amount);
    }

    private void grant(
            long organization, Money amount, GrantScope scope, @Nullable Instant expiresAt) {
        GrantOrder order =
                new GrantOrder(
                        organization,
                        "grant at " + time.now(),
                        random.nextBoolean() ? GrantKind.PURCHASE : GrantKind.PROMOTION,
                        amount,
                        GrantOrder.PRIORITY_DEFAULT - random.nextInt(2),
                        scope,
                        people.instant(),
                        expiresAt,
                        "simulated");
        traffic.exposure().credit(organization, amount);
        GrantOutcome outcome = ledger().grant(order);
        boolean revoke = !calm && random.nextInt(6) == 0;
        if (revoke && outcome instanceof GrantOutcome.Granted(var granted)) {
            time.after(
                    1 + random.nextInt(2_000) * 1_000_000L,
                    () -> {
                        var _ = ledger().revoke(organization, granted.grantId());
                        changed(organization);
                    });
        }
        changed(organization);
    }

    private void grant() {
        long organization = firstOrganization + random.nextInt(ORGANIZATIONS);
        GrantScope scope =
                random.nextInt(3) == 0
                        ? new GrantScope(Set.of(Shop.MODEL), Set.of())
                        : GrantScope.ANY;
        Instant end =
                !calm && random.nextInt(3) == 0
                        ? people.instant().plusMillis(500 + random.nextInt(6_000))
                        : null;
        note(1, organization);
        grant(organization, Money.ofNanos(50_000_000L * (1 + random.nextInt(20))), scope, end);
    }

    private void changed(long organization) {
        broadcast(process -> process.charging.changed(organization));
    }

    /** A signal to every process: late, or lost where the connection is. */
    private void broadcast(Consumer<SimulatedProcess> signal) {
        for (SimulatedProcess process : processes) {
            if (process.takesRequests() && random.nextInt(100) >= weather.lossPercent) {
                boolean _ = process.machine.run(() -> signal.accept(process));
            }
        }
    }

    // ---- processes ----

    private SimulatedProcess addProcess() {
        return addProcess(new UUID(firstOrganization, processes.size()), false);
    }

    private SimulatedProcess addProcess(UUID incarnationId, boolean clone) {
        SimulatedMachine machine = new SimulatedMachine(time, random);
        LossyBooks lossy =
                new LossyBooks(
                        primary.books(machine, mutation), time, random, weather, this::carriedOut);
        Charging charging = new Charging(lossy, prices, machine, Tuning.DEFAULT, incarnationId);
        String name = "process-" + processes.size();
        SimulatedProcess process =
                new SimulatedProcess(name, incarnationId, machine, lossy, charging);
        processes.add(process);
        if (clone) {
            charging.begin();
        } else {
            charging.begin(name);
        }
        return process;
    }

    private void carriedOut(Exchange asked, ExchangeReply reply) {
        messages++;
        for (long organization : Recalls.of(asked, reply)) {
            broadcast(process -> process.charging.recalled(organization));
        }
    }

    private void misfortune() {
        SimulatedProcess victim = processes.get(random.nextInt(processes.size()));
        int kind = random.nextInt(12);
        note(2, kind);
        switch (kind) {
            case 0, 1 -> kill(victim);
            case 2, 3 -> victim.machine.freeze(Duration.ofMillis(1 + random.nextInt(30_000)));
            case 4, 5, 6 -> victim.machine.setClockWrongBy(SimulatedMachine.wrongClock(random));
            case 7 -> weather.awayUntil = time.now() + random.nextInt(4_000) * 1_000_000L;
            // With a copy that goes on where the database has forgotten, all bets are off.
            case 8 -> {
                if (!primary.mayFail()) {
                    addClone();
                }
            }
            case 9 -> addProcess();
            default -> drawWeather();
        }
    }

    private void addClone() {
        SimulatedProcess original = addProcess();
        SimulatedProcess clone = addProcess(original.incarnationId, true);
        note(3, processes.indexOf(clone));
    }

    private void kill(SimulatedProcess victim) {
        if (victim.machine.isDead()) {
            return;
        }
        victim.machine.kill();
        addProcess();
        if (random.nextBoolean()) {
            time.after(random.nextInt(5_000) * 1_000_000L, () -> bury(victim, "killed"));
        }
    }

    /** With proof: no process speaks as this incarnation any more. */
    private void bury(SimulatedProcess dead, String proof) {
        boolean another =
                processes.stream()
                        .anyMatch(
                                each ->
                                        each.incarnationId.equals(dead.incarnationId)
                                                && each != dead
                                                && !each.machine.isDead());
        dead.books.bury();
        dead.machine.kill();
        if (another || dead.buried) {
            return;
        }
        if (checks.isEnlisted(dead.incarnationId)) {
            ledger().bury(dead.incarnationId, proof);
        }
        dead.buried = true;
        for (SimulatedRequest request : traffic.requests()) {
            boolean its = request.process.incarnationId.equals(dead.incarnationId);
            if (its && !request.released && !request.cutOff && !checks.isRecorded(request)) {
                // It was cut off, and nothing of it is known: its money is free again.
                request.cutOff = true;
                traffic.free(request);
            }
        }
        for (int index = 0; index < ORGANIZATIONS; index++) {
            changed(firstOrganization + index);
        }
    }

    // ---- failovers ----

    private void fallBehind(long end) {
        primary.fallBehind();
        time.after(random.nextInt(2_000) * 1_000_000L, () -> promote(end));
    }

    private void promote(long end) {
        Set<String> forgotten = checks.pools();
        primary.promote();
        forgotten.removeAll(checks.pools());
        failovers++;
        note(9, failovers);
        for (SimulatedProcess process : processes) {
            process.books.reconnect();
            process.buried = false; // if it was, that may be forgotten
            process.mayHaveLost |= !forgotten.isEmpty();
            List<Long> confirmed = process.charging.confirmed();
            List<Long> known = checks.known(process.incarnationId);
            for (int lane = 0; lane < confirmed.size(); lane++) {
                if (known.get(lane) < confirmed.get(lane)) {
                    process.lose(lane, time.now());
                }
            }
        }
        traffic.recount(checks.recorded(), checks.granted());
        if (failovers < FAILOVERS_MAX && time.now() < end) {
            time.after(random.nextLong(end - time.now()), () -> fallBehind(end));
        }
    }

    /** Whoever knew more than the database does stops. */
    private void noticeLosses() {
        until(
                "losses are noticed",
                () ->
                        processes.stream()
                                .filter(each -> each.takesRequests() && each.hasLost())
                                .allMatch(each -> each.charging.isForgotten()));
    }

    private void nobodyStoppedForNothing() {
        for (SimulatedProcess each : processes) {
            if (each.charging.isForgotten() && !each.hasLost() && !each.mayHaveLost) {
                throw new AssertionError(each.name + " has stopped for nothing");
            }
        }
    }

    // ---- requests ----

    private void request() {
        SimulatedProcess process = processes.get(random.nextInt(processes.size()));
        long organization = firstOrganization + random.nextInt(ORGANIZATIONS);
        Payer payer =
                new Payer(
                        organization,
                        1 + random.nextInt(2),
                        1 + random.nextInt(3),
                        1 + random.nextInt(2),
                        random.nextBoolean() ? "user " + random.nextInt(3) : null);
        long tokens = 20L + random.nextInt(calm ? 1_500 : 200);
        if (process.takesRequests()) {
            boolean streamed = random.nextBoolean() && !calm;
            boolean _ = process.machine.run(() -> traffic.admit(process, payer, tokens, streamed));
        }
    }

    private void step() {
        time.step();
        traffic.throwIfBroken();
        fairness.throwIfBroken();
    }

    // ---- rest ----

    private void comeToRest() {
        fairness.end();
        weather.lossPercent = 0;
        weather.replayPercent = 0;
        weather.awayUntil = 0;
        processes.forEach(each -> each.machine.thaw());
        noticeLosses();
        for (SimulatedProcess process : processes) {
            process.machine.setClockWrongBy(Duration.ZERO);
            if (process.isSound()) {
                boolean _ = process.machine.run(process.charging::beginClosing);
            }
        }
        until("requests end", () -> alive().allMatch(each -> each.charging.running() == 0));
        alive().forEach(each -> each.charging.returnLeases());
        until("leases are returned", () -> alive().allMatch(each -> each.charging.isSettled()));
        alive().toList().forEach(each -> bury(each, "drained"));
        processes.forEach(each -> bury(each, "killed"));
    }

    private java.util.stream.Stream<SimulatedProcess> alive() {
        return processes.stream().filter(SimulatedProcess::isSound);
    }

    private void until(String what, java.util.function.BooleanSupplier reached) {
        long limit = time.now() + Duration.ofSeconds(REST_SECONDS_MAX).toNanos();
        while (!reached.getAsBoolean()) {
            if (time.now() > limit) {
                throw new AssertionError(
                        "does not come to rest: "
                                + what
                                + SimulationChecks.left(alive().toList(), traffic.requests()));
            }
            step();
        }
    }
}
