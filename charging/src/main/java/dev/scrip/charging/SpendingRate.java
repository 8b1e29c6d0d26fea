package dev.scrip.charging;

/**
 * How much is held per second, lately, in nano-dollars: rises at once and falls by halves. Not
 * thread-safe: guarded by the lane's lock. Decides only how large a lease is asked for.
 */
final class SpendingRate {

    private static final long WINDOW_MILLIS = 500;
    private static final long NANOS_PER_MILLI = 1_000_000;

    private long windowStart;
    private long inWindow;
    private long perSecond;

    SpendingRate(long nanoTime) {
        windowStart = nanoTime;
    }

    void add(long amount, long nanoTime) {
        roll(nanoTime);
        inWindow = Lease.saturatedSum(inWindow, amount);
    }

    long perSecond(long nanoTime) {
        roll(nanoTime);
        return perSecond;
    }

    private void roll(long nanoTime) {
        long millis = (nanoTime - windowStart) / NANOS_PER_MILLI;
        if (millis >= WINDOW_MILLIS) {
            long perMilli = inWindow / millis;
            long latest = perMilli > Long.MAX_VALUE / 1000 ? Long.MAX_VALUE : perMilli * 1000;
            perSecond = latest > perSecond ? latest : perSecond / 2 + latest / 2;
            inWindow = 0;
            windowStart = nanoTime;
        }
    }
}
