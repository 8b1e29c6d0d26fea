package dev.scrip.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scrip.ledger.DurableHold.OnExpiry;
import dev.scrip.ledger.DurableHold.State;
import dev.scrip.ledger.HoldOutcome.Done;
import dev.scrip.money.Money;
import dev.scrip.postgres.Database;
import dev.scrip.postgres.DatabaseAddress;
import dev.scrip.postgres.Ids;
import dev.scrip.testing.TestPostgres;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Two processes, each with its connections and clock, race for holds and their ends. */
class HoldRaceTest {

    private static final int DELIVERIES_MAX = 5;
    private static final DatabaseAddress ADDRESS = TestPostgres.address();
    private static final Database ONE = Database.open(ADDRESS);
    private static final Database OTHER = Database.open(ADDRESS);
    private static final List<Node> NODES =
            List.of(
                    new Node(ONE, new Ledger(ONE, Clock.systemUTC())),
                    new Node(
                            OTHER,
                            new Ledger(
                                    OTHER,
                                    Clock.offset(Clock.systemUTC(), Duration.ofMillis(700)))));

    private final Random random = new Random();
    private final long organization = Ids.next();
    private final Ledger ledger = NODES.getFirst().ledger;

    private record Node(Database database, Ledger ledger) {

        HoldOutcome hold(HoldOrder order) {
            return database.transaction(tx -> ledger.holds().hold(tx, order, false));
        }

        HoldOutcome capture(DurableHold hold, OperationKey key, Money amount) {
            return database.transaction(
                    tx ->
                            ledger.holds()
                                    .capture(
                                            tx,
                                            hold.organizationId(),
                                            hold.holdId(),
                                            key,
                                            amount,
                                            false));
        }

        HoldOutcome extend(DurableHold hold, OperationKey key, Money more) {
            return database.transaction(
                    tx ->
                            ledger.holds()
                                    .extend(
                                            tx,
                                            hold.organizationId(),
                                            hold.holdId(),
                                            key,
                                            more,
                                            Duration.ofMillis(1),
                                            false));
        }

        HoldOutcome release(DurableHold hold, OperationKey key) {
            return database.transaction(
                    tx -> ledger.holds().release(tx, hold.organizationId(), hold.holdId(), key));
        }

        List<Done> sweep(long organization) {
            return database.transaction(
                    tx -> ledger.holds().endDue(tx, List.of(organization), 1_000));
        }
    }

    @AfterAll
    static void close() {
        ONE.close();
        OTHER.close();
    }

    private Node anyNode() {
        return NODES.get(random.nextInt(NODES.size()));
    }

    private HoldOrder order(String key, Money amount, Duration lasts, OnExpiry onExpiry) {
        Payer payer = new Payer(organization, 1, 2, 3, null);
        return new HoldOrder(new OperationKey(key, key), payer, "", amount, lasts, onExpiry, "");
    }

    private Grant credit(String dollars, Instant end) {
        GrantOrder order =
                new GrantOrder(
                        organization,
                        "credit " + Ids.next(),
                        GrantKind.TRIAL,
                        Money.ofDollars(dollars),
                        50,
                        Instant.now().minusSeconds(5),
                        end,
                        "");
        return ((GrantOutcome.Granted) ledger.grant(order)).grant();
    }

    /** Does all of it at once, in any order. */
    private <T> List<T> race(List<Callable<T>> work) throws Exception {
        Collections.shuffle(work, random);
        List<T> results = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(16)) {
            for (Future<T> future : threads.invokeAll(work)) {
                results.add(future.get());
            }
        }
        return results;
    }

    private void booksAgree() {
        assertThat(ledger.verify().checks())
                .allSatisfy(check -> assertThat(check.differences()).as(check.name()).isEmpty());
    }

    private record Answer(String key, HoldOutcome outcome) {}

    private void deliver(List<Callable<Answer>> work, String key, OperationOf operation) {
        int times = 1 + random.nextInt(DELIVERIES_MAX);
        for (int delivery = 0; delivery < times; delivery++) {
            Node process = anyNode();
            work.add(() -> new Answer(key, operation.on(process, new OperationKey(key, key))));
        }
    }

    private interface OperationOf {
        HoldOutcome on(Node process, OperationKey key);
    }

    /** One effect for each key, and for all its deliveries one answer. */
    private static Map<String, HoldOutcome> oneAnswerEach(List<Answer> answers) {
        Map<String, HoldOutcome> byKey = new HashMap<>();
        Set<String> firsts = new HashSet<>();
        for (Answer answer : answers) {
            HoldOutcome plain =
                    switch (answer.outcome) {
                        case Done done -> {
                            if (!done.replayed()) {
                                assertThat(firsts.add(answer.key)).isTrue();
                            }
                            yield new Done(
                                    done.hold(),
                                    done.balance(),
                                    done.available(),
                                    done.entryId(),
                                    false);
                        }
                        case HoldOutcome.Refused refused ->
                                new HoldOutcome.Refused(refused.refusal(), false);
                        case HoldOutcome.KeyReused reused -> reused;
                        case HoldOutcome.UnknownHold unknown -> unknown;
                        case HoldOutcome.AskAgain again -> again;
                    };
            assertThat(byKey.computeIfAbsent(answer.key, key -> plain)).isEqualTo(plain);
        }
        return byKey;
    }

    @Test
    void everyOperationIsDeliveredUpToFiveTimesToAnyProcess() throws Exception {
        credit("2.50", Instant.now().plus(Duration.ofDays(1)));
        List<Callable<Answer>> holds = new ArrayList<>();
        for (int number = 0; number < 40; number++) {
            String key = "hold " + number;
            HoldOrder order =
                    order(key, Money.ofDollars("0.10"), Duration.ofHours(1), OnExpiry.RELEASE);
            deliver(holds, key, (process, same) -> process.hold(order));
        }
        List<Answer> held = race(holds);
        Map<String, HoldOutcome> byKey = oneAnswerEach(held);
        List<DurableHold> open =
                byKey.values().stream()
                        .filter(outcome -> outcome instanceof Done)
                        .map(outcome -> ((Done) outcome).hold())
                        .toList();
        assertThat(open).as("as many as the credit covers").hasSize(25);
        booksAgree();

        credit("1.00", Instant.now().plus(Duration.ofDays(1)));
        List<Callable<Answer>> ends = new ArrayList<>(holds);
        for (DurableHold hold : open) {
            long id = hold.holdId();
            deliver(
                    ends,
                    "capture " + id,
                    (process, key) -> process.capture(hold, key, Money.ofDollars("0.04")));
            deliver(ends, "release " + id, (process, key) -> process.release(hold, key));
            deliver(
                    ends,
                    "extend " + id,
                    (process, key) -> process.extend(hold, key, Money.ofDollars("0.01")));
        }
        List<Answer> ended = race(ends);
        oneAnswerEach(ended).forEach((key, answer) -> sameAsBefore(byKey, key, answer));
        Money captured = Money.ZERO;
        for (DurableHold hold : ledger.holds().list(organization, Optional.empty(), 1_000)) {
            assertThat(hold.state()).isIn(State.CAPTURED, State.RELEASED);
            assertThat(hold.captured().plus(hold.released())).isEqualTo(hold.amount());
            captured = captured.plus(hold.captured());
        }
        Balance balance = ledger.balance(organization);
        assertThat(balance.held()).isEqualTo(Money.ZERO);
        assertThat(balance.credit()).isEqualTo(Money.ofDollars("3.50").minus(captured));
        booksAgree();
    }

    private static void sameAsBefore(
            Map<String, HoldOutcome> before, String key, HoldOutcome answer) {
        if (before.containsKey(key)) {
            assertThat(answer).isEqualTo(before.get(key));
        }
    }

    @Test
    void captureReleaseAndExpiryRaceAndOneWins() throws Exception {
        credit("9.00", Instant.now().plus(Duration.ofDays(1)));
        List<DurableHold> holds = new ArrayList<>();
        for (int number = 0; number < 40; number++) {
            OnExpiry onExpiry = random.nextBoolean() ? OnExpiry.CAPTURE : OnExpiry.RELEASE;
            HoldOrder order =
                    order(
                            "brief " + number,
                            Money.ofDollars("0.10"),
                            Duration.ofMillis(150),
                            onExpiry);
            holds.add(((Done) NODES.getFirst().hold(order)).hold());
        }
        List<Callable<Boolean>> work = new ArrayList<>();
        for (DurableHold hold : holds) {
            long id = hold.holdId();
            Node process = anyNode();
            work.add(
                    () ->
                            process.capture(
                                            hold,
                                            new OperationKey("c" + id, "c"),
                                            Money.ofDollars("0.03"))
                                    instanceof Done);
            work.add(
                    () -> anyNode().release(hold, new OperationKey("r" + id, "r")) instanceof Done);
            work.add(() -> anyNode().sweep(organization).isEmpty());
        }
        race(work);
        Clock later = Clock.offset(Clock.systemUTC(), Duration.ofMinutes(1));
        new Node(ONE, new Ledger(ONE, later)).sweep(organization);
        Money captured = Money.ZERO;
        for (DurableHold hold : ledger.holds().list(organization, Optional.empty(), 1_000)) {
            assertThat(hold.state()).isNotEqualTo(State.OPEN);
            captured = captured.plus(hold.captured());
        }
        assertThat(ledger.balance(organization).held()).isEqualTo(Money.ZERO);
        assertThat(ledger.balance(organization).credit())
                .isEqualTo(Money.ofDollars("9.00").minus(captured));
        booksAgree();
    }

    /** Holds, leases, usage, expiry, revocation and burial want the same dollar at once. */
    @Test
    void lastDollarIsWonOnce() throws Exception {
        Grant kept = credit("1.00", Instant.now().plus(Duration.ofDays(1)));
        credit("0.50", Instant.now().plusMillis(300));
        Grant revoked = credit("0.50", Instant.now().plus(Duration.ofDays(1)));
        ledger.setLimit(organization, LimitKind.HARD, LedgerFixture.dollars("1.20"));
        List<Callable<Money>> work = new ArrayList<>();
        for (int number = 0; number < 16; number++) {
            String key = "last " + number;
            work.add(() -> holdAndCapture(key));
            work.add(() -> chargeUsage(key + " usage"));
            work.add(() -> leaseAndDie());
            work.add(
                    () -> {
                        anyNode().ledger.expireDue(10);
                        return Money.ZERO;
                    });
        }
        work.add(
                () -> {
                    anyNode().ledger.revoke(organization, revoked.grantId());
                    return Money.ZERO;
                });
        Money charged = race(work).stream().reduce(Money.ZERO, Money::plus);
        booksAgree();
        assertThat(charged.compareTo(Money.ofDollars("1.20"))).isNotPositive();
        assertThat(ledger.monthSpending(organization).spent()).isEqualTo(charged);
        Balance balance = ledger.balance(organization);
        assertThat(balance.held()).isEqualTo(Money.ZERO);
        assertThat(kept.amount()).isEqualTo(Money.ofDollars("1.00"));
    }

    private Money holdAndCapture(String key) {
        Money amount = Money.ofDollars("0.30");
        HoldOutcome held =
                anyNode().hold(order(key, amount, Duration.ofHours(1), OnExpiry.RELEASE));
        if (held instanceof Done done) {
            HoldOutcome captured =
                    anyNode().capture(done.hold(), new OperationKey(key + " end", ""), amount);
            assertThat(captured).as("what is held can be captured").isInstanceOf(Done.class);
            return amount;
        }
        return Money.ZERO;
    }

    private Money chargeUsage(String key) {
        Money amount = Money.ofDollars("0.20");
        UsageOrder order =
                new UsageOrder(
                        new OperationKey(key, ""),
                        new Payer(organization, 1, 2, 3, null),
                        Ids.next(),
                        "",
                        amount,
                        Optional.empty());
        Node process = anyNode();
        UsageOutcome outcome =
                process.database
                        .transaction(tx -> process.ledger.holds().charge(tx, List.of(order), false))
                        .getFirst();
        return outcome instanceof UsageOutcome.Charged ? amount : Money.ZERO;
    }

    private Money leaseAndDie() {
        Node process = anyNode();
        UUID incarnation = UUID.randomUUID();
        process.ledger.enlist(incarnation, "node", Instant.now());
        Exchange exchange =
                new Exchange(
                        incarnation,
                        Lanes.of(organization),
                        1,
                        Instant.now(),
                        List.of(),
                        List.of(),
                        List.of(
                                LedgerFixture.demandOf(
                                        LedgerFixture.wallet(organization),
                                        Money.ofDollars("0.25"),
                                        Money.ofDollars("0.50"))));
        ExchangeReply _ = process.database.transaction(tx -> process.ledger.exchange(tx, exchange));
        anyNode().ledger.bury(incarnation, "drained");
        return Money.ZERO;
    }
}
