package dev.scrip.charging;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scrip.ledger.BudgetPeriod;
import dev.scrip.ledger.GrantKind;
import dev.scrip.ledger.GrantOrder;
import dev.scrip.ledger.GrantScope;
import dev.scrip.ledger.LimitKind;
import dev.scrip.ledger.Payer;
import dev.scrip.ledger.RequestDraw;
import dev.scrip.ledger.Subject;
import dev.scrip.money.Money;
import dev.scrip.postgres.Ids;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Requests that hold from more than the wallet. */
class PoolsTest {

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

    private static Payer with(Payer payer, long apiKeyId, String endUser) {
        return new Payer(payer.organizationId(), payer.projectId(), apiKeyId, 13, endUser);
    }

    private static void limit(Payer payer, Subject subject, BudgetPeriod period, String dollars) {
        var _ =
                shop.ledger.setBudget(
                        payer.organizationId(),
                        subject,
                        period,
                        LimitKind.HARD,
                        Money.ofDollars(dollars));
        charging.changed(payer.organizationId());
    }

    private static void scopedGrant(Payer payer, String dollars) {
        var _ =
                shop.ledger.grant(
                        new GrantOrder(
                                payer.organizationId(),
                                "scoped " + Ids.next(),
                                GrantKind.PROMOTION,
                                Money.ofDollars(dollars),
                                GrantOrder.PRIORITY_DEFAULT,
                                new GrantScope(Set.of(Shop.MODEL), Set.of()),
                                shop.clock.instant(),
                                null,
                                "for one model"));
        charging.changed(payer.organizationId());
    }

    @Test
    void theLimitOfOneKeyIsNamedAndHoldsUpNoOther() {
        Payer payer = shop.payer("5.00");
        limit(payer, Subject.apiKey(71), BudgetPeriod.DAY, "0.20");
        Payer limited = with(payer, 71, null);
        shop.charge(charging, shop.hold(charging, limited, 100), 100);
        Hold running = shop.hold(charging, limited, 100);

        assertThat(shop.admit(charging, limited, 100))
                .isInstanceOfSatisfying(
                        Admission.LimitReached.class,
                        reached -> {
                            assertThat(reached.budget().subject()).isEqualTo(Subject.apiKey(71));
                            assertThat(reached.budget().period()).isEqualTo(BudgetPeriod.DAY);
                            assertThat(reached.spent()).isEqualTo(Money.ofDollars("0.10"));
                            assertThat(reached.resetsAt())
                                    .isEqualTo(BudgetPeriod.DAY.end(shop.clock.instant()));
                        });
        charging.release(shop.hold(charging, with(payer, 72, null), 100));
        charging.release(running);
        charging.release(shop.hold(charging, limited, 100));
    }

    @Test
    void eachEndUserHasTheLimitForItselfAndIsForgottenWhenIdle() {
        Payer payer = shop.payer("5.00");
        limit(payer, Subject.each(Subject.Kind.END_USER), BudgetPeriod.MONTH, "0.10");
        for (String user : new String[] {"ann", "bob"}) {
            shop.charge(charging, shop.hold(charging, with(payer, 1, user), 100), 100);
            assertThat(shop.admit(charging, with(payer, 1, user), 100))
                    .isInstanceOf(Admission.LimitReached.class);
        }
        charging.release(shop.hold(charging, with(payer, 1, null), 100));

        Shop.await("nothing is leased", () -> shop.held(payer).isZero());
        Shop.await("it is forgotten", () -> charging.organizations() == 0);
        shop.assertBooksAgree(charging);
    }

    @Test
    void creditForAModelIsUsedFirstAndTheWalletGivesTheRest() {
        Payer payer = shop.payer("1.00");
        scopedGrant(payer, "0.25");

        Hold first = shop.hold(charging, payer, 100);
        Hold second = shop.hold(charging, payer, 100);
        Hold split = shop.hold(charging, payer, 100);
        shop.charge(charging, first, 100);
        shop.charge(charging, second, 100);
        shop.charge(charging, split, 80);

        assertThat(
                        shop.ledger.explain(
                                payer.organizationId(), entry(payer, first), first.requestId()))
                .extracting(RequestDraw::amount)
                .containsExactly(Money.ofDollars("0.10"));
        assertThat(
                        shop.ledger.explain(
                                payer.organizationId(), entry(payer, split), split.requestId()))
                .extracting(RequestDraw::amount)
                .containsExactlyInAnyOrder(Money.ofDollars("0.05"), Money.ofDollars("0.03"));
        assertThat(shop.credit(payer)).isEqualTo(Money.ofDollars("0.97"));
        shop.assertBooksAgree(charging);
    }

    private static long entry(Payer payer, Hold hold) {
        return shop.metering
                .request(payer.organizationId(), hold.requestId())
                .orElseThrow()
                .entryId();
    }

    @Test
    void creditForAModelAloneIsEnough() {
        Payer payer = shop.payer("0");
        scopedGrant(payer, "0.20");
        shop.charge(charging, shop.hold(charging, payer, 100), 100);
        shop.charge(charging, shop.hold(charging, payer, 100), 100);

        assertThat(shop.admit(charging, payer, 100))
                .isInstanceOfSatisfying(
                        Admission.InsufficientCredit.class,
                        refused -> assertThat(refused.available()).isEqualTo(Money.ZERO));
        shop.assertBooksAgree(charging);
    }
}
