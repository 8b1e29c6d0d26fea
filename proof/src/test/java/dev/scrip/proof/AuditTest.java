package dev.scrip.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scrip.money.Money;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The audit must be able to fail: each fault is planted in made-up books and counted. */
class AuditTest {

    private static final Money PRICE = Money.ofDollars("0.10");
    private static final Money CREDIT = Money.ofDollars("0.50");

    private final List<Sent> sent = new ArrayList<>();
    private final List<Effect> effects = new ArrayList<>();
    private final List<Charged> charges = new ArrayList<>();
    private final List<Evidence.Stranded> stranded = new ArrayList<>();
    private final List<Evidence.Death> deaths = new ArrayList<>();
    private final Timeline allowed = new Timeline(CREDIT, 0);

    private static long seconds(long seconds) {
        return TimeUnit.SECONDS.toNanos(seconds);
    }

    /** A request in the second of its number, with all that belongs to it. */
    private void answered(int number) {
        sent(number, Sent.Ending.ANSWERED);
        effect(number);
        charge(number);
    }

    private void sent(int number, Sent.Ending ending) {
        Money cost = ending == Sent.Ending.ANSWERED ? PRICE : null;
        sent.add(new Sent("m" + number, "one", seconds(number), seconds(number), ending, cost, ""));
    }

    private void effect(int number) {
        effects.add(
                new Effect(
                        "m" + number,
                        "one",
                        seconds(number),
                        seconds(number),
                        PRICE,
                        PRICE,
                        false));
    }

    private void charge(int number) {
        charges.add(new Charged("m" + number, number, seconds(number), PRICE));
    }

    private Counts count() {
        return Audit.count(
                new Evidence(PRICE, allowed, sent, List.of(), effects, charges, stranded, deaths));
    }

    private void assertCounts(long overspent, long lost, long doubled, long falselyRefused) {
        assertCounts(count(), overspent, lost, doubled, falselyRefused);
    }

    static void assertCounts(
            Counts counts, long overspent, long lost, long doubled, long falselyRefused) {
        assertThat(
                        List.of(
                                counts.overspent(),
                                counts.lost(),
                                counts.doubled(),
                                counts.falselyRefused()))
                .as(counts.toString())
                .containsExactly(overspent, lost, doubled, falselyRefused);
    }

    @Test
    void whatIsRightCountsNothing() {
        for (int number = 1; number <= 5; number++) {
            answered(number);
        }
        sent(7, Sent.Ending.REFUSED);
        assertCounts(0, 0, 0, 0);
        assertThat(count().requests()).isEqualTo(6);
    }

    @Test
    void moreThanTheWalletHadIsOverspent() {
        for (int number = 1; number <= 7; number++) {
            answered(number);
        }
        assertCounts(2, 0, 0, 0);
    }

    @Test
    void anAnswerWithoutItsChargeIsLost() {
        answered(1);
        charges.clear();
        assertCounts(0, 1, 0, 0);
        charges.add(new Charged("m1", 1, seconds(1), Money.ofDollars("0.09")));
        assertCounts(0, 1, 0, 0);
    }

    @Test
    void anEffectOfALivingProcessWithoutAChargeIsLost() {
        sent(1, Sent.Ending.BROKEN_OFF);
        effect(1);
        assertCounts(0, 1, 0, 0);
    }

    @Test
    void onlyWhatADeathCutOffMayGoUncharged() {
        for (int number = 1; number <= 6; number++) {
            answered(number);
        }
        charges.removeLast();
        sent.removeLast();
        deaths.add(new Evidence.Death("two", seconds(7)));
        assertCounts(1, 1, 0, 0);
        deaths.add(new Evidence.Death("one", seconds(5)));
        assertCounts(1, 1, 0, 0);
        deaths.add(new Evidence.Death("one", seconds(7)));
        assertCounts(0, 0, 0, 0);
    }

    @Test
    void chargesTwiceAndForNothingAreDoubled() {
        answered(1);
        charges.add(new Charged("m1", 101, seconds(1), PRICE));
        charge(2);
        assertCounts(0, 0, 2, 0);
    }

    @Test
    void whatCostNothingMayBeChargedNothing() {
        effects.add(new Effect("m1", "one", seconds(1), seconds(1), PRICE, Money.ZERO, true));
        charges.add(new Charged("m1", 1, seconds(1), Money.ZERO));
        sent.add(
                new Sent(
                        "m1",
                        "one",
                        seconds(1),
                        seconds(1),
                        Sent.Ending.ANSWERED,
                        Money.ZERO,
                        "200 stream"));
        assertCounts(0, 0, 0, 0);
    }

    @Test
    void aRequestCarriedOutTwiceIsDoubled() {
        answered(1);
        effect(1);
        assertCounts(0, 0, 1, 0);
    }

    @Test
    void aRefusalWhileMoneyIsFreeIsFalse() {
        for (int number = 1; number <= 4; number++) {
            answered(number);
        }
        sent(9, Sent.Ending.REFUSED);
        assertCounts(0, 0, 0, 1);
        stranded.add(new Evidence.Stranded(seconds(8), seconds(10), PRICE));
        assertCounts(0, 0, 0, 0);
    }

    @Test
    void moneyOfRequestsThatRunIsNotFree() {
        sent(1, Sent.Ending.REFUSED);
        Money all = CREDIT;
        effects.add(new Effect("long", "one", seconds(0), seconds(5), all, PRICE, false));
        sent.add(new Sent("long", "one", 0, seconds(5), Sent.Ending.ANSWERED, PRICE, ""));
        charges.add(new Charged("long", 9, seconds(0), PRICE));
        assertCounts(0, 0, 0, 0);
        sent(8, Sent.Ending.REFUSED);
        assertCounts(0, 0, 0, 1);
    }

    /** In the second 6: may cost forty cents, and said that it was ended early. */
    private void shortened(String because, String told, String charged) {
        Money hold = PRICE.times(4);
        effects.add(new Effect("stream", "one", seconds(6), seconds(7), hold, hold, true));
        charges.add(new Charged("stream", 6, seconds(6), Money.ofDollars(charged)));
        sent.add(
                new Sent(
                        "stream",
                        "one",
                        seconds(6),
                        seconds(7),
                        Sent.Ending.ANSWERED,
                        Money.ofDollars(told),
                        Sent.ENDED + because));
    }

    @Test
    void aStreamThatIsEndedEarlyCostsWhatWasRelayed() {
        answered(1);
        answered(2);
        shortened("credit", "0.17", "0.17");
        assertCounts(0, 0, 0, 0);
        answered(9);
        assertCounts(0, 0, 0, 0);
        answered(10);
        assertCounts(1, 0, 0, 0);
    }

    @Test
    void aStreamThatWasToldAnotherCostThanItIsChargedIsLost() {
        shortened("unavailable", "0.17", "0.16");
        assertCounts(0, 1, 0, 0);
    }

    @Test
    void aStreamThatIsChargedMoreThanItCouldCostIsLost() {
        shortened("unavailable", "0.41", "0.41");
        assertCounts(0, 1, 0, 0);
    }

    @Test
    void aStreamThatIsEndedWhileMoneyIsFreeIsRefusedFalsely() {
        shortened("credit", "0.17", "0.17");
        assertCounts(0, 0, 0, 1);
    }

    @Test
    void aLimitLoweredBindsWhatStartsAfterwards() {
        answered(1);
        answered(2);
        allowed.total(seconds(3), PRICE);
        answered(4);
        assertCounts(1, 0, 0, 0);
    }

    @Test
    void whatIsLeftAtAMomentIsVoidWhenAllIsFresh() {
        answered(1);
        allowed.fresh(seconds(2), PRICE.plus(PRICE));
        answered(3);
        sent(4, Sent.Ending.REFUSED);
        assertCounts(0, 0, 0, 1);
        answered(5);
        answered(6);
        assertCounts(1, 0, 0, 1);
    }
}
