package dev.scrip.charging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.scrip.ledger.BudgetPeriod;
import dev.scrip.ledger.LimitKind;
import dev.scrip.ledger.Payer;
import dev.scrip.ledger.RequestDraw;
import dev.scrip.ledger.Subject;
import dev.scrip.money.Money;
import dev.scrip.testing.SettableClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Streams that hold a window of their output and extend it before it is used. */
class ExtensionTest {

    private static SettableClock clock;
    private static Shop shop;
    private static Charging charging;

    @BeforeAll
    static void open() {
        clock = Shop.clockAt("2026-03-31T12:00:00Z");
        shop = new Shop(clock);
        charging = shop.start();
    }

    @AfterAll
    static void close() {
        charging.close();
        shop.close();
    }

    private static Admission admit(Payer payer, long tokens, long window) {
        return Shop.get(charging.admit(payer, Shop.ask(tokens), window).toCompletableFuture());
    }

    private static Hold stream(Payer payer, long tokens, long window) {
        Admission admission = admit(payer, tokens, window);
        assertThat(admission).isInstanceOf(Admission.Held.class);
        return ((Admission.Held) admission).hold();
    }

    private static Extension extend(Hold hold, long tokens) {
        return Shop.get(charging.extend(hold, tokens).toCompletableFuture());
    }

    private static void limit(Payer payer, String dollars) {
        var _ =
                shop.ledger.setBudget(
                        payer.organizationId(),
                        Subject.apiKey(payer.apiKeyId()),
                        BudgetPeriod.DAY,
                        LimitKind.HARD,
                        Money.ofDollars(dollars));
        charging.changed(payer.organizationId());
    }

    @Test
    void aWindowIsHeldAndGrowsAndTheRestIsFreeForOthers() {
        Payer payer = shop.payer("2.00");
        Hold hold = stream(payer, 64_000, 100);
        assertThat(hold.quote().outputTokensMax()).isEqualTo(64_000);
        assertThat(hold.outputTokensHeld()).isEqualTo(100);
        assertThat(hold.amount()).isEqualTo(Money.ofDollars("0.10"));
        assertThat(hold.lowered()).isFalse();

        assertThat(extend(hold, 300)).isEqualTo(new Extension.Extended(300));
        assertThat(hold.amount()).isEqualTo(Money.ofDollars("0.30"));
        assertThat(extend(hold, 200)).as("never less").isEqualTo(new Extension.Extended(300));
        charging.release(shop.hold(charging, payer, 1_700));

        Settled settled = shop.charge(charging, hold, 250);
        assertThat(settled.amount()).isEqualTo(Money.ofDollars("0.25"));
        charging.release(shop.hold(charging, payer, 1_750));
        shop.assertBooksAgree(charging);
    }

    @Test
    void whatTheWalletDoesNotCoverIsRefusedAndWhatIsHeldStays() {
        Payer payer = shop.payer("1.00");
        Hold hold = stream(payer, 64_000, 400);

        assertThat(extend(hold, 1_500))
                .as("as much as there is")
                .isEqualTo(new Extension.Extended(1_000));
        assertThat(extend(hold, 1_500))
                .isInstanceOfSatisfying(
                        Extension.Refused.class,
                        refused ->
                                assertThat(refused.reason())
                                        .isEqualTo(
                                                new Admission.InsufficientCredit(
                                                        Money.ofDollars("0.016"),
                                                        Money.ZERO,
                                                        Money.ofDollars("1.00"))));
        assertThat(hold.outputTokensHeld()).isEqualTo(1_000);
        assertThat(shop.charge(charging, hold, 1_000).amount()).isEqualTo(Money.ofDollars("1.00"));
        assertThat(shop.credit(payer)).isEqualTo(Money.ZERO);
        shop.assertBooksAgree(charging);
    }

    @Test
    void aStreamBeginsWithLessThanAWindowAndIsRefusedBelowWhatIsOfUse() {
        Payer payer = shop.payer("0.05");
        Hold hold = stream(payer, 64_000, 400);
        assertThat(hold.outputTokensHeld()).isEqualTo(50);
        assertThat(hold.quote().outputTokensMax()).isEqualTo(64_000);
        charging.release(hold);

        Hold most = shop.hold(charging, payer, 40);
        assertThat(admit(payer, 64_000, 400))
                .isInstanceOfSatisfying(
                        Admission.InsufficientCredit.class,
                        refused -> {
                            assertThat(refused.required()).isEqualTo(Money.ofDollars("0.016"));
                            assertThat(refused.available()).isEqualTo(Money.ofDollars("0.01"));
                            assertThat(refused.held()).isEqualTo(Money.ofDollars("0.04"));
                        });
        charging.release(most);
    }

    @Test
    void whoRunsGoesBeforeWhoWantsToBegin() {
        Payer payer = shop.payer("1.00");
        Hold first = stream(payer, 64_000, 400);
        Hold second = stream(payer, 64_000, 400);
        // Neither can have what it wants before the other ends.
        CompletableFuture<Admission> beginning =
                charging.admit(payer, Shop.ask(600)).toCompletableFuture();
        CompletableFuture<Extension> going = charging.extend(first, 1_000).toCompletableFuture();
        charging.release(second);

        assertThat(Shop.get(going)).isInstanceOf(Extension.Extended.class);
        if (Shop.get(beginning) instanceof Admission.Held(Hold hold)) {
            charging.release(hold);
        }
        charging.release(first);
        shop.assertBooksAgree(charging);
    }

    @Test
    void whatComesForAHoldThatHasEndedGoesBack() {
        Payer payer = shop.payer("100.00");
        for (int round = 0; round < 40; round++) {
            Hold hold = stream(payer, 64_000, 100);
            CompletableFuture<Extension> extension =
                    charging.extend(hold, 100 + ThreadLocalRandom.current().nextInt(2_000))
                            .toCompletableFuture();
            if (round % 2 == 0) {
                charging.release(hold);
            } else {
                charging.charge(hold, Shop.usage(100), shop.call()).toCompletableFuture().join();
            }
            assertThat(Shop.get(extension))
                    .isInstanceOfAny(Extension.Ended.class, Extension.Extended.class);
        }
        Shop.await("nothing is leased", () -> shop.held(payer).isZero());
        assertThat(shop.credit(payer)).isEqualTo(Money.ofDollars("98.00"));
        shop.assertBooksAgree(charging);
    }

    @Test
    void anExtensionIsOneAtATimeAndOfARunningHold() {
        Payer payer = shop.payer("100.00");
        Hold hold = stream(payer, 64_000, 100);
        CompletableFuture<Extension> one = charging.extend(hold, 50_000).toCompletableFuture();
        Throwable refused = catchThrowable(() -> charging.extend(hold, 60_000));
        if (refused == null) {
            assertThat(one).as("another one begins only when the first has ended").isDone();
        } else {
            assertThat(refused).isInstanceOf(IllegalStateException.class);
        }
        Shop.get(one);
        charging.release(hold);
        assertThatThrownBy(() -> charging.extend(hold, 60_000))
                .isInstanceOf(IllegalStateException.class);
    }

    /** The whole bound of one of them would take the wallet. */
    @Test
    void manyStreamsShareASmallWallet() {
        Payer payer = shop.payer("64.00");
        int streams = 50;
        long windows = 0;
        List<CompletableFuture<Long>> running = new ArrayList<>();
        for (int index = 0; index < streams; index++) {
            long used = 300 + 10L * index;
            windows += used;
            running.add(
                    charging.admit(payer, Shop.ask(64_000), 64)
                            .toCompletableFuture()
                            .thenCompose(
                                    admission -> flow(((Admission.Held) admission).hold(), used)));
        }
        long charged = 0;
        for (CompletableFuture<Long> each : running) {
            charged += Shop.get(each);
        }
        assertThat(charged).as("none was refused").isEqualTo(windows);
        assertThat(shop.credit(payer))
                .isEqualTo(Money.ofDollars("64.00").minus(Money.ofDollars("0.001").times(charged)));
        Shop.await("nothing is leased", () -> shop.held(payer).isZero());
        shop.assertBooksAgree(charging);
    }

    /** Writes on until it has used so much or is refused; then it is charged for what it wrote. */
    private static CompletableFuture<Long> flow(Hold hold, long used) {
        if (hold.outputTokensHeld() >= used) {
            return ended(hold, used);
        }
        return charging.extend(hold, hold.outputTokensHeld() + 64)
                .toCompletableFuture()
                .thenCompose(
                        extension ->
                                extension instanceof Extension.Extended
                                        ? flow(hold, used)
                                        : ended(hold, hold.outputTokensHeld()));
    }

    private static CompletableFuture<Long> ended(Hold hold, long used) {
        return charging.charge(hold, Shop.usage(used), shop.call())
                .toCompletableFuture()
                .thenApply(settled -> used);
    }

    // ---- time that passes while a stream runs ----

    @Test
    void whatIsHeldAfterAnExpiryIsOfCreditThatIsInForceThen() {
        burnsBothGrants(payer -> {});
    }

    @Test
    void whatComesBackOfLaterCreditLeavesEarlierRequestsTheirs() {
        burnsBothGrants(
                payer -> {
                    charging.changed(payer.organizationId());
                    Shop.await(
                            "only what runs is set aside",
                            () -> shop.held(payer).equals(Money.ofDollars("0.50")));
                });
    }

    /**
     * A grant expires while a request runs.
     *
     * @param meanwhile between that and the request's end
     */
    private static void burnsBothGrants(Consumer<Payer> meanwhile) {
        Payer payer = shop.payer("2.00");
        shop.grant(payer.organizationId(), "1.00", clock.instant().plus(Duration.ofHours(1)));
        Hold hold = stream(payer, 64_000, 300);

        clock.advance(Duration.ofHours(1));
        assertThat(extend(hold, 500)).isEqualTo(new Extension.Extended(500));
        meanwhile.accept(payer);
        shop.charge(charging, hold, 450);

        long entry =
                shop.metering
                        .request(payer.organizationId(), hold.requestId())
                        .orElseThrow()
                        .entryId();
        assertThat(shop.ledger.explain(payer.organizationId(), entry, hold.requestId()))
                .extracting(RequestDraw::amount)
                .containsExactlyInAnyOrder(Money.ofDollars("0.30"), Money.ofDollars("0.15"));
        Shop.await(
                "the rest of what expired is gone",
                () -> {
                    shop.ledger.expireDue(10);
                    return shop.credit(payer).equals(Money.ofDollars("1.85"));
                });
        shop.assertBooksAgree(charging);
    }

    @Test
    void aStreamCountsInTheDayItBeganAndItsLimitBindsItOn() {
        Payer payer = shop.payer("5.00");
        limit(payer, "0.50");
        Hold hold = stream(payer, 64_000, 100);

        clock.advance(Duration.ofDays(1));
        Hold next = shop.hold(charging, payer, 400);
        assertThat(extend(hold, 300)).isEqualTo(new Extension.Extended(300));
        assertThat(extend(hold, 900)).isEqualTo(new Extension.Extended(500));
        assertThat(extend(hold, 900))
                .isInstanceOfSatisfying(
                        Extension.Refused.class,
                        refused ->
                                assertThat(refused.reason())
                                        .isInstanceOfSatisfying(
                                                Admission.LimitReached.class,
                                                reached ->
                                                        assertThat(reached.held())
                                                                .isEqualTo(
                                                                        Money.ofDollars("0.50"))));
        shop.charge(charging, hold, 480);
        assertThat(shop.hold(charging, payer, 100).quote().outputTokensMax()).isEqualTo(100);
        shop.charge(charging, next, 400);
        shop.assertBooksAgree(charging);
    }

    @Test
    void aLimitThatIsSetMeanwhileBindsWhatIsHeldFromThen() {
        Payer payer = shop.payer("5.00");
        Hold hold = stream(payer, 64_000, 100);
        limit(payer, "0.30");
        assertThat(extend(hold, 200)).isEqualTo(new Extension.Extended(200));
        assertThat(extend(hold, 900)).isEqualTo(new Extension.Extended(400));
        assertThat(extend(hold, 900)).isInstanceOf(Extension.Refused.class);

        shop.ledger
                .budgets(payer.organizationId())
                .forEach(
                        state ->
                                shop.ledger.removeBudget(
                                        payer.organizationId(), state.budget().budgetId()));
        charging.changed(payer.organizationId());
        assertThat(extend(hold, 900)).isEqualTo(new Extension.Extended(900));
        shop.charge(charging, hold, 900);
        shop.assertBooksAgree(charging);
    }

    @Test
    void aStreamGoesOnWhileTheProcessDrains() {
        Payer payer = shop.payer("5.00");
        Charging draining = shop.startElsewhere("there");
        Hold hold =
                ((Admission.Held) Shop.get(asStream(draining, payer).toCompletableFuture())).hold();
        draining.beginClosing();
        assertThat(Shop.get(draining.extend(hold, 1_000).toCompletableFuture()))
                .isEqualTo(new Extension.Extended(1_000));
        draining.returnLeases();
        assertThat(Shop.get(draining.extend(hold, 4_000).toCompletableFuture()))
                .isInstanceOfSatisfying(
                        Extension.Refused.class,
                        refused ->
                                assertThat(refused.reason())
                                        .isInstanceOf(Admission.Unavailable.class));
        shop.charge(draining, hold, 1_000);
        draining.close();
    }

    private static CompletionStage<Admission> asStream(Charging of, Payer payer) {
        return of.admit(payer, Shop.ask(64_000), 100);
    }
}
