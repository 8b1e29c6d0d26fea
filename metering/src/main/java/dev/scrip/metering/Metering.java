package dev.scrip.metering;

import dev.scrip.money.Money;
import dev.scrip.postgres.Database;
import dev.scrip.postgres.Ids;
import dev.scrip.postgres.Together;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;

/**
 * Usage records and what is added up from them. Decides nothing.
 *
 * <p>A request belongs to the day on which it was held, which its id says ({@link Ids#time}), as
 * budgets count it. Sums come from the roll-ups, lists and exports from the records; both are
 * written in one transaction and agree to the last nano-dollar. Sums of one end user come from the
 * records too, because roll-ups do not tell end users apart.
 */
public final class Metering {

    /** Of more records, {@code COPY} is worth its round trips. */
    private static final int INSERTED_MAX = 50;

    private final UsageStore usage;
    private final RollUpStore rollUps;
    private final EndUserStore endUsers;
    private final PartitionStore partitions;

    public Metering(Database database) {
        this.usage = new UsageStore(database);
        this.rollUps = new RollUpStore(database);
        this.endUsers = new EndUserStore(database);
        this.partitions = new PartitionStore(database);
    }

    /**
     * Keeps records and adds them to the roll-ups, in the caller's transaction. Many records are
     * there at once ({@code COPY}); few, and the roll-ups, when the caller runs {@code writes}.
     * Moments are kept to the microsecond, cut and not rounded.
     *
     * @throws IllegalStateException, here or then, if a record is there already; the transaction
     *     cannot go on
     */
    public void record(Together writes, List<UsageRecord> records) {
        if (records.isEmpty()) {
            return;
        }
        // In the order of the key, neighbours go to the same page of its index.
        List<UsageRecord> inOrder = new ArrayList<>(records);
        inOrder.sort(UsageStore.KEY_ORDER);
        if (inOrder.size() <= INSERTED_MAX && UsageStore.arePlain(inOrder)) {
            UsageStore.insert(writes, inOrder);
        } else {
            UsageStore.copy(writes.tx(), inOrder);
        }
        RollUpStore.add(writes, RollUp.of(inOrder));
    }

    /** {@link #record(Together, List)} with nothing else to be written. */
    public void record(Handle tx, List<UsageRecord> records) {
        Together writes = Together.of(tx);
        record(writes, records);
        writes.run();
    }

    /**
     * Makes the partitions of this month and the next ones, where they are missing. To be called at
     * the start and now and then; nothing is lost when it is not, for there is a partition for what
     * has no other.
     */
    public void makePartitions(Instant now) {
        partitions.makeMissing(now);
    }

    /** Adds up by one heading, largest amount first (days in order). */
    public List<UsageSum> sums(UsageQuery query, UsageGroup group) {
        Comparator<UsageSum> byName = Comparator.comparing(UsageSum::group);
        return lines(query, Set.of(group)).stream()
                .map(line -> line.sum().under(heading(line, group)))
                .sorted(
                        group == UsageGroup.DAY
                                ? byName
                                : Comparator.comparing(UsageSum::amount)
                                        .reversed()
                                        .thenComparing(byName))
                .toList();
    }

    /** For the chart: every day and model with usage, days in order. */
    public List<DayModelSum> byDayAndModel(UsageQuery query) {
        return lines(query, Set.of(UsageGroup.DAY, UsageGroup.MODEL)).stream()
                .map(
                        line ->
                                new DayModelSum(
                                        line.day(),
                                        line.model(),
                                        line.sum().requests(),
                                        Math.addExact(
                                                line.sum().inputTokens(),
                                                line.sum().outputTokens()),
                                        line.sum().amount()))
                .sorted(Comparator.comparing(DayModelSum::day).thenComparing(DayModelSum::model))
                .toList();
    }

    /** The whole of a query as one line, its group {@code total}; zeros if there is no usage. */
    public UsageSum total(UsageQuery query) {
        return lines(query, Set.of()).stream()
                .map(RollUpStore.Line::sum)
                .findFirst()
                .orElse(UsageSum.NOTHING)
                .under("total");
    }

    /**
     * What all organizations together used of each model from one day to another, both included:
     * for the operator, largest amount first.
     */
    public List<UsageSum> modelsOfAll(LocalDate from, LocalDate to, ZoneId zone) {
        Period period = Period.of(UsageQuery.all(0, from, to, zone));
        return rollUps.modelsOfAll(period.from(), period.to()).stream()
                .sorted(
                        Comparator.comparing(UsageSum::amount)
                                .reversed()
                                .thenComparing(UsageSum::group))
                .toList();
    }

    /**
     * What each end user used whom requests name, largest amount first, each under its name. Reads
     * every such record of the days: to be asked for few of them.
     */
    public List<UsageSum> endUsers(UsageQuery query, int limit) {
        return endUsers.largest(query, Period.of(query), limit);
    }

    /** Requests, newest first; {@code before} is the last request of the page before. */
    public List<UsageRecord> requests(UsageQuery query, Optional<Long> before, int limit) {
        return usage.page(
                query,
                Period.of(query),
                before.map(OptionalLong::of).orElse(OptionalLong.empty()),
                limit);
    }

    public Optional<UsageRecord> request(long organizationId, long requestId) {
        return usage.find(organizationId, requestId);
    }

    /**
     * Hands over the requests of a query on one snapshot, oldest first. However many there are, few
     * of them are in memory at once; what {@code taker} throws ends it.
     */
    public void forEach(UsageQuery query, Consumer<UsageRecord> taker) {
        usage.forEach(query, Period.of(query), taker);
    }

    /**
     * What the usage records of each organization add up to, read in the caller's snapshot, for
     * verification; organizations without records are left out.
     */
    public Map<Long, Money> recordedTotals(Handle tx) {
        return UsageStore.totals(tx);
    }

    /** The same, read from the roll-ups. */
    public Map<Long, Money> rolledUpTotals(Handle tx) {
        return RollUpStore.totals(tx);
    }

    /** What was spent since a moment; for "days left at today's pace". */
    public Money spentSince(long organizationId, Instant since) {
        return rollUps.amountSince(organizationId, since);
    }

    private List<RollUpStore.Line> lines(UsageQuery query, Set<UsageGroup> groups) {
        Period period = Period.of(query);
        return query.endUser().isPresent()
                ? endUsers.sums(query, period, groups)
                : rollUps.sums(query, period, groups);
    }

    private static String heading(RollUpStore.Line line, UsageGroup group) {
        return switch (group) {
            case DAY -> line.day().toString();
            case MODEL -> line.model();
            case PROJECT -> Long.toString(line.projectId());
            case API_KEY -> Long.toString(line.apiKeyId());
        };
    }
}
