package dev.scrip.proof;

import dev.scrip.money.Money;

/**
 * One usage record: a durable charge.
 *
 * @param begunAt when its money was set aside, to the millisecond below, in {@link System#nanoTime}
 */
record Charged(String mark, long requestId, long begunAt, Money amount) {}
