package dev.scrip.charging;

import dev.scrip.ledger.Exchange.LeaseDemand;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
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

    private final OrganizationLeases organization;
    private final Tuning tuning;

    /** Requests that run already: none that wants to begin goes before them. */
    private final ArrayDeque<Waiting> running = new ArrayDeque<>();

    private final ArrayDeque<Waiting> beginning = new ArrayDeque<>();
    private final List<ArrayDeque<Waiting>> lines = List.of(running, beginning);

    /** Leases whose crowd flag is up. */
    private Set<Lease> crowded = new HashSet<>();

    WaitingLine(OrganizationLeases organization, Tuning tuning) {
        this.organization = organization;
        this.tuning = tuning;
    }

    boolean isEmpty() {
        return running.isEmpty() && beginning.isEmpty();
    }

    /** Puts a request at the end of its kind; false when the line is full. */
    boolean add(Waiting request) {
        if (request.isRunning()) {
            return running.add(request);
        }
        return beginning.size() < tuning.waitingMax() && beginning.add(request);
    }

    void forgetAnswers() {
        lines.forEach(line -> line.forEach(Waiting::forgetAnswer));
    }

    /** Takes out, from the front, those who match. */
    void giveUp(Predicate<Waiting> which, String reason, Outcomes outcomes) {
        for (ArrayDeque<Waiting> line : lines) {
            while (!line.isEmpty() && which.test(line.getFirst())) {
                outcomes.unavailable(organization, line.removeFirst(), reason);
            }
        }
        if (isEmpty()) {
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
        lines.forEach(line -> line.removeIf(pass::ends));
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
            if (request.isOver()) {
                outcomes.unavailable(organization, request, "the request has ended");
                return true;
            }
            Holdings from = holdings(request);
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
                Want before = request.attempt();
                if (isRefused(request, from)) {
                    return true;
                }
                if (!before.equals(request.attempt()) && isServed(request, from)) {
                    return true;
                }
            }
            stays(shortOf(request, from));
            return false;
        }

        private List<Lease> lacking(Waiting request, Holdings from) {
            return from.lacking(request.need().nanos(), at, request.countsAt(at), nanoTime);
        }

        private List<Lease> shortOf(Waiting request, Holdings from) {
            return WaitingLine.shortOf(request, from, at, nanoTime);
        }

        private boolean isServed(Waiting request, Holdings from) {
            // The flags are up before the leases are looked at again: whoever gives back after
            // that look sees that somebody waits, and whoever came later does not pass.
            for (int look = 0; look < 2; look++) {
                if (gets(request.want(), request, from)
                        || (request.isLowered() && gets(request.attempt(), request, from))) {
                    return true;
                }
                for (Lease lease : lacking(request, from)) {
                    lease.crowd(true);
                    crowded.add(lease);
                }
            }
            return false;
        }

        private boolean gets(Want want, Waiting request, Holdings from) {
            Taken taken = from.take(want.amount(), at, request.countsAt(at), nanoTime);
            if (taken == null) {
                return false;
            }
            request.give(taken, want, outcomes);
            return true;
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
            return switch (Judge.judge(
                    request.want(), from, at, request.countsAt(at), answered, sought)) {
                case Verdict.AskAgain() -> false;
                case Verdict.Fits(var fitting) -> {
                    request.lowerTo(fitting);
                    yield false;
                }
                case Verdict.Elsewhere(var fitting) -> {
                    request.lowerTo(fitting);
                    request.foundShort(nanoTime);
                    for (Lease lease : shortOf(request, from)) {
                        long until = lease.seek(nanoTime);
                        seekNanos = Math.min(seekNanos, until - nanoTime);
                    }
                    yield false;
                }
                case Verdict.Refused(Admission admission) -> {
                    request.refuse(organization, admission, outcomes);
                    yield true;
                }
            };
        }
    }

    private static List<Lease> shortOf(Waiting request, Holdings from, Instant at, long nanoTime) {
        return from.shortOf(request.need().nanos(), at, request.countsAt(at), nanoTime);
    }

    /** What a request holds from; null: that must be read first. */
    private @Nullable Holdings holdings(Waiting request) {
        Holdings now = organization.holdings(request.payer(), request.model());
        return now == null ? null : request.holdings(now);
    }

    /**
     * Writes into a message which leases must be extended, and by how much: of requests that hold
     * from the same leases, what the first needs, together or not at all, and what they all want.
     */
    void demand(Batch batch, Instant at, long nanoTime) {
        Map<List<Lease>, Need> firsts = new LinkedHashMap<>();
        Map<Lease, Long> totals = new HashMap<>();
        for (ArrayDeque<Waiting> line : lines) {
            for (Waiting request : line) {
                Holdings from = holdings(request);
                if (from != null && from.isCurrent(at, nanoTime)) {
                    Need need = new Need(request, from);
                    if (shortOf(request, from, at, nanoTime).stream()
                            .noneMatch(lease -> lease.isSeeking(nanoTime))) {
                        request.askedIn(batch.number());
                        need.addTo(totals, at);
                        firsts.putIfAbsent(from.leases(), need);
                    }
                }
            }
        }
        Map<Lease, Long> frees = new HashMap<>();
        int group = LeaseDemand.ALONE;
        for (Need need : firsts.values()) {
            group++;
            need.demand(batch, totals, frees, at, nanoTime, group);
        }
    }

    /** What a request needs of each of its leases. */
    private record Need(Waiting request, Holdings from) {

        /**
         * Of later credit, what the credit before is not known to give: who asked for the rest
         * before it is known how much that is would keep the one without having the other.
         */
        private long[] amounts(Instant at) {
            long[] amounts = new long[from.size()];
            long amount = request.need().nanos();
            long left = amount;
            for (int index = 0; index < amounts.length; index++) {
                boolean credit = index < from.credits();
                amounts[index] = credit ? left : amount;
                if (credit) {
                    left = Math.max(0, left - from.lease(index).knownToGive(at));
                }
            }
            return amounts;
        }

        void addTo(Map<Lease, Long> totals, Instant at) {
            long[] amounts = amounts(at);
            for (int index = 0; index < amounts.length; index++) {
                totals.merge(from.lease(index), amounts[index], Lease::saturatedSum);
            }
        }

        /**
         * @param frees what is free in each lease and not needed by an earlier request
         */
        void demand(
                Batch batch,
                Map<Lease, Long> totals,
                Map<Lease, Long> frees,
                Instant at,
                long nanoTime,
                int group) {
            long[] amounts = amounts(at);
            for (int index = 0; index < amounts.length; index++) {
                Lease lease = from.lease(index);
                boolean first = !frees.containsKey(lease);
                long total = totals.getOrDefault(lease, 0L);
                boolean mustAsk = lease.isPast(at) || lease.mustAsk(total, at, nanoTime);
                if (mustAsk) {
                    long free = first ? lease.usable(at) : frees.get(lease);
                    long shortage = Math.max(0, amounts[index] - free);
                    frees.put(lease, Math.max(0, free - amounts[index]));
                    if (first || shortage > 0) {
                        batch.demand(lease, shortage, total, nanoTime, group);
                    }
                }
            }
        }
    }
}
