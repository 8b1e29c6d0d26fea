package dev.scrip.charging;

/** May a running request use more output than it holds money for? */
public sealed interface Extension {

    /**
     * It may, up to the new bound.
     *
     * @param outputTokensHeld what the hold covers now of each choice's output; less than was asked
     *     for where the balance covers no more, and more than before
     */
    record Extended(long outputTokensHeld) implements Extension {}

    /**
     * It may not: nothing was set aside, and the hold is as it was.
     *
     * @param reason one of {@link Admission.InsufficientCredit}, {@link Admission.LimitReached},
     *     {@link Admission.Frozen} and {@link Admission.Unavailable}; what is required there is the
     *     price of the least that would be of use
     */
    record Refused(Admission reason) implements Extension {}

    /** The hold ended meanwhile: nothing was set aside. */
    record Ended() implements Extension {}
}
