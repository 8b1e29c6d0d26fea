package dev.scrip.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scrip.testing.SettableClock;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who is asked, in which order, and who waits. */
class SearchTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final SettableClock clock = new SettableClock(Instant.parse("2026-01-01T00:00:00Z"));
    private final Vertx vertx = Vertx.vertx();
    private final Context context = vertx.getOrCreateContext();
    private final Random random = new Random(7);

    @AfterEach
    void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private static Upstream upstream(
            String name, int priority, int weight, int runningMax, int waitingMax) {
        return upstream(name, priority, weight, runningMax, waitingMax, PATIENCE);
    }

    private static Upstream upstream(
            String name,
            int priority,
            int weight,
            int runningMax,
            int waitingMax,
            Duration waiting) {
        return new Upstream.Demonstration(
                name,
                Set.of("m"),
                OptionalInt.empty(),
                new Upstream.Policy(priority, weight, runningMax, waitingMax, waiting, 1));
    }

    private Fleet fleet(Upstream... upstreams) {
        return fleet(Duration.ofMinutes(1), upstreams);
    }

    private Fleet fleet(Duration triedFor, Upstream... upstreams) {
        return new Fleet(
                new Upstreams(List.of(upstreams), Map.of(), new Upstreams.Tries(3, triedFor)),
                clock,
                random::nextInt);
    }

    private CompletableFuture<Search.Found> next(Search search) {
        CompletableFuture<Search.Found> found = new CompletableFuture<>();
        context.runOnContext(_ -> search.next(found::complete));
        return found.orTimeout(20, TimeUnit.SECONDS);
    }

    private Route.Pass go(Search search) {
        Search.Found found = next(search).join();
        assertThat(found).isInstanceOf(Search.Found.Go.class);
        return ((Search.Found.Go) found).pass();
    }

    private static String name(Route.Pass pass) {
        return pass.route().upstream().name();
    }

    private static void end(Route.Pass pass, Blame blame) {
        pass.end(blame, Optional.empty(), "test");
    }

    @Test
    void theLotFallsByWeightAmongTheLowestPriority() {
        Fleet fleet =
                fleet(
                        upstream("spare", 1, 1_000, 9, 0),
                        upstream("large", 0, 6, 9, 0),
                        upstream("middle", 0, 3, 9, 0),
                        upstream("small", 0, 1, 9, 0));
        Map<String, Integer> count = new TreeMap<>();
        for (int i = 0; i < 2_000; i++) {
            Route.Pass pass = go(fleet.search("m", context));
            count.merge(name(pass), 1, Integer::sum);
            end(pass, Blame.NOBODY);
        }
        assertThat(count).containsOnlyKeys("large", "middle", "small");
        assertThat(count.get("large")).isBetween(1_120, 1_280);
        assertThat(count.get("middle")).isBetween(520, 680);
        assertThat(count.get("small")).isBetween(140, 260);
    }

    @Test
    void eachIsAskedOnceAndNoMoreThanAreAllowed() {
        Fleet fleet =
                fleet(
                        upstream("a", 0, 1, 9, 0),
                        upstream("b", 1, 1, 9, 0),
                        upstream("c", 2, 1, 9, 0),
                        upstream("d", 3, 1, 9, 0));
        Search search = fleet.search("m", context);
        List<String> asked = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Route.Pass pass = go(search);
            asked.add(name(pass));
            end(pass, Blame.RATE);
        }
        assertThat(asked).containsExactly("a", "b", "c");
        assertThat(next(search).join())
                .isEqualTo(new Search.Found.Nobody(Search.Why.ENDED, Duration.ZERO));
    }

    @Test
    void afterTheTimeForItNoOtherIsAsked() {
        Search search =
                fleet(Duration.ofNanos(1), upstream("a", 0, 1, 9, 0), upstream("b", 0, 1, 9, 0))
                        .search("m", context);
        end(go(search), Blame.SERVER);
        assertThat(next(search).join())
                .isEqualTo(new Search.Found.Nobody(Search.Why.ENDED, Duration.ZERO));
    }

    @Test
    void whoHasNoRoomIsPassedOverForAnEqual() {
        Fleet fleet = fleet(upstream("a", 0, 1, 1, 9), upstream("b", 0, 1, 1, 9));
        Route.Pass one = go(fleet.search("m", context));
        Route.Pass other = go(fleet.search("m", context));
        assertThat(List.of(name(one), name(other))).containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void whoWaitsGetsTheNextPlaceInTheOrderOfComing() {
        Fleet fleet = fleet(upstream("a", 0, 1, 1, 2));
        Route.Pass running = go(fleet.search("m", context));
        CompletableFuture<Search.Found> second = next(fleet.search("m", context));
        World.await(() -> fleet.health().getFirst().waiting() == 1);
        CompletableFuture<Search.Found> third = next(fleet.search("m", context));
        World.await(() -> fleet.health().getFirst().waiting() == 2);
        assertThat(next(fleet.search("m", context)).join())
                .as("the line is full")
                .isEqualTo(new Search.Found.Nobody(Search.Why.CROWDED, Duration.ZERO));

        end(running, Blame.NOBODY);
        Route.Pass next = ((Search.Found.Go) second.join()).pass();
        assertThat(third).isNotDone();
        end(next, Blame.NOBODY);
        end(((Search.Found.Go) third.join()).pass(), Blame.NOBODY);
        assertThat(fleet.health().getFirst().running()).isZero();
    }

    @Test
    void whoWaitedInVainGoesToTheNextPriority() {
        Fleet fleet =
                fleet(upstream("a", 0, 1, 1, 2, Duration.ofMillis(100)), upstream("b", 1, 1, 1, 0));
        Route.Pass first = go(fleet.search("m", context));
        Route.Pass second = go(fleet.search("m", context));
        assertThat(List.of(name(first), name(second))).containsExactly("a", "b");
        assertThat(next(fleet.search("m", context)).join())
                .isEqualTo(new Search.Found.Nobody(Search.Why.CROWDED, Duration.ZERO));
        assertThat(fleet.health().getFirst().waiting()).isZero();
    }

    @Test
    void whoGivesUpLeavesTheLineAndKeepsNoPlace() {
        Fleet fleet = fleet(upstream("a", 0, 1, 1, 2));
        Route.Pass running = go(fleet.search("m", context));
        Search gone = fleet.search("m", context);
        CompletableFuture<Search.Found> never = next(gone);
        World.await(() -> fleet.health().getFirst().waiting() == 1);
        context.runOnContext(_ -> gone.cancel());
        World.await(() -> fleet.health().getFirst().waiting() == 0);

        // One whose turn comes at the very moment passes it on.
        Search late = fleet.search("m", context);
        CompletableFuture<Search.Found> alsoNever = next(late);
        World.await(() -> fleet.health().getFirst().waiting() == 1);
        context.runOnContext(
                _ -> {
                    end(running, Blame.NOBODY);
                    late.cancel();
                });
        World.await(() -> fleet.health().getFirst().running() == 0);
        end(go(fleet.search("m", context)), Blame.NOBODY);
        assertThat(never).isNotDone();
        assertThat(alsoNever).isNotDone();
    }

    @Test
    void whoFailsIsLeftOutUntilOneTryHasGoneWell() {
        Fleet fleet = fleet(upstream("a", 0, 1, 9, 0), upstream("b", 1, 1, 9, 0));
        end(go(fleet.search("m", context)), Blame.SERVER);
        UpstreamHealth health = fleet.health().getFirst();
        assertThat(health.state()).isEqualTo(UpstreamHealth.State.FAILED);
        assertThat(health.models().getFirst().left()).isEqualTo(Duration.ofSeconds(5));
        assertThat(health.lastFault()).isEqualTo(new UpstreamHealth.Fault(clock.instant(), "test"));
        assertThat(name(go(fleet.search("m", context)))).isEqualTo("b");

        clock.advance(Duration.ofSeconds(5));
        Route.Pass probe = go(fleet.search("m", context));
        assertThat(name(probe)).isEqualTo("a");
        assertThat(name(go(fleet.search("m", context)))).isEqualTo("b");
        end(probe, Blame.CALLER); // it answered, though not what was hoped for
        assertThat(name(go(fleet.search("m", context)))).isEqualTo("a");
    }

    @Test
    void whenNobodyIsLeftItSaysWhyAndUntilWhen() {
        Fleet fleet = fleet(upstream("a", 0, 1, 9, 0), upstream("b", 0, 1, 9, 0));
        go(fleet.search("m", context)).end(Blame.RATE, Optional.of(Duration.ofSeconds(20)), "test");
        end(go(fleet.search("m", context)), Blame.ADDRESS);
        assertThat(next(fleet.search("m", context)).join())
                .isEqualTo(new Search.Found.Nobody(Search.Why.BROKEN, Duration.ofSeconds(5)));
        clock.advance(Duration.ofSeconds(5));
        end(go(fleet.search("m", context)), Blame.ADDRESS);
        clock.advance(Duration.ofSeconds(9));
        assertThat(next(fleet.search("m", context)).join())
                .isEqualTo(new Search.Found.Nobody(Search.Why.BROKEN, Duration.ofSeconds(1)));
        clock.advance(Duration.ofSeconds(1));
        end(go(fleet.search("m", context)), Blame.ACCOUNT);
        assertThat(next(fleet.search("m", context)).join())
                .isEqualTo(new Search.Found.Nobody(Search.Why.LIMITED, Duration.ofSeconds(5)));
    }
}
