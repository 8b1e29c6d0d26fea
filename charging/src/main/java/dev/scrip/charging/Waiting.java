package dev.scrip.charging;

import dev.scrip.ledger.Payer;
import dev.scrip.money.Money;
import dev.scrip.pricing.Quote;
import java.util.concurrent.CompletableFuture;

/**
 * A request that waits until its organization's leases cover it or the ledger has said that they
 * cannot. All but its admission is guarded by the lane's lock.
 */
final class Waiting {

    private final Payer payer;
    private final Quote quote;
    private final long deadline;
    private final CompletableFuture<Admission> admission = new CompletableFuture<>();
    private Quote attempt;
    private long askedIn;
    private int shortAnswers;
    private long shortSince;

    Waiting(Payer payer, Quote quote, long deadline) {
        this.payer = payer;
        this.quote = quote;
        this.deadline = deadline;
        this.attempt = quote;
    }

    Payer payer() {
        return payer;
    }

    Quote quote() {
        return quote;
    }

    CompletableFuture<Admission> admission() {
        return admission;
    }

    boolean isLate(long nanoTime) {
        return nanoTime - deadline >= 0;
    }

    /** What is tried now: the quote, or the one lowered to what is there. */
    Quote attempt() {
        return attempt;
    }

    boolean isLowered() {
        return attempt.outputTokensMax() < quote.outputTokensMax();
    }

    void lowerTo(Quote fitting) {
        attempt = fitting;
    }

    Money need() {
        return attempt.ceiling();
    }

    /** Its need is part of that message: the answer to it is an answer to this request. */
    void askedIn(long exchange) {
        askedIn = exchange;
    }

    boolean wasAskedIn(long exchange) {
        return exchange > 0 && askedIn == exchange;
    }

    /** An answer had too little for it, but other processes may give back what it lacks. */
    void foundShort(long nanoTime) {
        if (shortAnswers == 0) {
            shortSince = nanoTime;
        }
        shortAnswers++;
    }

    /** Whether others have had time to give back what they do not use, and have been asked. */
    boolean hasSought(int answersMin, long nanos, long nanoTime) {
        return shortAnswers >= answersMin && nanoTime - shortSince >= nanos;
    }

    /** Credit or limits changed: only a later answer counts. */
    void forgetAnswer() {
        askedIn = 0;
        shortAnswers = 0;
        attempt = quote;
    }
}
