package dev.scrip.ledger;

import dev.scrip.ledger.Entry.GrantDraw;
import dev.scrip.ledger.Entry.Posting;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What one transaction adds to the journal, in the order in which it is sealed (organization,
 * entry), as columns, and the hash of its content. The bytes that are hashed: docs/ledger.md.
 */
final class JournalBatch {

    private static final Comparator<Entry> BY_ENTRY =
            Comparator.comparingLong(Entry::organizationId).thenComparingLong(Entry::entryId);

    private static final Comparator<GrantDraw> DRAWS_BY_ENTRY =
            Comparator.comparingLong(GrantDraw::organizationId)
                    .thenComparingLong(GrantDraw::entryId);

    final int lane;
    final Instant at;
    final List<Entry> entries;
    final Lines lines;
    final Draws draws;
    final byte[] content;

    /**
     * @throws IllegalArgumentException if the entries are not of one lane, or a draw is of none
     */
    JournalBatch(List<Entry> entries, List<GrantDraw> draws) {
        this.entries = sorted(entries, BY_ENTRY);
        this.lane = Lanes.of(this.entries.getFirst().organizationId());
        Instant latest = Instant.EPOCH;
        int lineCount = 0;
        for (Entry entry : this.entries) {
            lineCount += entry.postings().size();
            latest = entry.postedAt().isAfter(latest) ? entry.postedAt() : latest;
        }
        this.at = latest;
        this.lines = new Lines(lineCount);
        this.draws = new Draws(sorted(draws, DRAWS_BY_ENTRY), this.entries.size());
        this.content = fill();
    }

    /** Goes through the entries once; answers the hash of the content. */
    private byte[] fill() {
        CanonicalBytes bytes = new CanonicalBytes();
        CanonicalBytes digests = new CanonicalBytes().add(lane).add(entries.size()).add(at);
        for (Entry entry : entries) {
            if (Lanes.of(entry.organizationId()) != lane) {
                throw new IllegalArgumentException(
                        "organization %d is of lane %d, not %d"
                                .formatted(
                                        entry.organizationId(),
                                        Lanes.of(entry.organizationId()),
                                        lane));
            }
            bytes.add(entry.organizationId())
                    .add(entry.entryId())
                    .add(entry.change().nanos())
                    .add(entry.balanceAfter().nanos())
                    .add(entry.postedAt())
                    .add(entry.kind().name())
                    .add(entry.note())
                    .add(entry.postings().size());
            lines.add(entry, Days.of(entry.postedAt()), bytes);
            draws.add(entry, bytes);
            digests.addBytes(bytes.hash());
        }
        draws.requireAllTaken();
        return digests.hash();
    }

    /** As it is, if it is in order already, which it usually is. */
    private static <T> List<T> sorted(List<T> rows, Comparator<T> order) {
        for (int i = 1; i < rows.size(); i++) {
            if (order.compare(rows.get(i - 1), rows.get(i)) > 0) {
                List<T> sorted = new ArrayList<>(rows);
                sorted.sort(order);
                return sorted;
            }
        }
        return rows;
    }

    /** What flowed on a day from one book account to another. */
    record Flow(int day, BookAccount from, BookAccount to) {}

    /** The postings as columns, and what they add up to. */
    static final class Lines {
        private final Map<Flow, BigInteger> flows = new LinkedHashMap<>();

        final long[] organizations;
        final long[] entries;
        final int[] lines;
        final String[] froms;
        final String[] tos;
        final long[] amounts;
        final long[] grants;
        private int next;

        Lines(int count) {
            organizations = new long[count];
            entries = new long[count];
            lines = new int[count];
            froms = new String[count];
            tos = new String[count];
            amounts = new long[count];
            grants = new long[count];
        }

        private void add(Entry entry, int day, CanonicalBytes bytes) {
            int line = 0;
            for (Posting posting : entry.postings()) {
                flows.merge(
                        new Flow(day, posting.from(), posting.to()),
                        BigInteger.valueOf(posting.amount().nanos()),
                        BigInteger::add);
                organizations[next] = entry.organizationId();
                entries[next] = entry.entryId();
                lines[next] = ++line;
                froms[next] = posting.from().label();
                tos[next] = posting.to().label();
                amounts[next] = posting.amount().nanos();
                grants[next] = posting.grantId();
                bytes.add(line)
                        .add(froms[next])
                        .add(tos[next])
                        .add(amounts[next])
                        .add(grants[next]);
                next++;
            }
        }
    }

    Map<Flow, BigInteger> flows() {
        return lines.flows;
    }

    /** The draws as columns, and where those of each entry that has any begin and end in them. */
    static final class Draws {
        final long[] requests;
        final long[] grants;
        final long[] amounts;
        final int[] days;
        private final List<GrantDraw> draws;
        private final List<Entry> entries;
        private final int[] lows;
        private final int[] highs;
        private int next;

        Draws(List<GrantDraw> draws, int entriesMax) {
            this.draws = draws;
            requests = new long[draws.size()];
            grants = new long[draws.size()];
            amounts = new long[draws.size()];
            days = new int[draws.size()];
            entries = new ArrayList<>(entriesMax);
            lows = new int[entriesMax];
            highs = new int[entriesMax];
        }

        private void add(Entry entry, CanonicalBytes bytes) {
            int from = next;
            while (next < draws.size() && isOf(draws.get(next), entry)) {
                GrantDraw draw = draws.get(next);
                requests[next] = draw.requestId();
                grants[next] = draw.grantId();
                amounts[next] = draw.amount().nanos();
                days[next] = draw.day();
                next++;
            }
            if (next > from) {
                lows[entries.size()] = from + 1; // arrays count from 1
                highs[entries.size()] = next;
                entries.add(entry);
                bytes.addArray(requests, from, next)
                        .addArray(grants, from, next)
                        .addArray(amounts, from, next)
                        .addArray(days, from, next);
            }
        }

        private static boolean isOf(GrantDraw draw, Entry entry) {
            return draw.entryId() == entry.entryId()
                    && draw.organizationId() == entry.organizationId();
        }

        private void requireAllTaken() {
            if (next < draws.size()) {
                throw new IllegalArgumentException("of no entry: " + draws.get(next));
            }
        }

        List<Entry> entries() {
            return entries;
        }

        int[] lows() {
            return Arrays.copyOf(lows, entries.size());
        }

        int[] highs() {
            return Arrays.copyOf(highs, entries.size());
        }
    }
}
