package dev.scrip.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scrip.charging.RequestIds;
import dev.scrip.money.Money;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * One key, sent again and again, whose first run is at process "one" in second 1, with each fault
 * planted in made-up books. The charge of request {@code n} was begun in second {@code n}.
 */
class RepeatsTest {

    private static final Money PRICE = Money.ofDollars("0.10");
    private static final String KEY = "k";

    private final List<Try> tries = new ArrayList<>();
    private final List<Effect> effects = new ArrayList<>();
    private final List<Charged> charges = new ArrayList<>();
    private final List<Evidence.Death> deaths = new ArrayList<>();

    private static long seconds(long seconds) {
        return TimeUnit.SECONDS.toNanos(seconds);
    }

    private void tried(int second, Sent.Ending ending, String detail, long about, String digest) {
        @Nullable Money cost = ending == Sent.Ending.ANSWERED ? PRICE : null;
        tries.add(
                new Try(
                        KEY,
                        new Sent(
                                KEY + Trial.AGAIN + tries.size(),
                                "one",
                                seconds(second),
                                seconds(second) + 1,
                                ending,
                                cost,
                                detail),
                        RequestIds.print(about),
                        digest,
                        !tries.isEmpty()));
    }

    private void answered(int second, long request) {
        tried(second, Sent.Ending.ANSWERED, "200", request, "of " + request);
    }

    private void running(int second) {
        tried(second, Sent.Ending.UNAVAILABLE, "409 idempotency_request_running", 99, "running");
    }

    private void notKept(int second, long request) {
        tried(second, Sent.Ending.UNAVAILABLE, "409 " + Try.NOT_KEPT, request, "not kept");
    }

    private void brokenOff(int second) {
        tried(second, Sent.Ending.BROKEN_OFF, "reset", 0, "");
    }

    private void run(int second, String node, Money cost) {
        effects.add(
                new Effect(
                        KEY, node, seconds(second) + 1, seconds(second) + 2, PRICE, cost, false));
    }

    private void charged(long request) {
        charges.add(new Charged(KEY, request, seconds(request), PRICE));
    }

    private void died(int second) {
        deaths.add(new Evidence.Death("one", seconds(second)));
    }

    private void assertCounts(long overspent, long lost, long doubled, long falselyRefused) {
        Counts counts =
                Audit.count(
                        new Evidence(
                                PRICE,
                                new Timeline(PRICE, 0),
                                List.of(),
                                tries,
                                effects,
                                charges,
                                List.of(),
                                deaths));
        AuditTest.assertCounts(counts, overspent, lost, doubled, falselyRefused);
        assertThat(counts.requests()).isEqualTo(1);
    }

    private void answeredOnce() {
        run(1, "one", PRICE);
        charged(1);
        running(1);
        answered(1, 1);
    }

    @Test
    void oneRunAndTheSameAnswerAgainAndAgainIsRight() {
        answeredOnce();
        answered(2, 1);
        answered(3, 1);
        assertCounts(0, 0, 0, 0);
    }

    @Test
    void otherBytesAreAnAnswerDoubled() {
        answeredOnce();
        tried(2, Sent.Ending.ANSWERED, "200", 1, "others");
        assertCounts(0, 0, 1, 0);
    }

    @Test
    void anAnswerOfAnotherRequestThanWasChargedIsDoubled() {
        answeredOnce();
        charges.clear();
        charged(3);
        assertCounts(0, 0, 1, 0);
    }

    @Test
    void aSecondRunBesideTheFirstIsDoubled() {
        answeredOnce();
        run(1, "two", PRICE);
        assertCounts(1, 0, 1, 0);
    }

    @Test
    void aSecondRunAndChargeIsDoubledTwice() {
        answeredOnce();
        run(3, "two", Money.ZERO);
        charges.add(new Charged(KEY, 3, seconds(3), PRICE));
        assertCounts(0, 0, 2, 0);
    }

    @Test
    void whatADeathCutOffRunsAgain() {
        run(1, "one", PRICE);
        brokenOff(1);
        died(2);
        running(2);
        run(3, "two", PRICE);
        charged(3);
        answered(3, 3);
        answered(4, 3);
        assertCounts(0, 0, 0, 0);
    }

    @Test
    void whatRanAgainBeforeTheDeathIsDoubled() {
        run(1, "one", PRICE);
        brokenOff(1);
        run(2, "two", PRICE);
        died(3);
        charged(2);
        answered(2, 2);
        assertCounts(1, 0, 1, 0);
    }

    @Test
    void whatADeadProcessHadChargedDoesNotRunAgain() {
        run(1, "one", PRICE);
        charged(1);
        brokenOff(1);
        died(2);
        run(3, "two", PRICE);
        brokenOff(3);
        assertCounts(0, 0, 1, 0);
    }

    @Test
    void whatFailedUpstreamRunsAgain() {
        run(1, "one", Money.ZERO);
        tried(1, Sent.Ending.UNAVAILABLE, "502 upstream_error", 1, "failed");
        run(3, "two", PRICE);
        charged(3);
        answered(3, 3);
        assertCounts(0, 0, 0, 0);
    }

    @Test
    void onlyADeathMayTakeAnAnswerThatWasPaidFor() {
        run(1, "one", PRICE);
        charged(1);
        brokenOff(1);
        notKept(3, 1);
        assertCounts(0, 1, 0, 0);
        died(2);
        assertCounts(0, 0, 0, 0);
    }

    @Test
    void whatIsNotKeptNamesItsCharge() {
        run(1, "one", PRICE);
        charged(1);
        brokenOff(1);
        died(2);
        notKept(3, 2);
        assertCounts(0, 1, 0, 0);
    }

    @Test
    void anAnswerThatWasGivenIsNotWithheldLater() {
        answeredOnce();
        died(2);
        notKept(3, 1);
        running(4);
        assertCounts(0, 2, 0, 0);
    }

    @Test
    void whatWasPaidForIsNotRefused() {
        run(1, "one", PRICE);
        charged(1);
        brokenOff(1);
        tried(3, Sent.Ending.REFUSED, "429 insufficient_credit", 2, "refused");
        assertCounts(0, 1, 0, 0);
    }

    @Test
    void anAnswerWithoutAChargeIsLost() {
        run(1, "one", PRICE);
        answered(1, 1);
        assertCounts(0, 1, 0, 0);
    }
}
