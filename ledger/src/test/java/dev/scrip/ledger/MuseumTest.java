package dev.scrip.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.scrip.ledger.HoldOutcome.Done;
import dev.scrip.ledger.HoldOutcome.Refused;
import dev.scrip.ledger.LedgerFixture.Holder;
import dev.scrip.money.Money;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * Bugs that other ledgers had, put into the ledger's own code, and found by what finds bugs here.
 */
class MuseumTest {

    private static final ClassDesc OPTIONAL = ClassDesc.of(Optional.class.getName());

    private static void nothing(CodeBuilder body) {
        body.return_();
    }

    private static void empty(CodeBuilder body) {
        body.invokestatic(OPTIONAL, "empty", MethodTypeDesc.of(OPTIONAL)).areturn();
    }

    // ---- capture twice ----

    /** One hold is captured under two keys while another one is open. */
    public static final class CaptureTwice implements Runnable {
        @Override
        public void run() {
            try (LedgerFixture fixture = new LedgerFixture()) {
                long organization = fixture.organization();
                fixture.credit(organization, "1.00");
                DurableHold hold = hold(fixture, organization, "one");
                DurableHold _ = hold(fixture, organization, "other");
                HoldOutcome first = capture(fixture, hold, "capture");
                assertThat(first).isInstanceOf(Done.class);

                HoldOutcome second = capture(fixture, hold, "capture again");

                fixture.balances();
                assertThat(second).isInstanceOf(Refused.class);
                assertThat(fixture.ledger.balance(organization).credit())
                        .isEqualTo(Money.ofDollars("0.90"));
            }
        }

        private static DurableHold hold(LedgerFixture fixture, long organization, String key) {
            HoldOrder order =
                    new HoldOrder(
                            new OperationKey(key, key),
                            LedgerFixture.payer(organization),
                            "",
                            Money.ofDollars("0.10"),
                            Duration.ofHours(1),
                            DurableHold.OnExpiry.RELEASE,
                            "");
            return ((Done)
                            fixture.database.transaction(
                                    tx -> fixture.ledger.holds().hold(tx, order, false)))
                    .hold();
        }

        private static HoldOutcome capture(LedgerFixture fixture, DurableHold hold, String key) {
            return fixture.database.transaction(
                    tx ->
                            fixture.ledger
                                    .holds()
                                    .capture(
                                            tx,
                                            hold.organizationId(),
                                            hold.holdId(),
                                            new OperationKey(key, key),
                                            Money.ofDollars("0.10"),
                                            false));
        }
    }

    @Test
    void captureTwice() {
        assertThatCode(() -> new CaptureTwice().run()).doesNotThrowAnyException();
        assertThatThrownBy(
                        () ->
                                Mutant.run(
                                        CaptureTwice.class,
                                        HoldStore.class,
                                        "end",
                                        MuseumTest::nothing))
                .as("a capture is booked, and not noted in the hold")
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("I4 held is what the open holds have set aside");
        assertThatThrownBy(
                        () ->
                                Mutant.run(
                                        CaptureTwice.class,
                                        Holds.class,
                                        "ended",
                                        MuseumTest::empty))
                .as("nobody looks whether the hold has ended: there is nothing to charge it to")
                .hasMessageContaining("a charge must be from zero to its hold of 0.00");
    }

    // ---- expiry run twice ----

    /** The sweeper comes twice to what expired, and a process settles in between. */
    public static final class ExpiryTwice implements Runnable {
        @Override
        public void run() {
            try (LedgerFixture fixture = new LedgerFixture()) {
                long organization = fixture.organization();
                PoolId wallet = LedgerFixture.wallet(organization);
                fixture.credit(organization, "1.00");
                fixture.credit(
                        organization,
                        GrantKind.TRIAL,
                        "0.40",
                        fixture.now.plus(Duration.ofHours(1)));
                Holder holder = fixture.process();
                holder.demand(wallet, "0.10", "0.10");
                fixture.pass(Duration.ofHours(2));
                for (int time = 0; time < 2; time++) {
                    int _ = fixture.ledger.expireDue(10);
                    holder.giveBack(wallet, "0.05");
                }
                fixture.balances();
                assertThat(fixture.ledger.balance(organization).credit())
                        .isEqualTo(Money.ofDollars("1.00"));
            }
        }
    }

    @Test
    void expiryRunTwice() {
        assertThatCode(() -> new ExpiryTwice().run()).doesNotThrowAnyException();
        assertThatThrownBy(
                        () ->
                                Mutant.run(
                                        ExpiryTwice.class,
                                        OpenGrant.class,
                                        "expire",
                                        MuseumTest::nothing))
                .as("what has expired is posted, and not noted in the grant")
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("I9");
    }
}
