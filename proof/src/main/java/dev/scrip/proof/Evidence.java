package dev.scrip.proof;

import dev.scrip.money.Money;
import java.util.List;

/**
 * All that is known of one attack when it is over.
 *
 * @param price what the smallest request needs to be held
 * @param tries of errands that were sent again and again under one {@code Idempotency-Key}
 * @param stranded money that nobody could have, and when
 * @param deaths processes that were killed, and when
 */
record Evidence(
        Money price,
        Timeline allowed,
        List<Sent> sent,
        List<Try> tries,
        List<Effect> effects,
        List<Charged> charges,
        List<Stranded> stranded,
        List<Death> deaths) {

    /** A killed process: what it had under way is cut off, and its hold comes back. */
    record Death(String node, long at) {}

    /** A process that is dead, paused or cut off keeps what it was lent from everybody else. */
    record Stranded(long from, long until, Money amount) {}
}
