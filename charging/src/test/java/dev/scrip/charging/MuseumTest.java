package dev.scrip.charging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.scrip.ledger.Exchange;
import dev.scrip.ledger.Exchange.ChargeOrder;
import dev.scrip.ledger.Exchange.LeaseDemand;
import dev.scrip.ledger.Exchange.LeaseReport;
import dev.scrip.ledger.ExchangeReply;
import dev.scrip.ledger.ExchangeReply.WalletSettled;
import dev.scrip.ledger.Payer;
import dev.scrip.ledger.PoolList;
import dev.scrip.ledger.Verification;
import dev.scrip.money.Money;
import dev.scrip.postgres.Ids;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongPredicate;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Bugs that other ledgers and gateways had, each put in by a substitute for a collaborator, and
 * found by what finds bugs here: the simulator, its exposure, the verification, a law.
 */
class MuseumTest {

    private static Shop shop;

    @BeforeAll
    static void open() {
        Shop.silence(); // every loss would be a warning
        shop = new Shop(Shop.clockAt("2026-03-01T00:00:00Z"));
    }

    @AfterAll
    static void close() {
        shop.close();
    }

    private static void simulate(UnaryOperator<Books> mutation) {
        simulate(mutation, Charging::extend);
    }

    /** A short simulation of a seed that finds what is put in. */
    static void simulate(UnaryOperator<Books> mutation, SimulatedTraffic.Extending extending) {
        try (Shop own = new Shop(Shop.clockAt("2026-03-01T00:00:00Z"))) {
            new Simulation(
                            Primary.shared(own.database),
                            own.prices,
                            new SimulationPlan(
                                    7, Simulation.SHORT_SECONDS, false, mutation, extending))
                    .run();
        }
    }

    // ---- check then increment ----

    /** The law: of so much, no more can be taken, however many take at once. */
    private static long takenByMany(LongPredicate take) {
        AtomicLong taken = new AtomicLong();
        List<CompletableFuture<Void>> takers = new ArrayList<>();
        for (int taker = 0; taker < 16; taker++) {
            takers.add(
                    CompletableFuture.runAsync(
                            () -> {
                                for (int time = 0; time < 500; time++) {
                                    if (take.test(1)) {
                                        taken.incrementAndGet();
                                    }
                                }
                            },
                            task -> Thread.ofPlatform().start(task)));
        }
        takers.forEach(Shop::get);
        return taken.get();
    }

    @Test
    void checkThenIncrement() {
        Lease lease = Leases.lease(1_000, null);
        assertThat(takenByMany(amount -> lease.tryHold(amount, Instant.EPOCH, 0) != null))
                .isEqualTo(1_000);

        AtomicLong free = new AtomicLong(1_000);
        assertThat(
                        takenByMany(
                                amount -> {
                                    long seen = free.get();
                                    LockSupport.parkNanos(1_000);
                                    if (seen < amount) {
                                        return false;
                                    }
                                    free.set(seen - amount);
                                    return true;
                                }))
                .as("with the check apart from the increment")
                .isGreaterThan(1_000);
    }

    // ---- acknowledge before durable ----

    /** Says that a message is durable, and then now and then the commit fails. */
    private static final class Hasty extends OtherBooks {
        private int messages;
        private final Map<Message, ExchangeReply> failed = new HashMap<>();
        private final Set<Message> durable = new HashSet<>();

        Hasty(Books real) {
            super(real);
        }

        @Override
        public ExchangeReply settle(Message message) {
            ExchangeReply said = failed.get(message);
            if (said != null) {
                return new ExchangeReply(true, said.leases(), said.wallets());
            }
            messages++;
            boolean committed = durable.contains(message);
            if (committed || messages % 9 != 0 || message.exchange().charges().isEmpty()) {
                ExchangeReply reply = super.settle(message);
                durable.add(message);
                return reply;
            }
            ExchangeReply reply =
                    new ExchangeReply(
                            false,
                            List.of(),
                            message.exchange().charges().stream()
                                    .map(order -> order.organizationId())
                                    .distinct()
                                    .map(id -> new WalletSettled(id, 1, Money.ZERO))
                                    .toList());
            failed.put(message, reply);
            return reply;
        }
    }

    @Test
    void acknowledgeBeforeDurable() {
        assertThatThrownBy(() -> simulate(Hasty::new))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("I15");
    }

    // ---- a driver's retry, applied twice ----

    /** Sends again under a new number what was not answered: it may have been carried out. */
    private static final class Retrying extends OtherBooks {
        private final Map<Integer, Long> more = new HashMap<>();

        Retrying(Books real) {
            super(real);
        }

        @Override
        public ExchangeReply settle(Message message) {
            Exchange asked = message.exchange();
            long extra = more.getOrDefault(asked.lane(), 0L);
            ExchangeReply reply = super.settle(numbered(message, asked.number() + extra));
            if (!asked.charges().isEmpty()) {
                more.put(asked.lane(), extra + 1);
                return super.settle(numbered(message, asked.number() + extra + 1));
            }
            return reply;
        }

        private static Message numbered(Message message, long number) {
            Exchange asked = message.exchange();
            return new Message(
                    new Exchange(
                            asked.incarnationId(),
                            asked.lane(),
                            number,
                            asked.at(),
                            asked.reports(),
                            asked.charges(),
                            asked.demands()),
                    message.batch());
        }
    }

    @Test
    void aRetryAppliedTwice() {
        assertThatThrownBy(() -> simulate(Retrying::new))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("does not come to rest");
    }

    // ---- refund before the record ----

    /** Gives the hold back in one transaction and books what it cost in the next. */
    private static final class Refunding extends OtherBooks {
        private final Runnable between;
        private long more;

        Refunding(Books real, Runnable between) {
            super(real);
            this.between = between;
        }

        @Override
        public ExchangeReply settle(Message message) {
            Exchange asked = message.exchange();
            if (asked.charges().isEmpty()) {
                return super.settle(
                        new Message(
                                exchange(asked, asked.reports(), List.of(), asked.demands()),
                                message.batch()));
            }
            List<LeaseReport> refunds =
                    asked.reports().stream()
                            .map(
                                    report ->
                                            new LeaseReport(
                                                    report.pool(),
                                                    Money.ZERO,
                                                    report.returned().plus(report.spent())))
                            .toList();
            ExchangeReply _ =
                    super.settle(
                            new Message(
                                    exchange(asked, refunds, List.of(), List.of()),
                                    new Batch(asked.number(), asked.at())));
            more++;
            between.run();
            return super.settle(
                    new Message(
                            exchange(asked, List.of(), asked.charges(), asked.demands()),
                            message.batch()));
        }

        private Exchange exchange(
                Exchange asked,
                List<LeaseReport> reports,
                List<ChargeOrder> charges,
                List<LeaseDemand> demands) {
            return new Exchange(
                    asked.incarnationId(),
                    asked.lane(),
                    asked.number() + more,
                    asked.at(),
                    reports,
                    charges,
                    demands);
        }
    }

    @Test
    void refundBeforeTheRecord() {
        assertThatCode(() -> chargeWhileAnotherAsks(false)).doesNotThrowAnyException();
        assertThatThrownBy(() -> chargeWhileAnotherAsks(true))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("I3");
    }

    private static void chargeWhileAnotherAsks(boolean refundFirst) {
        Stage stage = new Stage(shop);
        Payer payer = shop.payer("0.10");
        Exposure exposure = new Exposure();
        exposure.credit(payer.organizationId(), Money.ofDollars("0.10"));
        SimulatedProcess other = stage.process();
        Runnable anotherAsks =
                () -> {
                    if (stage.admit(other, payer, 100) instanceof Admission.Held(Hold hold)) {
                        exposure.add(payer, hold.heldAt(), hold.amount().nanos());
                    }
                };
        SimulatedProcess one =
                stage.process(real -> refundFirst ? new Refunding(real, anotherAsks) : real);
        Hold hold = stage.hold(one, payer, 100);
        exposure.add(payer, hold.heldAt(), hold.amount().nanos());
        Settled _ = stage.get(stage.charge(one, hold, 100));
        anotherAsks.run();
    }

    // ---- the first request on a missing row ----

    /** Takes the wallet's row for granted. */
    private static final class Trusting extends OtherBooks {
        Trusting(Books real) {
            super(real);
        }

        @Override
        public void open(long organizationId) {}
    }

    @Test
    void theFirstRequestOnAMissingRow() {
        Payer unknown = new Payer(Ids.next(), 1, 1, 1, null);
        Stage stage = new Stage(shop);
        SimulatedProcess right = stage.process();
        SimulatedProcess wrong = stage.process(Trusting::new);

        Admission admission = stage.admit(wrong, unknown, 100);
        assertThat(admission).as("nothing is known").isInstanceOf(Admission.Unavailable.class);
        assertThat(stage.admit(right, unknown, 100))
                .isInstanceOf(Admission.InsufficientCredit.class);
    }

    // ---- reclaim by time-out ----

    private static void pauseOfAHolder(boolean reclaimByTimeOut) {
        Stage stage = new Stage(shop);
        Payer payer = shop.payer("1.00");
        SimulatedProcess paused = stage.process();
        SimulatedProcess other = stage.process();
        Exposure exposure = new Exposure();
        exposure.credit(payer.organizationId(), Money.ofDollars("1.00"));
        paused.charging.release(stage.hold(paused, payer, 100));

        paused.machine.freeze(Duration.ofSeconds(8));
        stage.pass(Duration.ofSeconds(5));
        if (reclaimByTimeOut) {
            shop.ledger.bury(paused.incarnationId, "not heard of for 5 seconds");
        }
        List<SimulatedProcess> asking = List.of(other, paused);
        for (SimulatedProcess process : asking) {
            paused.machine.thaw();
            for (int request = 0; request < 12; request++) {
                // The paused process wakes between its clock's reading and its hold.
                if (stage.admit(process, payer, 100) instanceof Admission.Held(Hold hold)) {
                    exposure.add(payer, hold.heldAt(), hold.amount().nanos());
                }
            }
        }
    }

    @Test
    void reclaimByTimeOut() {
        assertThatCode(() -> pauseOfAHolder(false)).doesNotThrowAnyException();
        assertThatThrownBy(() -> pauseOfAHolder(true))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("I3");
    }

    // ---- expiry run twice ----

    @Test
    void expiryRunTwice() {
        Payer payer = shop.payer("1.00");
        shop.database.execute(
                tx ->
                        tx.createUpdate(
                                        """
                                        UPDATE credit_grant SET expired = expired + 1
                                        WHERE organization_id = :organization
                                        """)
                                .bind("organization", payer.organizationId())
                                .execute());

        Verification found = shop.ledger.verify();

        assertThat(found.checks())
                .anySatisfy(
                        check ->
                                assertThat(check.differences())
                                        .anyMatch(
                                                line ->
                                                        line.contains(
                                                                "" + payer.organizationId())));
    }

    /** Books that do all as the real ones, but what a bug does otherwise. */
    private abstract static class OtherBooks implements Books {
        private final Books real;

        OtherBooks(Books real) {
            this.real = real;
        }

        @Override
        public void makeRoom(Instant at) {
            real.makeRoom(at);
        }

        @Override
        public void enlist(UUID incarnationId, String node, Instant at) {
            real.enlist(incarnationId, node, at);
        }

        @Override
        public void seen(UUID incarnationId, Instant at, List<Long> confirmed) {
            real.seen(incarnationId, at, confirmed);
        }

        @Override
        public List<UUID> living(String node) {
            return real.living(node);
        }

        @Override
        public void bury(UUID incarnationId, String proof) {
            real.bury(incarnationId, proof);
        }

        @Override
        public void open(long organizationId) {
            real.open(organizationId);
        }

        @Override
        public PoolList pools(Payer payer, String model, Instant at) {
            return real.pools(payer, model, at);
        }

        @Override
        public Map<Long, PoolList> poolsOfUnlimited(Collection<Long> organizationIds) {
            return real.poolsOfUnlimited(organizationIds);
        }

        @Override
        public ExchangeReply settle(Message message) {
            return real.settle(message);
        }

        @Override
        public int expireDue(int limit) {
            return real.expireDue(limit);
        }

        @Override
        public Verification verify() {
            return real.verify();
        }
    }
}
