package dev.scrip.organizations;

import java.util.concurrent.CompletionStage;

/** Tells whether a caller may ask now. */
public interface RateCheck {

    /**
     * Takes a request of all its limits, or of none. From memory when the caller was seen lately;
     * never blocks and never fails. What is chained to the stage may run on a thread of this
     * module.
     */
    CompletionStage<RateOutcome> take(RateAsk ask);
}
