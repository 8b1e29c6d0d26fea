package dev.scrip.app;

import dev.scrip.ledger.Verification;
import java.io.PrintStream;

/** A verification as lines for a terminal. */
final class VerificationReport {

    private VerificationReport() {}

    /** Prints each invariant and what did not agree; returns the exit code, 0 or 1. */
    static int print(Verification verification, PrintStream out) {
        for (Verification.Check check : verification.checks()) {
            out.printf(
                    "%-8s %s (%,d compared)%n",
                    check.differences().isEmpty() ? "agrees" : "DIFFERS",
                    check.name(),
                    check.compared());
            check.differences().forEach(difference -> out.println("         " + difference));
        }
        out.println(
                verification.agrees()
                        ? "The books balance."
                        : "The books do NOT balance: see the lines above.");
        return verification.agrees() ? 0 : 1;
    }
}
