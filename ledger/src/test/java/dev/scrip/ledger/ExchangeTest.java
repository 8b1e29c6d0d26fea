package dev.scrip.ledger;

import static dev.scrip.ledger.LedgerFixture.START;
import static dev.scrip.ledger.LedgerFixture.wallet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.scrip.ledger.Exchange.LeaseDemand;
import dev.scrip.ledger.Exchange.LeaseReport;
import dev.scrip.ledger.LedgerFixture.Holder;
import dev.scrip.money.Money;
import dev.scrip.postgres.Ids;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The messages of processes: numbered, repeated, doubled, cloned, wrong. */
class ExchangeTest {

    private static final LedgerFixture FIXTURE = new LedgerFixture();
    private final long organization = FIXTURE.organization();
    private final PoolId wallet = wallet(organization);

    @BeforeEach
    void resetClock() {
        FIXTURE.now = START;
    }

    @AfterEach
    void balances() {
        FIXTURE.balances();
    }

    @AfterAll
    static void close() {
        FIXTURE.close();
    }

    private static Money dollars(String amount) {
        return Money.ofDollars(amount);
    }

    @Test
    void repeatedMessageGetsTheStoredAnswer() {
        FIXTURE.credit(
                organization, GrantKind.TRIAL, "5.00", START.plus(java.time.Duration.ofDays(9)));
        Holder holder = FIXTURE.process();
        holder.demand(wallet, "1.00", "1.00");
        Exchange message =
                holder.next(
                        organization,
                        List.of(new LeaseReport(wallet, dollars("0.25"), dollars("0.05"))),
                        List.of(
                                LedgerFixture.order(
                                        organization,
                                        Ids.next(),
                                        dollars("0.25"),
                                        dollars("0.30"),
                                        START)),
                        List.of(LedgerFixture.demandOf(wallet, dollars("0.10"), dollars("0.10"))));

        ExchangeReply first = FIXTURE.send(message);
        ExchangeReply again = FIXTURE.send(message);

        assertThat(first.replayed()).isFalse();
        assertThat(again.replayed()).isTrue();
        assertThat(again.leases()).isEqualTo(first.leases());
        assertThat(again.wallets()).isEqualTo(first.wallets());
        assertThat(FIXTURE.ledger.balance(organization).credit()).isEqualTo(dollars("4.75"));
    }

    @Test
    void clonedProcessIsTold() {
        FIXTURE.credit(organization, "5.00");
        Holder holder = FIXTURE.process();
        Exchange message =
                holder.next(
                        organization,
                        List.of(),
                        List.of(),
                        List.of(LedgerFixture.demandOf(wallet, dollars("1.00"), dollars("1.00"))));
        FIXTURE.send(message);
        Exchange fromClone =
                new Exchange(
                        message.incarnationId(),
                        message.lane(),
                        message.number(),
                        START.plusMillis(1),
                        message.reports(),
                        message.charges(),
                        message.demands());

        assertThatThrownBy(() -> FIXTURE.send(fromClone)).isInstanceOf(ClonedIncarnation.class);
        assertThat(FIXTURE.ledger.balance(organization).held()).isEqualTo(dollars("1.00"));
    }

    @Test
    void gapsStrangersAndWrongLanesAreRefused() {
        int lane = Lanes.of(organization);
        Holder holder = FIXTURE.process();
        List<LeaseDemand> demands =
                List.of(LedgerFixture.demandOf(wallet, dollars("1.00"), dollars("1.00")));
        assertThatThrownBy(
                        () ->
                                FIXTURE.send(
                                        new Exchange(
                                                holder.id, lane, 2, START, List.of(), List.of(),
                                                demands)))
                .isInstanceOf(ForgottenMessages.class)
                .hasMessageContaining("knows none after 0");
        assertThatThrownBy(
                        () ->
                                FIXTURE.send(
                                        new Exchange(
                                                UUID.randomUUID(),
                                                lane,
                                                1,
                                                START,
                                                List.of(),
                                                List.of(),
                                                demands)))
                .isInstanceOf(ForgottenMessages.class)
                .hasMessageContaining("does not know incarnation");
        assertThatThrownBy(
                        () ->
                                FIXTURE.send(
                                        new Exchange(
                                                holder.id,
                                                (lane + 1) % Lanes.COUNT,
                                                1,
                                                START,
                                                List.of(),
                                                List.of(),
                                                demands)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("of lane");
    }

    @Test
    void countersMergeByTheGreaterWhateverTheOrder() {
        FIXTURE.credit(organization, "5.00");
        Holder holder = FIXTURE.process();
        holder.demand(wallet, "1.00", "1.00");
        report(holder, "0.40");
        report(holder, "0.10");
        report(holder, "0.40");
        assertThat(FIXTURE.ledger.balance(organization).held()).isEqualTo(dollars("0.60"));
    }

    private void report(Holder holder, String returned) {
        holder.exchange(
                organization,
                List.of(new LeaseReport(wallet, Money.ZERO, dollars(returned))),
                List.of(),
                List.of());
    }

    @Test
    void claimOfMoreThanGrantedIsRefusedWhole() {
        FIXTURE.credit(organization, "5.00");
        Holder holder = FIXTURE.process();
        holder.demand(wallet, "1.00", "1.00");
        assertThatThrownBy(() -> report(holder, "1.000000001"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("more than the granted");
        assertThat(FIXTURE.ledger.balance(organization).held()).isEqualTo(dollars("1.00"));
    }

    @Test
    void demandGetsAFairShareElseWhatItNeedsElseNothing() {
        FIXTURE.credit(organization, "1.00");
        Holder holder = FIXTURE.process();
        // Whatever processes other tests enlisted share too: a wish beyond any share.
        ExchangeReply.LeaseState needed = holder.demand(wallet, "0.60", "1.00");
        assertThat(needed.granted()).isEqualTo(dollars("0.60"));
        ExchangeReply.LeaseState refused = holder.demand(wallet, "0.400000001", "1.00");
        assertThat(refused.granted()).isEqualTo(dollars("0.60"));
        assertThat(refused.rest().free()).isEqualTo(dollars("0.40"));
        ExchangeReply.LeaseState last = holder.demand(wallet, "0.40", "0.40");
        assertThat(last.granted()).isEqualTo(dollars("1.00"));
        assertThat(last.rest().free()).isEqualTo(Money.ZERO);
    }

    @Test
    void frozenWalletLeasesNothingButSettles() {
        FIXTURE.credit(organization, "5.00");
        Holder holder = FIXTURE.process();
        holder.demand(wallet, "1.00", "1.00");
        FIXTURE.ledger.freeze(organization);
        ExchangeReply.LeaseState state = holder.demand(wallet, "1.00", "1.00");
        assertThat(state.frozen()).isTrue();
        assertThat(state.granted()).isEqualTo(dollars("1.00"));
        holder.charge("0.50", "0.50", START, wallet);
        assertThat(FIXTURE.ledger.balance(organization).credit()).isEqualTo(dollars("4.50"));
        assertThat(FIXTURE.ledger.balance(organization).frozen()).isTrue();
        FIXTURE.ledger.thaw(organization);
        assertThat(holder.demand(wallet, "1.00", "1.00").frozen()).isFalse();
    }

    @Test
    void freeRequestLeavesNoTrace() {
        FIXTURE.credit(organization, "5.00");
        Holder holder = FIXTURE.process();
        holder.demand(wallet, "1.00", "1.00");
        ExchangeReply reply = holder.charge("0.00", "0.50", START, wallet);
        assertThat(reply.wallets()).hasSize(1);
        assertThat(FIXTURE.ledger.history(organization, java.util.Optional.empty(), 9))
                .extracting(JournalEntry::kind)
                .containsExactly("GRANT");
    }

    @Test
    void impossibleAmountsCannotBeSaid() {
        assertThatThrownBy(
                        () ->
                                LedgerFixture.order(
                                        organization, 1, dollars("2.00"), dollars("1.00"), START))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(
                        () ->
                                LedgerFixture.order(
                                        organization,
                                        1,
                                        dollars("1.00").negated(),
                                        dollars("1.00"),
                                        START))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> LedgerFixture.demandOf(wallet, dollars("2.00"), dollars("1.00")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new LeaseReport(wallet, dollars("1.00").negated(), Money.ZERO))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theLargestAmountsNeitherWrapNorLeaveAnything() {
        GrantOrder largest =
                new GrantOrder(
                        organization,
                        "largest",
                        GrantKind.PURCHASE,
                        Money.ofNanos(Long.MAX_VALUE),
                        1,
                        START,
                        null,
                        "all there is");
        FIXTURE.grant(largest);
        assertThatThrownBy(() -> FIXTURE.credit(organization, "0.000000001"))
                .isInstanceOf(ArithmeticException.class);
        Holder holder = FIXTURE.process();
        Money all = Money.ofNanos(Long.MAX_VALUE);
        assertThat(holder.demand(wallet, all, all).granted()).isEqualTo(all);
        holder.charge(all, all, START, wallet);
        assertThat(FIXTURE.ledger.balance(organization).credit()).isEqualTo(Money.ZERO);
    }

    @Test
    void sixtyFourFightForTheLastUnitAndOneWins() throws Exception {
        FIXTURE.grant(
                new GrantOrder(
                        organization,
                        "unit",
                        GrantKind.TRIAL,
                        Money.ofNanos(1),
                        1,
                        START,
                        null,
                        "one nano-dollar"));
        Money unit = Money.ofNanos(1);
        List<Holder> holders = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            holders.add(FIXTURE.process());
        }
        CountDownLatch go = new CountDownLatch(1);
        List<Future<Boolean>> won = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Holder holder : holders) {
                won.add(
                        threads.submit(
                                () -> {
                                    go.await();
                                    boolean got =
                                            holder.demand(wallet, unit, unit)
                                                    .granted()
                                                    .isPositive();
                                    if (got) {
                                        holder.charge(unit, unit, START, wallet);
                                    }
                                    return got;
                                }));
            }
            go.countDown();
        }
        long winners = 0;
        for (Future<Boolean> one : won) {
            winners += one.get() ? 1 : 0;
        }
        assertThat(winners).isEqualTo(1);
        assertThat(FIXTURE.ledger.balance(organization).credit()).isEqualTo(Money.ZERO);
    }
}
