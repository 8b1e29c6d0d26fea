package dev.scrip.ledger;

import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** Runs every check of {@link VerificationStore} and {@link ChainStore} on one snapshot. */
final class Verifier {

    Verification verify(Handle tx) {
        VerificationStore.goAlone(tx);
        List<Verification.Check> checks = new ArrayList<>();
        for (VerificationStore.Question question : VerificationStore.QUESTIONS) {
            checks.add(VerificationStore.ask(tx, question));
        }
        checks.addAll(new ChainStore().verify(tx));
        return new Verification(checks);
    }
}
