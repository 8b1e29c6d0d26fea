package dev.scrip.ledger;

import static dev.scrip.ledger.LedgerFixture.wallet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.scrip.ledger.Exchange.LeaseDemand;
import dev.scrip.ledger.ExchangeReply.LeaseState;
import dev.scrip.ledger.ExchangeReply.Rest;
import dev.scrip.ledger.LedgerFixture.Holder;
import dev.scrip.money.Money;
import dev.scrip.postgres.Ids;
import dev.scrip.postgres.Signals;
import dev.scrip.postgres.Signals.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Others are called back when that can help, and only then; and what a short pool is told to have.
 */
class RecallTest {

    private static final LedgerFixture FIXTURE = new LedgerFixture();
    private static final Signals SIGNALS = new Signals(FIXTURE.database);
    private static final List<Long> RECALLED = Collections.synchronizedList(new ArrayList<>());
    private static final BlockingQueue<Long> CHANGED = new LinkedBlockingQueue<>();

    private final long organization = FIXTURE.organization();
    private final PoolId wallet = wallet(organization);

    @BeforeAll
    static void listen() throws InterruptedException {
        CountDownLatch listening = new CountDownLatch(1);
        SIGNALS.on(Topic.RECALL, RECALLED::add, listening::countDown);
        SIGNALS.on(Topic.CREDIT_CHANGED, CHANGED::add, () -> {});
        SIGNALS.start();
        assertThat(listening.await(30, TimeUnit.SECONDS)).isTrue();
    }

    @AfterAll
    static void close() {
        FIXTURE.balances();
        SIGNALS.close();
        FIXTURE.close();
    }

    private static Money dollars(String amount) {
        return Money.ofDollars(amount);
    }

    /** Signals come in the order of the commits: after this one, all before it have come. */
    private boolean isRecalled() throws InterruptedException {
        CHANGED.clear();
        FIXTURE.ledger.thaw(organization);
        assertThat(CHANGED.poll(30, TimeUnit.SECONDS)).isEqualTo(organization);
        return RECALLED.contains(organization);
    }

    private void someHasEighty() {
        FIXTURE.credit(organization, "1.00");
        assertThat(FIXTURE.process().demand(wallet, "0.80", "0.80").granted())
                .isEqualTo(dollars("0.80"));
    }

    @Test
    void whatOthersHaveIsCalledBackWhenItCoversTheNeed() throws InterruptedException {
        someHasEighty();

        LeaseState state = FIXTURE.process().demand(wallet, "1.00", "1.00");

        assertThat(state.rest())
                .isEqualTo(new Rest(dollars("0.20"), dollars("0.80"), dollars("0.80"), Money.ZERO));
        assertThat(isRecalled()).isTrue();
    }

    @Test
    void nobodyIsCalledWhenNotEvenAllWouldDo() throws InterruptedException {
        someHasEighty();

        LeaseState state = FIXTURE.process().demand(wallet, "1.000000001", "2.00");

        assertThat(state.rest().elsewhere()).isEqualTo(dollars("0.80"));
        assertThat(isRecalled()).isFalse();
    }

    @Test
    void nothingIsExpectedFromAProcessThatIsNotHeardOf() throws InterruptedException {
        someHasEighty();
        FIXTURE.pass(Duration.ofSeconds(21));

        LeaseState state = FIXTURE.process().demand(wallet, "0.50", "0.50");

        assertThat(state.rest())
                .as("its money is set aside all the same")
                .isEqualTo(new Rest(dollars("0.20"), Money.ZERO, dollars("0.80"), Money.ZERO));
        assertThat(isRecalled()).isFalse();
    }

    @Test
    void whatTheOwnLeaseHasIsNotCalledBack() throws InterruptedException {
        FIXTURE.credit(organization, "1.00");
        Holder holder = FIXTURE.process();
        holder.demand(wallet, "0.80", "0.80");

        LeaseState state = holder.demand(wallet, "0.50", "0.50");

        assertThat(state.rest().aside()).isEqualTo(Money.ZERO);
        assertThat(isRecalled()).isFalse();
    }

    @Test
    void creditOfAScopeIsCalledBackForWhatTheWalletLacks() throws InterruptedException {
        FIXTURE.credit(organization, "0.20");
        var _ =
                FIXTURE.grant(
                        new GrantOrder(
                                organization,
                                "key-" + Ids.next(),
                                GrantKind.PROMOTION,
                                dollars("1.00"),
                                50,
                                new GrantScope(Set.of("model"), Set.of()),
                                FIXTURE.now,
                                null,
                                "bound"));
        PoolId scoped =
                FIXTURE.pools(organization, FIXTURE.now).stream()
                        .map(Pool::id)
                        .filter(pool -> !pool.equals(wallet))
                        .findFirst()
                        .orElseThrow();
        FIXTURE.process().demand(scoped, "0.90", "0.90");

        ExchangeReply reply =
                FIXTURE.process()
                        .exchange(
                                organization,
                                List.of(),
                                List.of(),
                                List.of(
                                        together(scoped, "0.80", true),
                                        together(wallet, "0.70", false)));

        assertThat(reply.leases().getFirst().granted()).isEqualTo(Money.ZERO);
        assertThat(reply.leases().getFirst().rest().elsewhere()).isEqualTo(dollars("0.90"));
        assertThat(isRecalled()).isTrue();
    }

    private static LeaseDemand together(PoolId pool, String need, boolean partial) {
        return new LeaseDemand(pool, dollars(need), dollars(need), partial, false, 1);
    }

    @Test
    void whatARequestNeedsOfSeveralPoolsIsGivenTogetherOrNotAtAll() throws InterruptedException {
        FIXTURE.credit(organization, "5.00");
        FIXTURE.ledger.setLimit(organization, LimitKind.HARD, LedgerFixture.dollars("1.00"));
        PoolId limit = FIXTURE.pools(organization, FIXTURE.now).getLast().id();
        FIXTURE.process().demand(limit, "0.40", "0.40");

        assertThat(demandBoth(limit, "0.70"))
                .as("the limit has too little, so the wallet gives nothing either")
                .containsExactly(Money.ZERO, Money.ZERO);
        assertThat(isRecalled()).as("the limit's rest may come back").isTrue();
        assertThat(demandBoth(limit, "0.60")).containsExactly(dollars("0.60"), dollars("0.60"));
    }

    @Test
    void nobodyIsCalledForAPartOfWhatIsNeeded() throws InterruptedException {
        someHasEighty();
        FIXTURE.ledger.setLimit(organization, LimitKind.HARD, LedgerFixture.dollars("0.50"));
        PoolId limit = FIXTURE.pools(organization, FIXTURE.now).getLast().id();

        assertThat(demandBoth(limit, "0.60")).containsExactly(Money.ZERO, Money.ZERO);
        assertThat(isRecalled()).as("the limit can never give as much").isFalse();
    }

    private List<Money> demandBoth(PoolId limit, String need) {
        return FIXTURE
                .process()
                .exchange(
                        organization,
                        List.of(),
                        List.of(),
                        List.of(together(wallet, need, false), together(limit, need, false)))
                .leases()
                .stream()
                .map(LeaseState::granted)
                .toList();
    }

    @Test
    void aLimitTellsWhatWasChargedToItAlsoWhenItWasLowered() {
        FIXTURE.credit(organization, "5.00");
        FIXTURE.ledger.setLimit(organization, LimitKind.HARD, LedgerFixture.dollars("2.00"));
        PoolId limit = FIXTURE.pools(organization, FIXTURE.now).getLast().id();
        Holder holder = FIXTURE.process();
        holder.demand(wallet, "1.00", "1.00");
        holder.demand(limit, "1.00", "1.00");
        holder.charge("0.70", "1.00", FIXTURE.now, wallet, limit);

        assertThat(FIXTURE.process().demand(limit, "5.00", "5.00").rest())
                .isEqualTo(
                        new Rest(
                                dollars("1.00"),
                                dollars("0.30"),
                                dollars("0.30"),
                                dollars("0.70")));
        FIXTURE.ledger.setLimit(organization, LimitKind.HARD, LedgerFixture.dollars("0.50"));
        assertThat(FIXTURE.process().demand(limit, "5.00", "5.00").rest())
                .isEqualTo(new Rest(Money.ZERO, dollars("0.30"), dollars("0.30"), dollars("0.70")));
    }

    @Test
    void aPoolThatIsNotKnownWasToldByADatabaseThatKnewMore() {
        FIXTURE.credit(organization, "1.00");
        Holder holder = FIXTURE.process();

        assertThatThrownBy(
                        () -> holder.demand(new PoolId(organization, Ids.next()), "0.10", "0.10"))
                .isInstanceOf(ForgottenMessages.class)
                .hasMessageContaining("which is not known");
        assertThatThrownBy(() -> holder.demand(new PoolId(organization + 1, 0), "0.10", "0.10"))
                .isInstanceOf(ForgottenMessages.class)
                .hasMessageContaining("which is not known");
    }

    @Test
    void aProcessIsToldWhenTheDatabaseHasForgottenWhatItConfirmed() {
        FIXTURE.credit(organization, "1.00");
        Holder holder = FIXTURE.process();
        holder.demand(wallet, "0.10", "0.10");
        List<Long> confirmed = new ArrayList<>(Collections.nCopies(Lanes.COUNT, 0L));
        confirmed.set(Lanes.of(organization), 1L);
        assertThatCode(() -> FIXTURE.ledger.seen(holder.id, FIXTURE.now, confirmed))
                .doesNotThrowAnyException();

        confirmed.set(Lanes.of(organization), 2L);
        assertThatThrownBy(() -> FIXTURE.ledger.seen(holder.id, FIXTURE.now, confirmed))
                .isInstanceOf(ForgottenMessages.class)
                .hasMessageContaining("message 2");
        assertThatThrownBy(() -> FIXTURE.ledger.seen(UUID.randomUUID(), FIXTURE.now, confirmed))
                .isInstanceOf(ForgottenMessages.class);
    }
}
