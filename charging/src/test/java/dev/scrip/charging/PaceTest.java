package dev.scrip.charging;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class PaceTest {

    private static final long MILLISECOND = 1_000_000;

    private final VirtualTime time = new VirtualTime();
    private int rested;
    private final Pace pace = new Pace(new Clockwork(), this::rested);

    private void rested() {
        rested++;
        pace.endRest();
    }

    /** A message that takes so long and has so many charges. */
    private void message(long nanos, int charges) {
        assertThat(pace.leaves(true)).isTrue();
        time.after(nanos, () -> pace.over(charges));
        time.step();
    }

    @Test
    void oneMessageIsUnderWayHoweverUrgentTheNextIs() {
        assertThat(pace.leaves(false)).isTrue();
        assertThat(pace.leaves(true)).isFalse();
        assertThat(pace.isUnderWay()).isTrue();
        pace.over(1);
        assertThat(pace.leaves(false)).isTrue();
    }

    @Test
    void atLowLoadTheNextLeavesAtOnce() {
        message(2 * MILLISECOND, 3);
        assertThat(pace.leaves(false)).isTrue();
    }

    @Test
    void aBusyLaneRestsForAsLongAsItsMessageTook() {
        message(2 * MILLISECOND, 4);
        long since = time.now();
        assertThat(pace.leaves(false)).isFalse();
        assertThat(pace.leaves(false)).as("asked again").isFalse();
        time.step();
        assertThat(time.now() - since).isEqualTo(2 * MILLISECOND);
        assertThat(rested).isEqualTo(1);
        assertThat(pace.leaves(false)).isTrue();
    }

    @Test
    void noRestIsLongerThanAnybodyWouldNotice() {
        message(200 * MILLISECOND, 5_000);
        long since = time.now();
        assertThat(pace.leaves(false)).isFalse();
        time.step();
        assertThat(time.now() - since).isEqualTo(3 * MILLISECOND);
    }

    @Test
    void whatIsUrgentEndsTheRest() {
        message(2 * MILLISECOND, 100);
        assertThat(pace.leaves(false)).isFalse();
        assertThat(pace.leaves(true)).isTrue();
    }

    @Test
    void whatComesAfterTheRestLeavesAtOnce() {
        message(2 * MILLISECOND, 100);
        time.after(2 * MILLISECOND, () -> {});
        time.step();
        assertThat(pace.leaves(false)).isTrue();
    }

    @Test
    void theTimeOfAnswersRisesAtOnceAndFallsSlowly() {
        assertThat(pace.leaves(false)).isTrue();
        time.after(8 * MILLISECOND, pace::noteAnswer);
        time.step();
        assertThat(pace.answerNanos()).isEqualTo(8 * MILLISECOND);
        pace.over(1);
        assertThat(pace.leaves(false)).isTrue();
        pace.noteAnswer();
        assertThat(pace.answerNanos()).isEqualTo(7 * MILLISECOND);
    }

    /** A machine of virtual time that is never stopped. */
    private final class Clockwork implements Machine {

        @Override
        public Instant instant() {
            return Instant.EPOCH.plusNanos(time.now());
        }

        @Override
        public long nanoTime() {
            return time.now();
        }

        @Override
        public boolean run(Runnable task) {
            return runLater(Duration.ZERO, task);
        }

        @Override
        public boolean runLater(Duration pause, Runnable task) {
            time.after(pause.toNanos(), task);
            return true;
        }

        @Override
        public void stop() {}

        @Override
        public boolean isStopped() {
            return false;
        }

        @Override
        public boolean awaitEnd(Duration limit) {
            return true;
        }
    }
}
