package dev.scrip.charging;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scrip.ledger.Payer;
import dev.scrip.money.Money;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Three processes on one PostgreSQL. */
class ProcessesTest {

    private static final int REQUESTS = 1_000;

    private static Shop shop;
    private static List<Charging> processes;

    @BeforeAll
    static void open() {
        shop = new Shop();
        processes = List.of(shop.start(), shop.startElsewhere("b"), shop.startElsewhere("c"));
    }

    @AfterAll
    static void close() {
        processes.forEach(Charging::close);
        shop.close();
    }

    private static CompletableFuture<Admission> admit(Charging process, Payer payer) {
        return CompletableFuture.supplyAsync(() -> process.admit(payer, Shop.ask(Shop.TEN_CENTS)))
                .thenCompose(admission -> admission);
    }

    @Test
    void fiveDollarsAreHeldFiftyTimesWhoeverAsks() {
        Payer payer = shop.payer("5.00");
        List<CompletableFuture<Admission>> asked = new ArrayList<>();
        for (int request = 0; request < REQUESTS; request++) {
            asked.add(admit(processes.get(request % 3), payer));
        }
        List<Hold> holds = CrowdTest.holds(asked.stream().map(Shop::get).toList());

        assertThat(holds).as("none too many, none falsely refused").hasSize(50);
        for (int request = 0; request < REQUESTS; request++) {
            if (Shop.get(asked.get(request)) instanceof Admission.Held(Hold hold)) {
                shop.charge(processes.get(request % 3), hold, Shop.TEN_CENTS);
            } else {
                assertThat(Shop.get(asked.get(request)))
                        .isInstanceOf(Admission.InsufficientCredit.class);
            }
        }
        assertThat(shop.credit(payer)).isEqualTo(Money.ZERO);
        shop.assertBooksAgree(processes.getFirst());
    }

    @Test
    void fiveDollarsAreSpentWhileRequestsComeAndGo() {
        Payer payer = shop.payer("5.00");
        List<CompletableFuture<Money>> ends = new ArrayList<>();
        for (int request = 0; request < REQUESTS; request++) {
            Charging process = processes.get(request % 3);
            ends.add(admit(process, payer).thenCompose(admission -> spend(process, admission)));
        }
        Money spent = ends.stream().map(Shop::get).reduce(Money.ZERO, Money::plus);

        assertThat(spent).isEqualTo(Money.ofDollars("5.00"));
        assertThat(shop.credit(payer)).isEqualTo(Money.ZERO);
    }

    private static CompletionStage<Money> spend(Charging process, Admission admission) {
        return admission instanceof Admission.Held(Hold hold)
                ? process.charge(hold, Shop.usage(Shop.TEN_CENTS), shop.call())
                        .thenApply(Settled::amount)
                : CompletableFuture.completedStage(Money.ZERO);
    }

    @Test
    void whatIsIdleElsewhereIsCalledBackForARequestThatNeedsNearlyAll() {
        Payer payer = shop.payer("5.00");
        for (Charging process : processes) {
            process.release(shop.hold(process, payer, 500));
        }

        Hold large = shop.hold(processes.getLast(), payer, 5_000);

        assertThat(large.lowered()).isFalse();
        assertThat(shop.admit(processes.getFirst(), payer, 100))
                .isInstanceOfSatisfying(
                        Admission.InsufficientCredit.class,
                        refused -> assertThat(refused.held()).isEqualTo(Money.ofDollars("5.00")));
        processes.getLast().release(large);
        processes.getFirst().release(shop.hold(processes.getFirst(), payer, 5_000));
    }
}
