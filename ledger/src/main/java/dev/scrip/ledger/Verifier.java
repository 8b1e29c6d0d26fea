package dev.scrip.ledger;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jdbi.v3.core.Handle;

/** Runs every check of {@link VerificationStore} and {@link ChainStore} on one snapshot. */
final class Verifier {

    /**
     * @param organizations those with any difference
     */
    record Findings(Verification verification, Set<Long> organizations) {}

    Findings verify(Handle tx) {
        Set<Long> organizations = new TreeSet<>();
        List<Verification.Check> checks = new ArrayList<>();
        for (VerificationStore.Question question : VerificationStore.QUESTIONS) {
            checks.add(VerificationStore.ask(tx, question, organizations));
        }
        checks.addAll(new ChainStore().verify(tx));
        return new Findings(new Verification(checks), organizations);
    }
}
