package dev.scrip.gateway;

/** A running call to an upstream. Used on the context that made it. */
interface UpstreamCall {

    /** Asks for no more bytes until {@link #resume}. */
    void pause();

    void resume();

    /** Ends it now; it tells nothing more. */
    void cancel();
}
