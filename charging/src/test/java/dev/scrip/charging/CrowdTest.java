package dev.scrip.charging;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scrip.ledger.LimitKind;
import dev.scrip.ledger.Payer;
import dev.scrip.money.Money;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Many requests at once. */
class CrowdTest {

    private static final int REQUESTS = 1_000;

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
    void aThousandRequestsOfTenCentsSpendFiveDollarsToTheLastCent() {
        Payer payer = shop.payer("5.00");

        List<Admission> admissions = admitAll(charging, payer, REQUESTS);

        List<Hold> holds = holds(admissions);
        assertThat(holds).hasSize(50);
        assertThat(admissions)
                .filteredOn(admission -> !(admission instanceof Admission.Held))
                .hasOnlyElementsOfType(Admission.InsufficientCredit.class);
        List<CompletableFuture<Settled>> charges = new ArrayList<>();
        for (Hold hold : holds) {
            charges.add(charging.charge(hold, Shop.usage(100), shop.call()).toCompletableFuture());
        }
        charges.forEach(Shop::get);
        assertThat(shop.credit(payer)).isEqualTo(Money.ZERO);
        assertThat(charging.running()).isZero();
        shop.assertBooksAgree(charging);
    }

    @Test
    void aThousandRequestsThatUseLessThanTheyMayNeverSpendMoreThanThereIs() {
        Payer payer = shop.payer("5.00");
        List<CompletableFuture<Money>> ends = new ArrayList<>();
        for (int request = 0; request < REQUESTS; request++) {
            ends.add(
                    CompletableFuture.supplyAsync(() -> oneRequest(payer))
                            .thenCompose(spent -> spent));
        }
        Money spent = ends.stream().map(Shop::get).reduce(Money.ZERO, Money::plus);

        assertThat(spent).isLessThanOrEqualTo(Money.ofDollars("5.00"));
        assertThat(shop.credit(payer)).isEqualTo(Money.ofDollars("5.00").minus(spent));
        // Nobody runs any more, so all that is left can be spent.
        Money left = shop.credit(payer);
        while (!left.isLessThan(Money.ofDollars("0.016"))) {
            left = shop.charge(charging, shop.hold(charging, payer, 100), 100).balanceAfter();
        }
        assertThat(shop.admit(charging, payer, 100))
                .isInstanceOf(Admission.InsufficientCredit.class);
        shop.assertBooksAgree(charging);
    }

    private CompletionStage<Money> oneRequest(Payer payer) {
        long use = ThreadLocalRandom.current().nextLong(101);
        return charging.admit(payer, Shop.ask(100))
                .thenCompose(
                        admission ->
                                admission instanceof Admission.Held(Hold hold)
                                        ? charging.charge(
                                                        hold,
                                                        Shop.usage(
                                                                Math.min(
                                                                        use,
                                                                        hold.quote()
                                                                                .outputTokensMax())),
                                                        shop.call())
                                                .thenApply(Settled::amount)
                                        : CompletableFuture.completedStage(Money.ZERO));
    }

    @Test
    void walletAndLimitAreHeldBothOrNeither() {
        Payer payer = shop.payer("5.00");
        shop.ledger.setLimit(
                payer.organizationId(), LimitKind.HARD, Optional.of(Money.ofDollars("1.00")));

        List<Admission> admissions = admitAll(charging, payer, 100);

        List<Hold> holds = holds(admissions);
        assertThat(holds).hasSize(10);
        assertThat(admissions)
                .filteredOn(admission -> !(admission instanceof Admission.Held))
                .hasOnlyElementsOfType(Admission.LimitReached.class);
        holds.forEach(charging::release);
        Shop.await("nothing is left in leases", () -> shop.held(payer).isZero());
        shop.assertBooksAgree(charging);
    }

    @Test
    void requestsOfManyOrganizationsAreEachChargedToTheirOwn() {
        List<Payer> payers = new ArrayList<>();
        List<CompletableFuture<Settled>> charges = new ArrayList<>();
        for (int organization = 0; organization < 40; organization++) {
            payers.add(shop.payer("1.00"));
        }
        for (int request = 0; request < 10; request++) {
            for (Payer payer : payers) {
                charges.add(
                        charging.admit(payer, Shop.ask(100))
                                .thenCompose(
                                        admission ->
                                                charging.charge(
                                                        ((Admission.Held) admission).hold(),
                                                        Shop.usage(50),
                                                        shop.call()))
                                .toCompletableFuture());
            }
        }
        charges.forEach(Shop::get);

        assertThat(payers)
                .allSatisfy(
                        payer -> assertThat(shop.credit(payer)).isEqualTo(Money.ofDollars("0.50")));
        shop.assertBooksAgree(charging);
    }

    @Test
    void moreThanTheQueueTakesIsRefusedAndChangesNothing() {
        Tuning small =
                new Tuning(
                        3,
                        2,
                        Duration.ofSeconds(2),
                        Duration.ofMillis(400),
                        100,
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(20),
                        5_000,
                        4);
        try (Shop other = new Shop();
                Charging busy = other.start(small)) {
            Payer payer = other.payer("5.00");
            List<Hold> holds = new ArrayList<>();
            for (int request = 0; request < 3; request++) {
                holds.add(other.hold(busy, payer, 100));
            }
            assertThat(other.admit(busy, payer, 100)).isInstanceOf(Admission.Unavailable.class);

            busy.release(holds.getFirst());

            Hold next = other.hold(busy, payer, 100);
            busy.release(next);
            busy.release(holds.get(1));
            other.charge(busy, holds.get(2), 100);
            assertThat(busy.running()).isZero();
        }
    }

    static List<Admission> admitAll(Charging charging, Payer payer, int requests) {
        List<CompletableFuture<Admission>> asked = new ArrayList<>();
        for (int request = 0; request < requests; request++) {
            asked.add(
                    CompletableFuture.supplyAsync(() -> charging.admit(payer, Shop.ask(100)))
                            .thenCompose(admission -> admission));
        }
        return asked.stream().map(Shop::get).toList();
    }

    static List<Hold> holds(List<Admission> admissions) {
        return admissions.stream()
                .filter(Admission.Held.class::isInstance)
                .map(admission -> ((Admission.Held) admission).hold())
                .toList();
    }
}
