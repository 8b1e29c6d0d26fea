package dev.scrip.charging;

import dev.scrip.ledger.Payer;
import dev.scrip.money.Money;
import dev.scrip.pricing.Quote;
import java.time.Instant;

/**
 * The most that one running request may cost, set aside. Ends once.
 *
 * <p>{@code quote().outputTokensMax()} is the bound that must be sent to the upstream; it is lower
 * than what the client asked for when {@code lowered()}.
 */
public interface Hold {

    /** Names the request everywhere, printed as {@code req_...}. */
    long requestId();

    Payer payer();

    Quote quote();

    Money amount();

    Instant heldAt();

    /** The output bound was lowered to what the balance covers. */
    boolean lowered();
}
