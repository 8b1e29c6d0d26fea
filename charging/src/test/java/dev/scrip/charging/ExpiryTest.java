package dev.scrip.charging;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scrip.ledger.LimitKind;
import dev.scrip.ledger.Payer;
import dev.scrip.money.Money;
import dev.scrip.testing.SettableClock;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Time that passes while requests run. */
class ExpiryTest {

    private final SettableClock clock = Shop.clockAt("2026-03-31T12:00:00Z");
    private final Shop shop = new Shop(clock);
    private final Charging charging = shop.start();

    @AfterEach
    void close() {
        charging.close();
        shop.close();
    }

    @Test
    void expiredCreditIsHeldNoMoreAndWhatWasHeldBeforeStillPays() {
        Payer payer = shop.payer("0");
        shop.grant(payer.organizationId(), "1.00", clock.instant().plus(Duration.ofHours(1)));
        Hold before = shop.hold(charging, payer, 100);

        clock.advance(Duration.ofHours(1));

        assertThat(shop.admit(charging, payer, 100))
                .isInstanceOf(Admission.InsufficientCredit.class);
        Settled settled = shop.charge(charging, before, 60);
        assertThat(settled.amount()).isEqualTo(Money.ofDollars("0.06"));
        assertThat(shop.admit(charging, payer, 16))
                .as("what the old hold did not use expires with its grant")
                .isInstanceOf(Admission.InsufficientCredit.class);
        Shop.await(
                "the rest has expired",
                () -> {
                    shop.ledger.expireDue(10);
                    return shop.credit(payer).isZero();
                });
        shop.assertBooksAgree(charging);
    }

    @Test
    void creditThatStaysIsUsedOnWhenOtherCreditExpires() {
        Payer payer = shop.payer("2.00");
        shop.grant(payer.organizationId(), "1.00", clock.instant().plus(Duration.ofHours(1)));
        Hold before = shop.hold(charging, payer, 100);

        clock.advance(Duration.ofHours(1));

        Hold after = shop.hold(charging, payer, 100);
        shop.charge(charging, before, 100);
        shop.charge(charging, after, 100);
        shop.ledger.expireDue(10);
        Shop.await(
                "the rest has expired", () -> shop.credit(payer).equals(Money.ofDollars("1.90")));
        shop.assertBooksAgree(charging);
    }

    @Test
    void aNewMonthBeginsWithItsOwnLimit() {
        Payer payer = shop.payer("5.00");
        shop.ledger.setLimit(
                payer.organizationId(), LimitKind.HARD, Optional.of(Money.ofDollars("0.10")));
        Hold march = shop.hold(charging, payer, 100);
        assertThat(shop.admit(charging, payer, 100)).isInstanceOf(Admission.LimitReached.class);

        clock.advance(Duration.ofDays(1));

        Hold april = shop.hold(charging, payer, 100);
        shop.charge(charging, march, 100);
        assertThat(shop.admit(charging, payer, 100)).isInstanceOf(Admission.LimitReached.class);
        shop.charge(charging, april, 40);
        Hold rest = shop.hold(charging, payer, 100);
        assertThat(rest.quote().outputTokensMax()).isEqualTo(60);
        charging.release(rest);
        shop.assertBooksAgree(charging);
    }
}
