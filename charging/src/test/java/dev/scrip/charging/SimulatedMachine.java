package dev.scrip.charging;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;

/** A machine in virtual time: its clock may be wrong, it can be frozen, and it can die. */
final class SimulatedMachine implements Machine, InstantSource {

    /** How far from the truth a machine's clock may be. */
    private static final List<Duration> WRONG_CLOCKS =
            List.of(
                    Duration.ZERO,
                    Duration.ofMillis(700),
                    Duration.ofSeconds(-20),
                    Duration.ofDays(1),
                    Duration.ofDays(-1));

    static final Instant EPOCH = Instant.parse("2026-03-30T23:59:40Z");

    private static final int LATENCY_NANOS_MAX = 3_000_000;

    private final VirtualTime time;
    private final Random random;
    private final long nanoTimeAtStart;
    private Duration wrongBy = Duration.ZERO;
    private long frozenUntil;
    private boolean dead;
    private boolean stopped;

    SimulatedMachine(VirtualTime time, Random random) {
        this.time = time;
        this.random = random;
        // Near its overflow, as System.nanoTime may be.
        this.nanoTimeAtStart = Long.MAX_VALUE - random.nextInt(2_000_000_000);
    }

    static Duration wrongClock(Random random) {
        return WRONG_CLOCKS.get(random.nextInt(WRONG_CLOCKS.size()));
    }

    @Override
    public Instant instant() {
        return EPOCH.plusNanos(time.now()).plus(wrongBy);
    }

    @Override
    public long nanoTime() {
        return nanoTimeAtStart + time.now();
    }

    /** The clock jumps to so much away from the right time. */
    void setClockWrongBy(Duration wrong) {
        wrongBy = wrong;
    }

    /** Takes no step for so long, and notices nothing of it but the time. */
    void freeze(Duration pause) {
        frozenUntil = time.now() + pause.toNanos();
    }

    void thaw() {
        frozenUntil = 0;
    }

    long frozenUntil() {
        return frozenUntil;
    }

    boolean isFrozen() {
        return time.now() < frozenUntil;
    }

    /** Takes no step any more. */
    void kill() {
        dead = true;
    }

    boolean isDead() {
        return dead;
    }

    @Override
    public boolean run(Runnable task) {
        return runLater(Duration.ZERO, task);
    }

    @Override
    public boolean runLater(Duration pause, Runnable task) {
        if (stopped || dead) {
            return false;
        }
        time.after(pause.toNanos() + random.nextInt(LATENCY_NANOS_MAX), () -> act(task));
        return true;
    }

    /** As soon as this machine takes a step. */
    private void act(Runnable task) {
        if (dead) {
            return;
        }
        if (isFrozen()) {
            time.after(
                    frozenUntil - time.now() + random.nextInt(LATENCY_NANOS_MAX), () -> act(task));
            return;
        }
        task.run();
    }

    @Override
    public void stop() {
        stopped = true;
    }

    @Override
    public boolean isStopped() {
        return stopped;
    }

    @Override
    public boolean awaitEnd(Duration limit) {
        throw new IllegalStateException("nobody waits in a simulation");
    }
}
