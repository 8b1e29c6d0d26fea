package dev.scrip.proof;

import dev.scrip.money.Money;

/**
 * One request that reached the upstream: from then on it costs the operator money, whatever becomes
 * of it here. Times are {@link System#nanoTime}.
 *
 * @param node the process that sent it
 * @param endedAt when its answer went back, or will
 * @param hold the most that it could cost
 * @param cost what it does cost
 */
record Effect(String mark, String node, long at, long endedAt, Money hold, Money cost) {}
