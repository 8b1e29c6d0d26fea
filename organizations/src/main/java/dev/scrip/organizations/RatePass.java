package dev.scrip.organizations;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a request has taken of its rate limits. When it ends, what it used takes the place of that
 * ({@link #settle}); if it used nothing, it goes back.
 */
public final class RatePass {

    /** Of nobody who is limited. */
    public static final RatePass NONE = new RatePass(null, RateReadings.NONE, List.of());

    /** A part of it. */
    record Taken(Bound bound, long units) {}

    private final @Nullable RateGate gate;
    private final RateReadings readings;
    private List<Taken> taken;
    private RateUsed used = RateUsed.NOTHING;
    private boolean over;

    RatePass(@Nullable RateGate gate, RateReadings readings, List<Taken> taken) {
        this.gate = gate;
        this.readings = readings;
        this.taken = taken;
    }

    /** How its limits stand right after it. */
    public RateReadings readings() {
        return readings;
    }

    /**
     * Puts what was used in place of what was taken; of several attempts, what all of them used.
     */
    public synchronized void settle(
            long inputTokens, long outputTokens, long images, long audioSeconds) {
        over = true;
        if (gate != null && !taken.isEmpty()) {
            used = used.plus(inputTokens, outputTokens, images, audioSeconds);
            taken = gate.settle(taken, used, outputTokens);
        }
    }

    /**
     * It came to nothing: all goes back but the request of the minute, because who asks in vain
     * asks too. Changes nothing if something was used.
     */
    public synchronized void giveBack() {
        if (!over && gate != null && !taken.isEmpty()) {
            gate.giveBack(taken);
        }
        over = true;
    }
}
