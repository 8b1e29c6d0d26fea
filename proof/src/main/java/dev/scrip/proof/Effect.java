package dev.scrip.proof;

import dev.scrip.money.Money;

/**
 * One request that reached the upstream: from then on it costs the operator money, whatever becomes
 * of it here. Times are {@link System#nanoTime}.
 *
 * @param node the process that sent it
 * @param endedAt when its answer went back, or will
 * @param hold the most that it could cost
 * @param cost what it does cost, if it comes to its end
 * @param grows whether it is a stream that holds a window of its output and extends it: it may be
 *     ended before it has cost all that
 */
record Effect(
        String mark, String node, long at, long endedAt, Money hold, Money cost, boolean grows) {}
