package dev.scrip.metering;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scrip.money.Money;
import dev.scrip.postgres.Database;
import dev.scrip.postgres.Ids;
import dev.scrip.testing.TestPostgres;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Whatever is recorded in whatever batches: the roll-ups say what the records say. */
class RollUpLawTest {

    private static final Instant START = Instant.parse("2026-10-20T00:00:00Z");
    private static final int DAYS = 10;

    private static Database database;
    private static Metering metering;

    /** A record to be; the organization is each try's own. */
    record Entry(
            long nanosOfPeriod,
            long project,
            long key,
            String model,
            String endUser,
            long amountNanos) {}

    @BeforeContainer
    static void open() {
        database = TestPostgres.database();
        metering = new Metering(database);
    }

    @AfterContainer
    static void close() {
        database.close();
    }

    @Property(tries = 60)
    void sumsAgreeWithTheRecords(
            @ForAll("batches") List<List<Entry>> batches, @ForAll("zones") ZoneId zone) {
        long organizationId = Ids.next();
        List<UsageRecord> all = records(organizationId, batches);
        int from = 0;
        for (List<Entry> batch : batches) {
            List<UsageRecord> records = all.subList(from, from + batch.size());
            from += batch.size();
            database.execute(tx -> metering.record(tx, records));
        }

        UsageQuery query = query(organizationId, zone, Optional.empty(), Optional.empty());
        Money sum = all.stream().map(UsageRecord::amount).reduce(Money.ZERO, Money::plus);
        assertThat(metering.total(query).amount()).isEqualTo(sum);
        assertThat(metering.total(query).requests()).isEqualTo(all.size());
        assertThat(metering.spentSince(organizationId, Instant.EPOCH)).isEqualTo(sum);
        assertThat(byDayOfSums(query)).isEqualTo(byDay(all, zone));
        assertEverySumIs(sum, query);
    }

    /** What a page of a member or an end user says is together is what it lists. */
    @Property(tries = 60)
    void filteredSumsAgreeWithTheRecords(
            @ForAll("batches") List<List<Entry>> batches, @ForAll("zones") ZoneId zone) {
        long organizationId = Ids.next();
        List<UsageRecord> all = records(organizationId, batches);
        database.execute(tx -> metering.record(tx, all));
        for (Optional<String> endUser :
                List.of(Optional.<String>empty(), Optional.of("ann"), Optional.of("bob"))) {
            for (Optional<Set<Long>> keys :
                    List.of(Optional.<Set<Long>>empty(), Optional.of(Set.of(1L, 3L)))) {
                Money sum =
                        all.stream()
                                .filter(
                                        record ->
                                                endUser.isEmpty()
                                                        || endUser.get().equals(record.endUser()))
                                .filter(
                                        record ->
                                                keys.isEmpty()
                                                        || keys.get().contains(record.apiKeyId()))
                                .map(UsageRecord::amount)
                                .reduce(Money.ZERO, Money::plus);
                UsageQuery query = query(organizationId, zone, keys, endUser);
                assertThat(metering.total(query).amount()).isEqualTo(sum);
                assertEverySumIs(sum, query);
                assertThat(byDay(metering.requests(query, Optional.empty(), 1_000), zone))
                        .isEqualTo(byDayOfSums(query));
            }
        }
    }

    private static List<UsageRecord> records(long organizationId, List<List<Entry>> batches) {
        return batches.stream()
                .flatMap(List::stream)
                .map(entry -> record(organizationId, entry))
                .toList();
    }

    private static Map<String, Money> byDay(List<UsageRecord> records, ZoneId zone) {
        return records.stream()
                .collect(
                        Collectors.groupingBy(
                                record -> LocalDate.ofInstant(record.startedAt(), zone).toString(),
                                Collectors.reducing(Money.ZERO, UsageRecord::amount, Money::plus)));
    }

    private static Map<String, Money> byDayOfSums(UsageQuery query) {
        return metering.sums(query, UsageGroup.DAY).stream()
                .collect(Collectors.toMap(UsageSum::group, UsageSum::amount));
    }

    private static void assertEverySumIs(Money sum, UsageQuery query) {
        for (UsageGroup group : UsageGroup.values()) {
            assertThat(
                            metering.sums(query, group).stream()
                                    .map(UsageSum::amount)
                                    .reduce(Money.ZERO, Money::plus))
                    .isEqualTo(sum);
        }
        assertThat(
                        metering.requests(query, Optional.empty(), 1_000).stream()
                                .map(UsageRecord::amount)
                                .reduce(Money.ZERO, Money::plus))
                .isEqualTo(sum);
    }

    private static UsageQuery query(
            long organizationId, ZoneId zone, Optional<Set<Long>> keys, Optional<String> endUser) {
        return new UsageQuery(
                organizationId,
                LocalDate.ofInstant(START, ZoneOffset.UTC).minusDays(2),
                LocalDate.ofInstant(START, ZoneOffset.UTC).plusDays(DAYS + 2),
                zone,
                Optional.empty(),
                Optional.empty(),
                keys,
                endUser);
    }

    @Provide
    Arbitrary<List<List<Entry>>> batches() {
        long period = DAYS * 86_400L * 1_000_000_000L;
        long bucket = RollUp.BUCKET_SECONDS * 1_000_000_000L;
        Arbitrary<Long> moments =
                Arbitraries.oneOf(
                        Arbitraries.longs().between(0, period - 1),
                        // The last and first nanoseconds of quarters, where sums go wrong first.
                        Combinators.combine(
                                        Arbitraries.longs().between(1, period / bucket - 1),
                                        Arbitraries.longs().between(-1_000, 1_000))
                                .as((number, shift) -> number * bucket + shift));
        Arbitrary<Entry> entry =
                Combinators.combine(
                                moments,
                                Arbitraries.longs().between(1, 3),
                                Arbitraries.longs().between(1, 3),
                                Arbitraries.of("a", "b", "c"),
                                Arbitraries.of("", "ann", "bob"),
                                Arbitraries.longs().between(0, 5_000_000_000L))
                        .as(Entry::new);
        return entry.list().ofMaxSize(30).list().ofMaxSize(4);
    }

    @Provide
    Arbitrary<ZoneId> zones() {
        return Arbitraries.of(
                        "UTC",
                        "Asia/Kolkata",
                        "Asia/Kathmandu",
                        "Europe/Berlin",
                        "America/New_York",
                        "Pacific/Chatham",
                        "Pacific/Kiritimati")
                .map(ZoneId::of);
    }

    private static UsageRecord record(long organizationId, Entry entry) {
        UsageRecords record =
                UsageRecords.record(organizationId)
                        .held(START.plusNanos(entry.nanosOfPeriod()))
                        .project(entry.project())
                        .key(entry.key())
                        .model(entry.model())
                        .amount(Money.ofNanos(entry.amountNanos()));
        return (entry.endUser().isEmpty() ? record : record.endUser(entry.endUser())).build();
    }
}
