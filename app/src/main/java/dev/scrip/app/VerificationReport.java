package dev.scrip.app;

import dev.scrip.ledger.JournalHead;
import dev.scrip.ledger.Verification;
import java.io.PrintStream;
import java.util.Optional;

/**
 * A verification as lines for a terminal.
 *
 * @param head where the journal ends
 * @param missingGuard what must be run so that the database refuses changes; empty: it does
 */
record VerificationReport(
        Verification verification, JournalHead head, Optional<String> missingGuard) {

    private static final String GUARD = "I5 the journal and usage records take no changes";

    /** Prints each invariant and what did not agree; returns the exit code, 0 or 1. */
    int print(PrintStream out) {
        for (Verification.Check check : verification.checks()) {
            out.printf(
                    "%-8s %s (%,d compared)%n",
                    check.differences().isEmpty() ? "agrees" : "DIFFERS",
                    check.name(),
                    check.compared());
            check.differences().forEach(difference -> out.println("         " + difference));
        }
        if (missingGuard.isEmpty()) {
            out.printf("%-8s %s%n", "agrees", GUARD);
        } else {
            out.printf("%-8s %s: the program alone keeps that%n", "warning", GUARD);
            out.println("         let an administrator run: " + missingGuard.get());
        }
        out.printf(
                "Journal head (keep it elsewhere, verify --head checks it): %,d batches, %s%n",
                head.batchCount(), head);
        out.println(
                verification.agrees()
                        ? "The books balance."
                        : "The books do NOT balance: see the lines above.");
        return verification.agrees() ? 0 : 1;
    }
}
