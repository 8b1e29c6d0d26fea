package dev.scrip.charging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.scrip.ledger.LimitKind;
import dev.scrip.ledger.Payer;
import dev.scrip.metering.Units;
import dev.scrip.metering.UsageRecord;
import dev.scrip.money.Money;
import dev.scrip.postgres.Ids;
import dev.scrip.pricing.Ask;
import dev.scrip.pricing.Extras;
import dev.scrip.pricing.TokenRates;
import dev.scrip.pricing.Unit;
import dev.scrip.pricing.UnitRates;
import dev.scrip.pricing.UpstreamRates;
import dev.scrip.pricing.Usage;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** One request after another. */
class ChargingTest {

    private static Shop shop;
    private static Charging charging;

    @BeforeAll
    static void open() {
        shop = new Shop();
        charging = shop.start();
    }

    @AfterAll
    static void close() {
        charging.close();
        shop.close();
    }

    @Test
    void chargesWhatWasUsedAndSaysWhatIsLeft() {
        Payer payer = shop.payer("5.00");

        Hold hold = shop.hold(charging, payer, 100);
        Settled settled = shop.charge(charging, hold, 30);

        assertThat(hold.amount()).isEqualTo(Money.ofDollars("0.10"));
        assertThat(hold.lowered()).isFalse();
        assertThat(settled.amount()).isEqualTo(Money.ofDollars("0.03"));
        assertThat(settled.balanceAfter()).isEqualTo(Money.ofDollars("4.97"));
        assertThat(shop.credit(payer)).isEqualTo(Money.ofDollars("4.97"));
        UsageRecord record =
                shop.metering.request(payer.organizationId(), hold.requestId()).orElseThrow();
        assertThat(record.amount()).isEqualTo(settled.amount());
        assertThat(record.balanceAfter()).isEqualTo(settled.balanceAfter());
        assertThat(record.model()).isEqualTo(Shop.MODEL);
        shop.assertBooksAgree(charging);
    }

    @Test
    void everyKindOfTokenIsRecordedAsItWasCharged() {
        Payer payer = shop.payer("5.00");
        Hold hold = shop.hold(charging, payer, 100);
        Usage usage = new Usage(10, 2, 3, 30, 7, false);

        Settled settled = Shop.get(charging.charge(hold, usage, shop.call()).toCompletableFuture());

        UsageRecord record =
                shop.metering.request(payer.organizationId(), hold.requestId()).orElseThrow();
        assertThat(settled.charge().usage()).isEqualTo(usage);
        assertThat(record.inputTokens()).isEqualTo(10);
        assertThat(record.cachedInputTokens()).isEqualTo(2);
        assertThat(record.cacheWriteTokens()).isEqualTo(3);
        assertThat(record.outputTokens()).isEqualTo(30);
        assertThat(record.reasoningTokens()).isEqualTo(7);
    }

    @Test
    void theUpstreamsOwnCostIsRecordedBesideTheCharge() {
        Payer payer = shop.payer("5.00");
        Hold hold = shop.hold(charging, payer, 100);
        Extras sound = new Extras(4, 0, 5, 0, 0, null, 0, 0);
        Usage usage = new Usage(10, 0, 0, 30, 0, false, sound, "default");
        UpstreamRates rates =
                new UpstreamRates(
                        new TokenRates(0, 0, 0, 400_000_000),
                        0,
                        new UnitRates(Map.of(Unit.AUDIO_OUTPUT, 600_000_000L), new TreeMap<>()),
                        List.of());
        Call call =
                new Call(
                        "chat.completions",
                        "there",
                        false,
                        shop.clock.instant(),
                        "completed",
                        rates);

        Settled settled = Shop.get(charging.charge(hold, usage, call).toCompletableFuture());

        UsageRecord record =
                shop.metering.request(payer.organizationId(), hold.requestId()).orElseThrow();
        assertThat(settled.amount()).isEqualTo(Money.ofDollars("0.03"));
        assertThat(record.upstreamCost()).isEqualTo(Money.ofDollars("0.013"));
        assertThat(record.serviceTier()).isEqualTo("default");
        assertThat(record.units()).isEqualTo(new Units(4, 0, 5, 0, 0, null, 0, 0));
        shop.assertBooksAgree(charging);
    }

    @Test
    void aServiceTierWithoutAPriceIsRefused() {
        Ask flex = new Ask(Shop.MODEL, 1, OptionalLong.of(1), 1, Extras.NONE, "flex");
        assertThat(Shop.get(charging.admit(shop.payer("5.00"), flex).toCompletableFuture()))
                .isEqualTo(new Admission.TierUnpriced(Shop.MODEL, "flex"));
    }

    @Test
    void aRequestThatCostNothingIsRecordedToo() {
        Payer payer = shop.payer("5.00");
        Hold hold = shop.hold(charging, payer, 100);

        Settled settled = shop.charge(charging, hold, 0);

        assertThat(settled.balanceAfter()).isEqualTo(Money.ofDollars("5.00"));
        assertThat(shop.metering.request(payer.organizationId(), hold.requestId()))
                .hasValueSatisfying(record -> assertThat(record.amount().isZero()).isTrue());
        shop.assertBooksAgree(charging);
    }

    @Test
    void whatIsReleasedIsFreeAtOnce() {
        Payer payer = shop.payer("0.10");
        Hold hold = shop.hold(charging, payer, 100);
        assertThat(shop.admit(charging, payer, 100))
                .isEqualTo(
                        new Admission.InsufficientCredit(
                                Money.ofDollars("0.016"), Money.ZERO, Money.ofDollars("0.10")));

        charging.release(hold);

        charging.release(shop.hold(charging, payer, 100));
    }

    @Test
    void anAnswerThatDoesNotFitIsLowered() {
        Payer payer = shop.payer("0.05");

        Hold hold = shop.hold(charging, payer, 100);

        assertThat(hold.lowered()).isTrue();
        assertThat(hold.quote().outputTokensMax()).isEqualTo(50);
        assertThat(hold.amount()).isEqualTo(Money.ofDollars("0.05"));
        charging.release(hold);
    }

    @Test
    void anAnswerTooShortToBeUsefulIsRefused() {
        Payer payer = shop.payer("0.015");

        assertThat(shop.admit(charging, payer, 100))
                .isEqualTo(
                        new Admission.InsufficientCredit(
                                Money.ofDollars("0.016"), Money.ofDollars("0.015"), Money.ZERO));
        charging.release(shop.hold(charging, payer, 10));
    }

    @Test
    void anEmptyWalletIsRefusedAndServedOnceItIsFilled() {
        Payer payer = shop.payer("0");
        assertThat(shop.admit(charging, payer, 100))
                .isInstanceOf(Admission.InsufficientCredit.class);

        shop.grant(payer.organizationId(), "1.00", null);
        charging.changed(payer.organizationId());

        assertThat(shop.charge(charging, shop.hold(charging, payer, 100), 100).balanceAfter())
                .isEqualTo(Money.ofDollars("0.90"));
    }

    @Test
    void aHardLimitIsHeldBesideTheWalletAndFollowsWhenItIsRaised() {
        Payer payer = shop.payer("5.00");
        limit(payer, "0.20");
        shop.charge(charging, shop.hold(charging, payer, 100), 100);
        Hold second = shop.hold(charging, payer, 100);

        assertThat(shop.admit(charging, payer, 100))
                .isInstanceOfSatisfying(
                        Admission.LimitReached.class,
                        reached -> {
                            assertThat(reached.budget().amount())
                                    .isEqualTo(Money.ofDollars("0.20"));
                            assertThat(reached.spent()).isEqualTo(Money.ofDollars("0.10"));
                            assertThat(reached.required()).isEqualTo(Money.ofDollars("0.016"));
                            assertThat(reached.resetsAt()).isAfter(Instant.now());
                        });
        shop.charge(charging, second, 100);

        limit(payer, "0.30");
        charging.changed(payer.organizationId());
        shop.charge(charging, shop.hold(charging, payer, 100), 100);
        assertThat(shop.admit(charging, payer, 100)).isInstanceOf(Admission.LimitReached.class);

        shop.ledger.setLimit(payer.organizationId(), LimitKind.HARD, Optional.empty());
        charging.changed(payer.organizationId());
        shop.charge(charging, shop.hold(charging, payer, 100), 100);
        assertThat(shop.credit(payer)).isEqualTo(Money.ofDollars("4.60"));
        shop.assertBooksAgree(charging);
    }

    @Test
    void aLimitThatIsSetCountsForTheNextRequest() {
        Payer payer = shop.payer("5.00");
        shop.charge(charging, shop.hold(charging, payer, 100), 100);

        limit(payer, "0.10");
        charging.changed(payer.organizationId());

        assertThat(shop.admit(charging, payer, 100)).isInstanceOf(Admission.LimitReached.class);
    }

    private void limit(Payer payer, String amount) {
        shop.ledger.setLimit(
                payer.organizationId(), LimitKind.HARD, Optional.of(Money.ofDollars(amount)));
    }

    @Test
    void whatCostMoreThanItsHoldIsCutToItAndTheRestIsBookedAsOverrun() {
        Payer payer = shop.payer("5.00");
        Hold hold = shop.hold(charging, payer, 100);

        Settled settled = shop.charge(charging, hold, 130);

        assertThat(settled.amount()).isEqualTo(Money.ofDollars("0.10"));
        assertThat(settled.charge().amount()).isEqualTo(Money.ofDollars("0.13"));
        assertThat(shop.metering.request(payer.organizationId(), hold.requestId()))
                .hasValueSatisfying(
                        record -> assertThat(record.overrun()).isEqualTo(Money.ofDollars("0.03")));
        shop.assertBooksAgree(charging);
    }

    @Test
    void aHoldEndsOnce() {
        Payer payer = shop.payer("5.00");
        Hold charged = shop.hold(charging, payer, 100);
        shop.charge(charging, charged, 10);
        Hold released = shop.hold(charging, payer, 100);
        charging.release(released);

        assertThatThrownBy(() -> charging.release(charged))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> charging.charge(charged, Shop.usage(1), shop.call()))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> charging.charge(released, Shop.usage(1), shop.call()))
                .isInstanceOf(IllegalStateException.class);
        assertThat(shop.credit(payer)).isEqualTo(Money.ofDollars("4.99"));
    }

    @Test
    void whatHasNoPriceOrIsTooLongIsRefused() {
        Payer payer = shop.payer("5.00");

        assertThat(
                        Shop.get(
                                charging.admit(
                                                payer,
                                                new Ask("unheard-of", 1, OptionalLong.empty(), 1))
                                        .toCompletableFuture()))
                .isEqualTo(new Admission.Unpriced("unheard-of"));
        assertThat(shop.admit(charging, payer, 100_001))
                .isEqualTo(new Admission.TooLong(Shop.MODEL, 100_001, 100_000));
        assertThat(charging.isPriced(Shop.MODEL)).isTrue();
        assertThat(charging.isPriced("unheard-of")).isFalse();
    }

    @Test
    void nothingIsHeldFromAFrozenWalletUntilItIsThawed() {
        Payer payer = shop.payer("5.00");
        Hold before = shop.hold(charging, payer, 100);

        shop.ledger.freeze(payer.organizationId());
        charging.changed(payer.organizationId());
        assertThat(shop.admit(charging, payer, 100)).isEqualTo(new Admission.Frozen());
        assertThat(shop.charge(charging, before, 100).balanceAfter())
                .isEqualTo(Money.ofDollars("4.90"));

        shop.ledger.thaw(payer.organizationId());
        charging.changed(payer.organizationId());
        charging.release(shop.hold(charging, payer, 100));
    }

    @Test
    void anOrganizationThatNeverHadCreditIsRefusedAndHoldsUpNobody() {
        Payer unknown = new Payer(Ids.next(), 1, 1, 1, null);

        assertThat(shop.admit(charging, unknown, 100))
                .isInstanceOf(Admission.InsufficientCredit.class);
    }

    @Test
    void anIdleOrganizationGivesItsLeasesBackIsForgottenAndTakenUpAgain() {
        Payer payer = shop.payer("5.00");
        for (int round = 0; round < 2; round++) {
            Hold hold = shop.hold(charging, payer, 100);
            assertThat(shop.held(payer)).isNotEqualTo(Money.ZERO);
            shop.charge(charging, hold, 100);

            Shop.await("nothing is leased", () -> shop.held(payer).isZero());
            Shop.await("it is forgotten", () -> charging.organizations() == 0);
        }
        assertThat(shop.credit(payer)).isEqualTo(Money.ofDollars("4.80"));
        shop.assertBooksAgree(charging);
    }
}
