package dev.scrip.charging;

import dev.scrip.ledger.Payer;
import dev.scrip.money.Money;
import dev.scrip.pricing.Quote;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;

/**
 * A request that waits until its organization's leases cover what it wants or the ledger has said
 * that they cannot. All but its outcome is guarded by the lane's lock.
 */
abstract sealed class Waiting {

    private final Payer payer;
    private final Want want;
    private final long deadline;
    private Want attempt;
    private long askedIn;
    private int shortAnswers;
    private long shortSince;

    private Waiting(Payer payer, Want want, long deadline) {
        this.payer = payer;
        this.want = want;
        this.deadline = deadline;
        this.attempt = want;
    }

    /** One that wants to begin. */
    static final class Beginning extends Waiting {

        private final Quote whole;
        private final boolean windowed;
        private final CompletableFuture<Admission> admission = new CompletableFuture<>();

        /**
         * @param window how much output of each choice is to be covered at first; what the whole
         *     quote allows where the request is not extended later
         */
        Beginning(Payer payer, Quote whole, Want window, boolean windowed, long deadline) {
            super(payer, window, deadline);
            this.whole = whole;
            this.windowed = windowed;
        }

        CompletableFuture<Admission> admission() {
            return admission;
        }

        @Override
        boolean isRunning() {
            return false;
        }

        @Override
        boolean isOver() {
            return false;
        }

        @Override
        Instant countsAt(Instant now) {
            return now;
        }

        @Override
        Holdings holdings(Holdings now) {
            return now;
        }

        @Override
        void give(Taken taken, Want of, Outcomes outcomes) {
            RunningHold hold =
                    new RunningHold(
                            payer(),
                            windowed ? whole : of.quote(),
                            !windowed && of.isLessThan(want()),
                            taken,
                            of.quote().outputTokensMax());
            outcomes.complete(admission, new Admission.Held(hold));
        }

        /** It no longer counts as running. */
        @Override
        void refuse(OrganizationLeases organization, Admission reason, Outcomes outcomes) {
            organization.lane().turnstile().leave(1);
            outcomes.complete(admission, reason);
        }
    }

    /** One that runs and wants to go on: it comes before all that want to begin. */
    static final class Extending extends Waiting {

        private final RunningHold hold;
        private final CompletableFuture<Extension> extension = new CompletableFuture<>();

        Extending(RunningHold hold, Want want, long deadline) {
            super(hold.payer(), want, deadline);
            this.hold = hold;
        }

        CompletableFuture<Extension> extension() {
            return extension;
        }

        @Override
        boolean isRunning() {
            return true;
        }

        @Override
        boolean isOver() {
            return hold.hasEnded();
        }

        /** It counts in the periods that it began in, however long it lasts. */
        @Override
        Instant countsAt(Instant now) {
            return hold.heldAt();
        }

        @Override
        Holdings holdings(Holdings now) {
            return now.ofPeriodsOf(hold.beganFrom(), hold.heldAt());
        }

        @Override
        void give(Taken taken, Want of, Outcomes outcomes) {
            long outputTokens = of.quote().outputTokensMax();
            if (hold.extend(taken, outputTokens)) {
                outcomes.complete(extension, new Extension.Extended(outputTokens));
            } else {
                taken.giveBack();
                outcomes.complete(extension, new Extension.Ended());
            }
        }

        @Override
        void refuse(OrganizationLeases organization, Admission reason, Outcomes outcomes) {
            hold.endExtension();
            outcomes.complete(
                    extension,
                    hold.hasEnded() ? new Extension.Ended() : new Extension.Refused(reason));
        }
    }

    /** It has begun and holds something already. */
    abstract boolean isRunning();

    /** It ended while it waited: nothing is to be set aside for it any more. */
    abstract boolean isOver();

    /** The moment whose periods of limits it counts in. */
    abstract Instant countsAt(Instant now);

    /**
     * What it holds from.
     *
     * @param now what a request of its kind that begins now holds from
     */
    abstract Holdings holdings(Holdings now);

    /** Its wait is over: it has what it wanted, or what was lowered to. */
    abstract void give(Taken taken, Want of, Outcomes outcomes);

    /** Its wait is over: it gets nothing. */
    abstract void refuse(OrganizationLeases organization, Admission reason, Outcomes outcomes);

    Payer payer() {
        return payer;
    }

    String model() {
        return want.quote().ask().model();
    }

    Want want() {
        return want;
    }

    boolean isLate(long nanoTime) {
        return nanoTime - deadline >= 0;
    }

    /** What is tried now: all that it wants, or that lowered to what is there. */
    Want attempt() {
        return attempt;
    }

    boolean isLowered() {
        return attempt.isLessThan(want);
    }

    void lowerTo(Want fitting) {
        attempt = fitting;
    }

    Money need() {
        return attempt.amount();
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
        attempt = want;
    }
}
