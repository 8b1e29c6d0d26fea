package dev.scrip.proof;

import java.util.Random;

/** One way to hurt the balance. */
interface Attack {

    String name();

    /**
     * Carries it out, puts everything right again, and leaves the wallet for the audit.
     *
     * @param random what of it is by chance
     */
    Trial carryOut(Stage stage, Random random) throws InterruptedException;
}
