package dev.scrip.charging;

import dev.scrip.ledger.Payer;
import dev.scrip.pricing.Ask;
import dev.scrip.pricing.Usage;
import java.util.concurrent.CompletionStage;

/**
 * The money of requests, as whoever relays them sees it. {@link Charging} is the only one that is
 * shipped; measurements relay without money, to tell what it takes.
 */
public interface RequestMoney {

    /** Whether a price is in force for a model now, so that requests to it can be admitted. */
    boolean isPriced(String model);

    /** Sets money aside for all that a request may cost, or says why not. */
    CompletionStage<Admission> admit(Payer payer, Ask ask);

    /**
     * Sets money aside for all of a request's input and a window of its output, or says why not.
     * More than that may be relayed only after {@link #extend} has covered it, up to the bound of
     * the quote, which is not lowered.
     *
     * @param outputWindow tokens of each choice's output; where the balance covers fewer, it is
     *     those. Pictures and sound are made whole: for them there is no window
     */
    CompletionStage<Admission> admit(Payer payer, Ask ask, long outputWindow);

    /**
     * Sets more money aside for a running request, so that up to so many tokens of each choice's
     * output are covered, at its own prices and in the periods that it began in. One extension of a
     * hold may be under way at a time; the hold may end meanwhile.
     *
     * @throws IllegalStateException when the hold has ended, or is being extended
     */
    CompletionStage<Extension> extend(Hold hold, long outputTokensMax);

    /**
     * Charges what was used. The stage completes when the charge is durable: only then may the
     * response end. While PostgreSQL is away it waits, within a bound; then it fails, and the
     * charge is settled later all the same.
     *
     * @throws IllegalStateException when the hold has ended before
     */
    CompletionStage<Settled> charge(Hold hold, Usage usage, Call call);

    /**
     * Nothing was dispatched, or the upstream failed and asks nothing: costs nothing.
     *
     * @throws IllegalStateException when the hold has ended before
     */
    void release(Hold hold);

    /** Requests that are admitted, or wait to be, and neither settled nor released. */
    int running();

    /** Has it told how charging goes, from now on. */
    void watchedBy(ChargingWatch told);
}
