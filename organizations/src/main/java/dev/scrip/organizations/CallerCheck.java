package dev.scrip.organizations;

import java.util.concurrent.CompletionStage;

/** Tells who calls, by the secret that was presented. */
public interface CallerCheck {

    /**
     * Who a secret is. From memory when it was seen lately; never blocks its caller, and never
     * fails: what goes wrong is {@link KeyOutcome.Unavailable}. What is chained to the stage may
     * run on a thread of this module; an event loop must take it back to its own.
     */
    CompletionStage<KeyOutcome> authenticate(String secret);
}
