package dev.scrip.charging;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scrip.ledger.Payer;
import dev.scrip.testing.SettableClock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who has a key, what it stood for, and what becomes of it when its process dies. */
class KeptAnswersTest {

    private static final Duration DAY = Duration.ofHours(24);

    private final SettableClock clock = Shop.clockAt("2026-03-15T12:00:00Z");
    private final Shop shop = new Shop(clock);
    private final KeptAnswers answers = keeping(DAY);
    private final Payer payer = shop.payer("5.00");
    private final List<Charging> processes = new ArrayList<>();

    @AfterEach
    void close() {
        answers.close();
        processes.forEach(Charging::close);
        shop.close();
    }

    private KeptAnswers keeping(Duration time) {
        return new KeptAnswers(
                shop.database,
                shop.ledger,
                shop.metering,
                new KeptAnswers.Bounds(time, 1_000),
                clock);
    }

    private Charging process() {
        Charging started = shop.start();
        processes.add(started);
        return started;
    }

    private RequestKey key(String name, String hash) {
        return new RequestKey(payer.organizationId(), payer.projectId(), name, hash);
    }

    private static KeptAnswer answer(String text) {
        return new KeptAnswer(
                200,
                Map.of("content-type", "text/plain", "x-odd", "a: b"),
                text.getBytes(StandardCharsets.UTF_8));
    }

    private static <T> T get(CompletionStage<T> stage) {
        return Shop.get(stage.toCompletableFuture());
    }

    private static String text(Earlier earlier) {
        assertThat(earlier).isInstanceOf(Earlier.Kept.class);
        return new String(((Earlier.Kept) earlier).answer().body(), StandardCharsets.UTF_8);
    }

    @Test
    void aKeyStandsForOneRequestAndItsAnswer() {
        Charging charging = process();
        Hold hold = shop.hold(charging, payer, 100);
        RequestKey key = key("a", "one");
        assertThat(get(answers.find(key))).isEqualTo(new Earlier.Nothing());
        assertThat(get(answers.claim(key, hold))).isEqualTo(new Earlier.Nothing());
        assertThat(get(answers.find(key))).isEqualTo(new Earlier.Running());
        assertThat(get(answers.find(key("a", "two")))).isEqualTo(new Earlier.OtherRequest());

        Settled _ = shop.charge(charging, hold, 100);
        get(answers.keep(key, hold.requestId(), answer("hello")));
        Earlier found = get(answers.find(key));
        assertThat(text(found)).isEqualTo("hello");
        assertThat(((Earlier.Kept) found).answer().headers()).isEqualTo(answer("hello").headers());
        assertThat(get(answers.find(key("a", "two")))).isEqualTo(new Earlier.OtherRequest());
        assertThat(get(answers.find(key("b", "one")))).isEqualTo(new Earlier.Nothing());
        RequestKey elsewhere =
                new RequestKey(payer.organizationId(), payer.projectId() + 1, "a", "one");
        assertThat(get(answers.find(elsewhere))).isEqualTo(new Earlier.Nothing());

        Hold again = shop.hold(charging, payer, 100);
        assertThat(text(get(answers.claim(key, again)))).isEqualTo("hello");
        charging.release(again);
        get(answers.release(key, hold.requestId())); // is over
        assertThat(text(get(answers.find(key)))).isEqualTo("hello");
    }

    @Test
    void ofManyAtOnceOneGetsTheKey() {
        Charging charging = process();
        RequestKey key = key("crowd", "one");
        List<Hold> holds = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            holds.add(shop.hold(charging, payer, 100));
        }
        List<CompletableFuture<Earlier>> claims =
                holds.stream().map(hold -> answers.claim(key, hold).toCompletableFuture()).toList();
        List<Earlier> outcomes = claims.stream().map(Shop::get).toList();
        assertThat(outcomes).filteredOn(Earlier.Nothing.class::isInstance).hasSize(1);
        assertThat(outcomes).filteredOn(Earlier.Running.class::isInstance).hasSize(19);
        holds.forEach(charging::release);
    }

    @Test
    void aKeyIsFreeAgainWhenNothingWasCharged() {
        Charging charging = process();
        RequestKey key = key("a", "one");
        Hold hold = shop.hold(charging, payer, 100);
        assertThat(get(answers.claim(key, hold))).isEqualTo(new Earlier.Nothing());
        charging.release(hold);
        get(answers.release(key, hold.requestId()));

        RequestKey other = key("a", "two");
        Hold second = shop.hold(charging, payer, 100);
        assertThat(get(answers.claim(other, second))).isEqualTo(new Earlier.Nothing());
        get(answers.keep(key, hold.requestId(), answer("late"))); // has no claim any more
        assertThat(get(answers.find(other))).isEqualTo(new Earlier.Running());
        charging.release(second);
    }

    @Test
    void whatIsNotKeptSaysWhyAndIsNeverRunAgain() {
        Charging charging = process();
        for (Earlier.Reason reason : Earlier.Reason.values()) {
            RequestKey key = key(reason.name(), "one");
            Hold hold = shop.hold(charging, payer, 100);
            assertThat(get(answers.claim(key, hold))).isEqualTo(new Earlier.Nothing());
            get(answers.giveUp(key, hold.requestId(), reason));
            Earlier told = new Earlier.NotKept(hold.requestId(), reason);
            assertThat(get(answers.find(key))).isEqualTo(told);
            Hold again = shop.hold(charging, payer, 100);
            assertThat(get(answers.claim(key, again))).isEqualTo(told);
            charging.release(hold);
            charging.release(again);
        }
    }

    @Test
    void theKeysOfADeadProcessAreTakenOverUnlessTheyWereCharged() {
        Charging dying = process();
        RequestKey charged = key("charged", "one");
        RequestKey dropped = key("dropped", "one");
        Hold first = shop.hold(dying, payer, 100);
        Hold second = shop.hold(dying, payer, 100);
        assertThat(get(answers.claim(charged, first))).isEqualTo(new Earlier.Nothing());
        assertThat(get(answers.claim(dropped, second))).isEqualTo(new Earlier.Nothing());
        Settled _ = shop.charge(dying, first, 100);
        dying.abandon();
        assertThat(get(answers.find(charged))).isEqualTo(new Earlier.Running());
        assertThat(get(answers.find(dropped))).as("nobody knows").isEqualTo(new Earlier.Running());

        Charging successor = process();
        Earlier lost = new Earlier.NotKept(first.requestId(), Earlier.Reason.LOST);
        assertThat(get(answers.find(charged))).isEqualTo(lost);
        assertThat(get(answers.find(key("charged", "two")))).isEqualTo(new Earlier.OtherRequest());
        Hold again = shop.hold(successor, payer, 100);
        assertThat(get(answers.claim(charged, again))).isEqualTo(lost);

        assertThat(get(answers.find(dropped))).isEqualTo(new Earlier.Nothing());
        assertThat(get(answers.claim(dropped, again))).isEqualTo(new Earlier.Nothing());
        assertThat(get(answers.find(dropped))).isEqualTo(new Earlier.Running());
        get(answers.keep(dropped, second.requestId(), answer("of the dead")));
        assertThat(get(answers.find(dropped))).isEqualTo(new Earlier.Running());
        get(answers.keep(dropped, again.requestId(), answer("of the living")));
        assertThat(text(get(answers.find(dropped)))).isEqualTo("of the living");
        successor.release(again);
        shop.assertBooksAgree(successor);
    }

    @Test
    void whatIsTooOldMeansNothingAndGoes() {
        Charging charging = process();
        Hold hold = shop.hold(charging, payer, 100);
        Hold running = shop.hold(charging, payer, 100);
        RequestKey key = key("a", "one");
        RequestKey claimed = key("b", "one");
        assertThat(get(answers.claim(key, hold))).isEqualTo(new Earlier.Nothing());
        assertThat(get(answers.claim(claimed, running))).isEqualTo(new Earlier.Nothing());
        get(answers.keep(key, hold.requestId(), answer("old")));
        assertThat(answers.purge()).isZero();

        clock.advance(DAY.plusSeconds(1));
        assertThat(get(answers.find(key))).isEqualTo(new Earlier.Nothing());
        assertThat(get(answers.find(claimed))).as("runs").isEqualTo(new Earlier.Running());
        assertThat(answers.purge()).isEqualTo(1);
        assertThat(get(answers.claim(key("a", "two"), hold))).isEqualTo(new Earlier.Nothing());
        assertThat(get(answers.find(claimed))).isEqualTo(new Earlier.Running());
        clock.advance(DAY);
        assertThat(answers.purge()).isEqualTo(1);
        assertThat(get(answers.find(claimed))).isEqualTo(new Earlier.Nothing());
        charging.release(hold);
        charging.release(running);
    }

    @Test
    void whatIsTooOldIsClaimedAnewBeforeItIsGone() {
        Charging charging = process();
        Hold hold = shop.hold(charging, payer, 100);
        RequestKey key = key("a", "one");
        assertThat(get(answers.claim(key, hold))).isEqualTo(new Earlier.Nothing());
        get(answers.keep(key, hold.requestId(), answer("old")));
        clock.advance(DAY.plusSeconds(1));
        Hold next = shop.hold(charging, payer, 100);
        assertThat(get(answers.claim(key, next))).isEqualTo(new Earlier.Nothing());
        get(answers.keep(key, next.requestId(), answer("new")));
        assertThat(text(get(answers.find(key)))).isEqualTo("new");
        charging.release(hold);
        charging.release(next);
    }

    @Test
    void keysMeanNothingWhereNothingIsKept() {
        assertThat(answers.isOn()).isTrue();
        try (KeptAnswers off = keeping(Duration.ZERO)) {
            assertThat(off.isOn()).isFalse();
        }
    }
}
