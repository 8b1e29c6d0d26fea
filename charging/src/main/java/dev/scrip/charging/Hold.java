package dev.scrip.charging;

import dev.scrip.ledger.Payer;
import dev.scrip.money.Money;
import dev.scrip.pricing.Quote;
import java.time.Instant;

/**
 * The most that one running request may cost, set aside. Ends once.
 *
 * <p>{@code quote().outputTokensMax()} is the bound that must be sent to the upstream; it is lower
 * than what the client asked for when {@code lowered()}. Of a stream that was admitted with a
 * window, only {@code outputTokensHeld()} of it are covered so far: no more may be relayed before
 * {@link Charging#extend} has covered it.
 */
public interface Hold {

    /** Names the request everywhere, printed as {@code req_...}. */
    long requestId();

    Payer payer();

    Quote quote();

    /** What is set aside, with all extensions so far. */
    Money amount();

    /** The tokens of each choice's output that the amount covers. */
    long outputTokensHeld();

    Instant heldAt();

    /** The output bound was lowered to what the balance covers. */
    boolean lowered();
}
