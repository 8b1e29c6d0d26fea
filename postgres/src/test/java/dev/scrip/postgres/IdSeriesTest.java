package dev.scrip.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class IdSeriesTest {

    private static final int MANY = 100_000;

    private static long millis(long id) {
        return id >> Ids.LOWER_BITS;
    }

    private static long[] sorted(IdSeries series, long... millis) {
        return LongStream.of(millis).map(series::next).sorted().toArray();
    }

    @Test
    void idsOfOneMillisecondAscendAndTellIt() {
        IdSeries series = new IdSeries(7);
        long before = series.next(99);
        for (int i = 0; i < IdSeries.COUNTERS; i++) {
            long id = series.next(100);
            assertThat(id).isGreaterThan(before);
            assertThat(millis(id)).isEqualTo(100);
            before = id;
        }
    }

    @Test
    void aMillisecondThatIsUsedUpGoesOnInTheNext() {
        IdSeries series = new IdSeries(7);
        Set<Long> ids = new HashSet<>();
        for (int i = 0; i < MANY; i++) {
            long id = series.next(100);
            assertThat(ids.add(id)).isTrue();
            assertThat(millis(id)).isEqualTo(100 + i / IdSeries.COUNTERS);
        }
    }

    @Test
    void aClockThatIsPutBackAgainAndAgainMakesNoneTwice() {
        IdSeries series = new IdSeries(7);
        Random random = new Random(1);
        Set<Long> ids = new HashSet<>();
        long clock = 1_000_000;
        for (int i = 0; i < MANY; i++) {
            clock += random.nextInt(3);
            if (random.nextInt(500) == 0) {
                clock -= random.nextInt(1_000);
            }
            long id = series.next(clock);
            assertThat(ids.add(id)).isTrue();
            assertThat(millis(id)).as("the true millisecond").isEqualTo(clock);
        }
    }

    @Test
    void whateverTheTimesNoneIsMadeTwice() {
        IdSeries series = new IdSeries(7);
        Random random = new Random(2);
        Set<Long> ids = new HashSet<>();
        for (int i = 0; i < MANY; i++) {
            assertThat(ids.add(series.next(random.nextInt(20)))).isTrue();
        }
    }

    @Test
    void manyThreadsMakeNoneTwice() {
        IdSeries series = new IdSeries(7);
        Set<Long> ids = ConcurrentHashMap.newKeySet();
        List<CompletableFuture<Void>> makers = new ArrayList<>();
        for (int maker = 0; maker < 4; maker++) {
            makers.add(
                    CompletableFuture.runAsync(
                            () -> {
                                for (int i = 0; i < MANY / 4; i++) {
                                    ids.add(series.next(i / 100));
                                }
                            }));
        }
        makers.forEach(CompletableFuture::join);
        assertThat(ids).hasSize(MANY);
    }

    @Test
    void processesMakeOthers() {
        long[] moments = LongStream.range(0, MANY).map(i -> i / 2_000).toArray();
        long[] one = sorted(new IdSeries(1), moments);
        long[] other = sorted(new IdSeries(4_095), moments);
        assertThat(LongStream.concat(LongStream.of(one), LongStream.of(other)).distinct())
                .hasSize(2 * MANY);
    }

    @Test
    void anotherNumberMakesNoneTwiceEither() {
        IdSeries series = new IdSeries(1);
        Set<Long> ids = new HashSet<>();
        for (int i = 0; i < 10_000; i++) {
            series.use(1 + i % 3);
            assertThat(ids.add(series.next(5))).isTrue();
        }
        assertThatThrownBy(() -> series.use(4_096)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void afterTheEndOfTimeThereAreNone() {
        IdSeries series = new IdSeries(1);
        for (int i = 0; i < IdSeries.COUNTERS; i++) {
            assertThat(millis(series.next(Ids.MILLIS_MAX))).isEqualTo(Ids.MILLIS_MAX);
        }
        assertThatThrownBy(() -> series.next(Ids.MILLIS_MAX))
                .isInstanceOf(IllegalStateException.class);
    }
}
