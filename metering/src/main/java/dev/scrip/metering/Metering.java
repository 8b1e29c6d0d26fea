package dev.scrip.metering;

import dev.scrip.money.Money;
import dev.scrip.postgres.Database;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Usage records and what is added up from them. Decides nothing. */
public final class Metering {

    public Metering(Database database) {
        throw new UnsupportedOperationException("metering: to be written");
    }

    /** Keeps records ({@code COPY}) and adds them to the roll-ups, in the caller's transaction. */
    public void record(Handle tx, List<UsageRecord> records) {
        throw new UnsupportedOperationException();
    }

    /** Adds up by one heading, largest amount first (days in order). */
    public List<UsageSum> sums(UsageQuery query, UsageGroup group) {
        throw new UnsupportedOperationException();
    }

    /** For the chart: every day and model with usage. */
    public List<DayModelSum> byDayAndModel(UsageQuery query) {
        throw new UnsupportedOperationException();
    }

    /** The whole of a query as one line. */
    public UsageSum total(UsageQuery query) {
        throw new UnsupportedOperationException();
    }

    /** Requests, newest first; {@code before} is the last request of the page before. */
    public List<UsageRecord> requests(UsageQuery query, Optional<Long> before, int limit) {
        throw new UnsupportedOperationException();
    }

    public Optional<UsageRecord> request(long organizationId, long requestId) {
        throw new UnsupportedOperationException();
    }

    /** The requests of a query as CSV with exact amounts, with a heading line. */
    public void exportCsv(UsageQuery query, Appendable out) throws java.io.IOException {
        throw new UnsupportedOperationException();
    }

    /**
     * What the usage records of each organization add up to, read in the caller's snapshot, for
     * verification; organizations without records are left out.
     */
    public Map<Long, Money> recordedTotals(Handle tx) {
        throw new UnsupportedOperationException();
    }

    /** The same, read from the roll-ups. */
    public Map<Long, Money> rolledUpTotals(Handle tx) {
        throw new UnsupportedOperationException();
    }

    /** What was spent since a moment; for "days left at today's pace". */
    public Money spentSince(long organizationId, Instant since) {
        throw new UnsupportedOperationException();
    }
}
