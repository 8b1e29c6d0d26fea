package dev.scrip.charging;

import dev.scrip.pricing.Quote;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The requests of one organization that wait for its leases to grow: served in the order they came,
 * but who lacks nothing passes who lacks something. Guarded by the lane's lock.
 */
final class WaitingLine {

    /**
     * What is to be done after a look at the line.
     *
     * @param ask the ledger should be asked for more now
     * @param unread requests whose list of pools must be read first
     * @param seekNanos to ask again after, when others have had time to give back; {@link
     *     Long#MAX_VALUE}: nobody was asked to
     */
    record Needs(boolean ask, List<Waiting> unread, long seekNanos) {}

    /** What the line needs of one lease: the first request, and all together. */
    private record Need(long first, long total) {
        Need and(long more) {
            return new Need(first, Lease.saturatedSum(total, more));
        }
    }

    private final OrganizationLeases organization;
    private final Tuning tuning;
    private final ArrayDeque<Waiting> line = new ArrayDeque<>();

    /** Leases whose crowd flag is up. */
    private Set<Lease> crowded = new HashSet<>();

    WaitingLine(OrganizationLeases organization, Tuning tuning) {
        this.organization = organization;
        this.tuning = tuning;
    }

    boolean isEmpty() {
        return line.isEmpty();
    }

    /** Puts a request at the end; false when the line is full. */
    boolean add(Waiting request) {
        return line.size() < tuning.waitingMax() && line.add(request);
    }

    void forgetAnswers() {
        line.forEach(Waiting::forgetAnswer);
    }

    /** Takes out, from the front, those who match. */
    void giveUp(Predicate<Waiting> which, String reason, Outcomes outcomes) {
        for (Waiting first = line.peek(); first != null && which.test(first); first = line.peek()) {
            line.remove();
            outcomes.unavailable(organization, first, reason);
        }
        if (line.isEmpty()) {
            crowd(new HashSet<>());
        }
    }

    /**
     * Gives to the requests, in order, what they can have now, and says what the others need.
     *
     * @param answered the exchange whose answer was just taken in; 0: none
     */
    Needs serve(Instant at, long nanoTime, long answered, Outcomes outcomes) {
        Pass pass = new Pass(at, nanoTime, answered, outcomes);
        for (Iterator<Waiting> each = line.iterator(); each.hasNext(); ) {
            if (pass.ends(each.next())) {
                each.remove();
            }
        }
        crowd(pass.lacking);
        return new Needs(pass.ask, pass.unread, pass.seekNanos);
    }

    /** Raises the crowd flags of these leases alone. */
    private void crowd(Set<Lease> lacking) {
        for (Lease lease : crowded) {
            lease.crowd(lacking.contains(lease));
        }
        crowded = lacking;
    }

    /** One look at the whole line. */
    private final class Pass {
        private final Instant at;
        private final long nanoTime;
        private final long answered;
        private final Outcomes outcomes;

        /** What requests further in front lack: nobody behind them may take of it. */
        private final Set<Lease> lacking = new HashSet<>();

        private final List<Waiting> unread = new ArrayList<>();
        private boolean ask;
        private boolean seeking;
        private long seekNanos = Long.MAX_VALUE;

        Pass(Instant at, long nanoTime, long answered, Outcomes outcomes) {
            this.at = at;
            this.nanoTime = nanoTime;
            this.answered = answered;
            this.outcomes = outcomes;
        }

        /** Whether a request's wait is over. */
        boolean ends(Waiting request) {
            Holdings from = organization.holdings(request.payer(), request.quote().ask().model());
            if (from == null || !from.isCurrent(at, nanoTime)) {
                unread.add(request);
                return false;
            }
            from.use(nanoTime);
            if (from.hasOneOf(lacking)) {
                if (seeking && request.wasAskedIn(answered)) {
                    request.foundShort(nanoTime);
                }
                return false;
            }
            if (isServed(request, from)) {
                return true;
            }
            if (request.wasAskedIn(answered)) {
                Quote before = request.attempt();
                if (isRefused(request, from)) {
                    return true;
                }
                if (!before.equals(request.attempt()) && isServed(request, from)) {
                    return true;
                }
            }
            stays(from.lacking(request.need().nanos(), at, nanoTime));
            return false;
        }

        private boolean isServed(Waiting request, Holdings from) {
            // The flags are up before the leases are looked at again: whoever gives back after
            // that look sees that somebody waits, and whoever came later does not pass.
            for (int look = 0; look < 2; look++) {
                RunningHold hold = hold(request, from);
                if (hold != null) {
                    outcomes.complete(request.admission(), new Admission.Held(hold));
                    return true;
                }
                for (Lease lease : from.lacking(request.need().nanos(), at, nanoTime)) {
                    lease.crowd(true);
                    crowded.add(lease);
                }
            }
            return false;
        }

        private @Nullable RunningHold hold(Waiting request, Holdings from) {
            RunningHold hold = from.tryHold(request.payer(), request.quote(), false, at, nanoTime);
            return hold == null && request.isLowered()
                    ? from.tryHold(request.payer(), request.attempt(), true, at, nanoTime)
                    : hold;
        }

        private void stays(List<Lease> lacks) {
            lacking.addAll(lacks);
            boolean sought = false;
            for (Lease lease : lacks) {
                sought |= lease.isSeeking(nanoTime);
            }
            ask |= !sought;
            seeking |= sought;
        }

        private boolean isRefused(Waiting request, Holdings from) {
            boolean sought =
                    request.hasSought(
                            Tuning.SEEK_ANSWERS_MIN, tuning.seekLimit().toNanos(), nanoTime);
            return switch (Judge.judge(request.quote(), from, at, answered, sought)) {
                case Verdict.AskAgain() -> false;
                case Verdict.Fits(var fitting) -> {
                    request.lowerTo(fitting);
                    yield false;
                }
                case Verdict.Elsewhere(var fitting) -> {
                    request.lowerTo(fitting);
                    request.foundShort(nanoTime);
                    for (Lease lease : from.lacking(fitting.ceiling().nanos(), at, nanoTime)) {
                        long until = lease.seek(nanoTime);
                        seekNanos = Math.min(seekNanos, until - nanoTime);
                    }
                    yield false;
                }
                case Verdict.Refused(Admission admission) -> {
                    outcomes.refuse(organization, request, admission);
                    yield true;
                }
            };
        }
    }

    /** Writes into a message which leases must be extended, and by how much. */
    void demand(Batch batch, Instant at, long nanoTime) {
        Map<Lease, Need> needs = new LinkedHashMap<>();
        for (Waiting request : line) {
            Holdings from = organization.holdings(request.payer(), request.quote().ask().model());
            if (from != null && from.isCurrent(at, nanoTime)) {
                long need = request.need().nanos();
                if (from.lacking(need, at, nanoTime).stream()
                        .noneMatch(lease -> lease.isSeeking(nanoTime))) {
                    request.askedIn(batch.number());
                    addNeed(needs, from, need, at);
                }
            }
        }
        needs.forEach(
                (lease, need) -> {
                    if (lease.mustAsk(Math.max(need.first(), need.total()), at, nanoTime)) {
                        batch.demand(lease, need.first(), need.total(), nanoTime);
                    }
                });
    }

    /**
     * What one request needs of each lease: of later credit, what the credit before cannot give.
     */
    private static void addNeed(Map<Lease, Need> needs, Holdings from, long amount, Instant at) {
        long left = amount;
        for (int index = 0; index < from.size(); index++) {
            Lease lease = from.lease(index);
            boolean credit = index < from.credits();
            long need = credit ? left : amount;
            needs.merge(lease, new Need(need, need), (before, more) -> before.and(more.total()));
            if (credit) {
                left = Math.max(0, left - lease.mayGive(at));
            }
        }
    }
}
