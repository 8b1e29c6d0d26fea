package dev.scrip.organizations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import dev.scrip.postgres.Database;
import dev.scrip.testing.SettableClock;
import dev.scrip.testing.TestPostgres;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Limits in the database, and processes that share them. */
class RateLimitsTest {

    private static final long ADA = 1;
    private static final Actor ACTOR = Actor.user(ADA);
    private static final RateBounds SIXTY = requests(60);

    private static Database database;

    private final SettableClock clock = new SettableClock(Instant.parse("2026-03-01T10:00:00Z"));
    private final Organizations organizations = new Organizations(database, clock);
    private RateLimits here;
    private RateLimits there;
    private Caller caller;
    private long organizationId;

    @BeforeAll
    static void openDatabase() {
        database = TestPostgres.database();
    }

    @AfterAll
    static void closeDatabase() {
        database.close();
    }

    @BeforeEach
    void open() {
        database.owner(handle -> handle.execute("TRUNCATE rate_limit_process"));
        here = new RateLimits(database, RateLimitSettings.NONE, clock);
        there = new RateLimits(database, RateLimitSettings.NONE, clock);
        organizationId =
                database.transaction(tx -> organizations.create(tx, "Engines", false, ADA)).id();
        long project = organizations.projects(organizationId).getFirst().id();
        caller = newCaller(project);
    }

    @AfterEach
    void close() {
        here.close();
        there.close();
        organizations.close();
    }

    private Caller newCaller(long project) {
        ApiKey key = organizations.createKey(organizationId, project, "CI", ADA).key();
        return new Caller(organizationId, project, key.id(), ADA);
    }

    // ---- one process ----

    @Test
    void whoHasNoLimitIsNotLimited() {
        assertThat(passed(here, caller, "m", 1_000)).isEqualTo(1_000);
    }

    @Test
    void everyLimitAboveACallerCounts() {
        Caller other = newCaller(caller.projectId());
        set(RateSubject.project(caller.projectId()), "", requests(80));
        set(RateSubject.apiKey(caller.apiKeyId()), "", requests(40));
        set(RateSubject.project(caller.projectId()), "large", requests(4));

        assertThat(passed(here, caller, "large", 100)).isEqualTo(1);
        assertThat(passed(here, caller, "m", 100)).isEqualTo(9);
        assertThat(passed(here, other, "m", 100)).isEqualTo(10);
    }

    @Test
    void anOrganizationsOwnLimitStandsInThePlaceOfTheDefault() {
        RateLimits defaulted =
                new RateLimits(
                        database,
                        new RateLimitSettings(requests(4), RateLimitSettings.BURST_DEFAULT),
                        clock);
        assertThat(passed(defaulted, caller, "m", 10)).isEqualTo(1);
        assertThat(defaulted.defaults()).extracting(RateLimit::bounds).containsExactly(requests(4));

        RateLimit all = defaulted.set(0, RateSubject.organization(), "", requests(8), ACTOR);
        assertThat(passed(defaulted, newCaller(caller.projectId()), "m", 10)).isEqualTo(2);
        clock.advance(Duration.ofMinutes(1));
        defaulted.set(organizationId, RateSubject.organization(), "", requests(400), ACTOR);
        assertThat(passed(defaulted, caller, "m", 1_000)).isEqualTo(100);

        assertThat(defaulted.ofOrganization(organizationId))
                .extracting(RateLimit::bounds)
                .containsExactly(requests(400));
        assertThat(defaulted.remove(0, all.id(), ACTOR)).isTrue();
        assertThat(defaulted.defaults()).extracting(RateLimit::id).containsExactly(0L);
        defaulted.close();
    }

    @Test
    void limitsAreSetChangedAndRemovedAndItIsKeptWho() {
        RateLimit set = set(RateSubject.project(caller.projectId()), "m", SIXTY);
        RateBounds more =
                new RateBounds(
                        Map.of(
                                RateUnit.REQUESTS_PER_MINUTE,
                                120L,
                                RateUnit.TOKENS_PER_MINUTE,
                                40_000L,
                                RateUnit.REQUESTS_PER_DAY,
                                5L,
                                RateUnit.IMAGES_PER_MINUTE,
                                6L,
                                RateUnit.AUDIO_SECONDS_PER_MINUTE,
                                7L));
        clock.advance(Duration.ofMinutes(1));
        RateLimit changed =
                here.set(
                        organizationId,
                        RateSubject.project(caller.projectId()),
                        "m",
                        more,
                        Actor.operatorKey(77));

        assertThat(changed.id()).isEqualTo(set.id());
        assertThat(here.limits(organizationId, 0, 10)).containsExactly(changed);
        assertThat(here.limit(organizationId, set.id())).contains(changed);
        assertThat(here.limit(organizationId + 1, set.id())).isEmpty();
        assertThat(here.remove(organizationId + 1, set.id(), ACTOR)).isFalse();
        assertThat(here.remove(organizationId, set.id(), ACTOR)).isTrue();
        assertThat(here.remove(organizationId, set.id(), ACTOR)).isFalse();
        assertThat(here.limits(organizationId, 0, 10)).isEmpty();
        assertThat(here.changes(organizationId, 10))
                .extracting(RateChange::actor, RateChange::before, RateChange::after)
                .containsExactly(
                        tuple(ACTOR, more, RateBounds.NONE),
                        tuple(Actor.operatorKey(77), SIXTY, more),
                        tuple(ACTOR, RateBounds.NONE, SIXTY));
    }

    @Test
    void whatIsNotTheOrganizationsCannotBeLimited() {
        for (RateSubject stranger : List.of(RateSubject.project(9), RateSubject.apiKey(9))) {
            assertThatThrownBy(() -> set(stranger, "", SIXTY))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> set(RateSubject.organization(), "", RateBounds.NONE))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> requests(0)).isInstanceOf(IllegalArgumentException.class);
        assertThat(here.changes(organizationId, 10)).isEmpty();
    }

    @Test
    void whatWasTakenStaysTakenWhenTheLimitIsChanged() {
        set(RateSubject.organization(), "", SIXTY);
        assertThat(passed(here, caller, "m", 100)).isEqualTo(15);

        set(RateSubject.organization(), "", requests(600));

        assertThat(passed(here, caller, "m", 100)).isZero();
        clock.advance(Duration.ofSeconds(1));
        assertThat(passed(here, caller, "m", 100)).isEqualTo(10);
    }

    @Test
    void aDaysLimitOutlivesTheProcess() {
        set(
                RateSubject.apiKey(caller.apiKeyId()),
                "",
                new RateBounds(Map.of(RateUnit.REQUESTS_PER_DAY, 48L)));
        assertThat(passed(here, caller, "m", 40)).isEqualTo(40);
        here.close();
        clock.advance(Duration.ofMinutes(30));

        here = new RateLimits(database, RateLimitSettings.NONE, clock);

        assertThat(passed(here, caller, "m", 100)).isEqualTo(9);
        here.exchange();
        List<RateUse> use = here.use(organizationId, here.limits(organizationId, 0, 10));
        assertThat(use)
                .extracting(RateUse::burst, RateUse::remaining, RateUse::percent, RateUse::reset)
                .containsExactly(tuple(48L, 0L, 100, Duration.ofHours(24)));
    }

    // ---- several processes ----

    @Test
    void whatOneProcessChangesTheOthersSoonKeep() {
        there.start();
        assertThat(passed(there, caller, "m", 100)).isEqualTo(100);
        set(RateSubject.project(caller.projectId()), "", requests(4));
        awaitRefusal(there);

        long id = here.limits(organizationId, 0, 10).getFirst().id();
        assertThat(here.remove(organizationId, id, ACTOR)).isTrue();
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (passed(there, caller, "m", 100) < 100 && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        assertThat(passed(there, caller, "m", 100)).isEqualTo(100);
    }

    private void awaitRefusal(RateLimits limits) {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (passed(limits, caller, "m", 100) == 100 && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        assertThat(passed(limits, caller, "m", 100)).isLessThan(100);
    }

    @Test
    void aBusyProcessHasWhatAnIdleOneLeaves() {
        set(RateSubject.organization(), "", requests(600));
        exchange();
        long passed = 0;
        for (int step = 0; step < 600; step++) {
            passed += passed(here, caller, "m", 3);
            step();
            if (step % 5 == 4) {
                exchange();
            }
        }
        // A minute: 600 and the burst of 150.
        assertThat(passed).isBetween(735L, 750L);
    }

    @Test
    void busyProcessesShareFairlyAndStayNearTheLimit() {
        set(RateSubject.organization(), "", requests(600));
        exchange();
        long mine = 0;
        long others = 0;
        for (int step = 0; step < 300; step++) {
            mine += passed(here, caller, "m", 5);
            others += passed(there, caller, "m", 5);
            step();
            if (step % 10 == 4) {
                here.exchange();
                there.exchange();
            } else if (step % 10 == 9) {
                there.exchange();
                here.exchange();
            }
        }
        assertThat(mine + others).isBetween(440L, 455L);
        assertThat(mine).isBetween(195L, 255L);
    }

    @Test
    void aProcessThatWantsLittleGetsItAndTheOtherTheRest() {
        set(RateSubject.organization(), "", requests(600));
        exchange();
        long mine = 0;
        long others = 0;
        long refused = 0;
        for (int step = 0; step < 600; step++) {
            mine += passed(here, caller, "m", 5);
            if (step % 10 == 0) { // a tenth of the limit
                long passed = passed(there, caller, "m", 1);
                others += passed;
                refused += 1 - passed;
            }
            step();
            if (step % 5 == 4) {
                exchange();
            }
        }
        assertThat(refused).isZero();
        assertThat(mine + others).isBetween(735L, 755L);
    }

    @Test
    void aBurstOnTwoProcessesAtOnceIsNoDoubleBurst() {
        set(RateSubject.organization(), "", requests(600));
        exchange();

        assertThat(passed(here, caller, "m", 1_000)).isEqualTo(75);
        assertThat(passed(there, caller, "m", 1_000)).isEqualTo(75);
        exchange();
        assertThat(passed(here, caller, "m", 1_000) + passed(there, caller, "m", 1_000)).isZero();
    }

    @Test
    void whatOneProcessLeftAnotherFindsAtTheNextExchange() {
        set(RateSubject.organization(), "", SIXTY);
        exchange();
        assertThat(passed(here, caller, "m", 1_000)).isEqualTo(7);

        RateOutcome refused = take(here, caller, "m");
        assertThat(refused).isInstanceOf(RateOutcome.Refused.class);
        assertThat(((RateOutcome.Refused) refused).retryAfter())
                .as("it is only the others' part that is missing")
                .isLessThanOrEqualTo(Duration.ofMillis(200));

        here.exchange();
        assertThat(passed(here, caller, "m", 1_000)).isEqualTo(4);
    }

    @Test
    void whatIsGivenBackIsBackForEverybody() {
        set(
                RateSubject.organization(),
                "",
                new RateBounds(Map.of(RateUnit.TOKENS_PER_MINUTE, 6_000L)));
        exchange();
        RateAsk large = RateAsk.text(caller, "m", 10, OptionalLong.of(64_000));
        RateAsk small = RateAsk.text(caller, "m", 10, OptionalLong.of(0));
        RatePass pass = ((RateOutcome.Passed) here.take(large).toCompletableFuture().join()).pass();
        exchange();
        assertThat(there.take(small).toCompletableFuture().join())
                .isInstanceOf(RateOutcome.Refused.class);

        pass.settle(10, 90, 0, 0);
        exchange();

        assertThat(there.take(small).toCompletableFuture().join())
                .isInstanceOf(RateOutcome.Passed.class);
    }

    @Test
    void aProcessThatIsGoneSharesNoMore() {
        set(RateSubject.organization(), "", SIXTY);
        exchange();
        assertThat(passed(here, caller, "m", 1_000)).isEqualTo(7);
        for (int i = 0; i < 40; i++) {
            clock.advance(RateExchange.EVERY);
            here.exchange();
        }

        assertThat(passed(here, caller, "m", 1_000)).isEqualTo(15);
    }

    @Test
    void withoutTheDatabaseLimitsGoOn() {
        set(RateSubject.organization(), "", SIXTY);
        exchange();
        assertThat(passed(here, caller, "m", 2)).isEqualTo(2);
        database.owner(handle -> handle.execute("ALTER TABLE rate_limit_level RENAME TO gone"));

        exchange();
        assertThat(passed(here, caller, "m", 1_000)).isEqualTo(5);
        clock.advance(Duration.ofSeconds(15));
        exchange();
        assertThat(passed(here, caller, "m", 1_000)).isEqualTo(7);

        database.owner(handle -> handle.execute("ALTER TABLE gone RENAME TO rate_limit_level"));
        exchange();
        assertThat(
                        here.use(organizationId, here.limits(organizationId, 0, 10))
                                .getFirst()
                                .remaining())
                .as("what was taken meanwhile is booked after all")
                .isEqualTo(8);
    }

    private void exchange() {
        here.exchange();
        there.exchange();
        here.exchange(); // knows of the other
    }

    private void step() {
        clock.advance(Duration.ofMillis(100));
    }

    private RateLimit set(RateSubject subject, String model, RateBounds bounds) {
        return here.set(organizationId, subject, model, bounds, ACTOR);
    }

    private static RateBounds requests(long perMinute) {
        return new RateBounds(Map.of(RateUnit.REQUESTS_PER_MINUTE, perMinute));
    }

    private static RateOutcome take(RateLimits limits, Caller caller, String model) {
        return limits.take(RateAsk.text(caller, model, 10, OptionalLong.of(10)))
                .toCompletableFuture()
                .join();
    }

    private static long passed(RateLimits limits, Caller caller, String model, int asked) {
        long passed = 0;
        for (int i = 0; i < asked; i++) {
            passed += take(limits, caller, model) instanceof RateOutcome.Passed ? 1 : 0;
        }
        return passed;
    }
}
