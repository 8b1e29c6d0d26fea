package dev.scrip.metering;

import static dev.scrip.metering.UsageRecords.record;
import static dev.scrip.metering.UsageRecords.sum;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.scrip.money.Money;
import dev.scrip.postgres.Database;
import dev.scrip.postgres.Ids;
import dev.scrip.testing.TestPostgres;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MeteringTest {

    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
    private static final LocalDate TODAY = LocalDate.of(2026, 11, 22);

    private static Database database;
    private static Metering metering;

    /** Every test has an organization of its own. */
    private final long organizationId = Ids.next();

    @BeforeAll
    static void open() {
        database = TestPostgres.database();
        metering = new Metering(database);
    }

    @AfterAll
    static void close() {
        database.close();
    }

    @Test
    void keepsARecordAsItIs() {
        UsageRecord plain = record(organizationId).held(NOON).amount("0.000000001").build();
        UsageRecord odd =
                record(organizationId)
                        .held(NOON.plusNanos(123_456_000))
                        .endUser("tab\there \\N \r\n\"quoted\", ünïcode 🙂")
                        .model("a\\model")
                        .amount("1.5")
                        .build();
        keep(plain, odd);

        assertThat(metering.request(organizationId, plain.requestId())).contains(plain);
        assertThat(metering.request(organizationId, odd.requestId())).contains(odd);
        assertThat(metering.request(organizationId, 1)).isEmpty();
        assertThat(metering.request(Ids.next(), plain.requestId())).isEmpty();
    }

    @Test
    void keepsWhatIsUsedBesidesPlainTokens() {
        UsageRecord plain =
                record(organizationId).held(NOON).cost(Money.ofNanos(1)).serviceTier("x").build();
        UsageRecord all =
                record(organizationId)
                        .held(NOON)
                        .units(new Units(1, 2, 3, 4, 5, "1024x1024/high", 6, 7))
                        .build();
        keep(plain);
        keep(all, record(organizationId).held(NOON).build());

        assertThat(metering.request(organizationId, plain.requestId())).contains(plain);
        assertThat(metering.request(organizationId, all.requestId())).contains(all);
    }

    @Test
    void addsUpUnitsAndMargins() {
        String model = "model " + organizationId;
        UsageRecords dear =
                record(organizationId)
                        .held(NOON)
                        .model(model)
                        .amount("3")
                        .units(new Units(1, 0, 0, 0, 2, null, 60, 1_000))
                        .cost(Money.ofDollars("1"));
        UsageRecords unknown = record(organizationId).held(NOON).model(model).amount("5");
        UsageRecords elsewhere =
                record(Ids.next()).held(NOON).model(model).amount("2").cost(Money.ofDollars("4"));
        keep(dear, unknown);
        keep(dear, elsewhere);

        UsageSum total = metering.total(today());
        assertThat(total.images()).isEqualTo(4);
        assertThat(total.audioSeconds()).isEqualTo(120);
        assertThat(total.characters()).isEqualTo(2_000);
        assertThat(total.amount()).isEqualTo(Money.ofDollars("11"));
        assertThat(total.costed()).isEqualTo(Money.ofDollars("6"));
        assertThat(total.margin()).isEqualTo(Money.ofDollars("4"));
        UsageSum ofAll =
                metering.modelsOfAll(TODAY, TODAY, ZoneOffset.UTC).stream()
                        .filter(sum -> sum.group().equals(model))
                        .findFirst()
                        .orElseThrow();
        assertThat(ofAll.requests()).isEqualTo(4);
        assertThat(ofAll.upstreamCost()).isEqualTo(Money.ofDollars("6"));
        assertThat(ofAll.margin()).isEqualTo(Money.ofDollars("2"));
        assertThat(metering.modelsOfAll(TODAY.plusDays(1), TODAY.plusDays(1), ZoneOffset.UTC))
                .noneMatch(sum -> sum.group().equals(model));
    }

    @Test
    void whatPostgresCannotKeepDoesNotStopABatch() {
        UsageRecord odd = record(organizationId).held(NOON).endUser("nul \0 end").build();
        keep(odd);
        assertThat(metering.request(organizationId, odd.requestId()))
                .get()
                .extracting(UsageRecord::endUser)
                .isEqualTo("nul \uFFFD end");
    }

    @Test
    void aRecordIsKeptOnceAndWithItsTransaction() {
        UsageRecord first = record(organizationId).held(NOON).amount("1").build();
        keep(first);
        UsageRecord second = record(organizationId).held(NOON).amount("1").build();
        assertThatThrownBy(() -> keep(second, first)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(
                        () ->
                                database.execute(
                                        tx -> {
                                            metering.record(tx, List.of(second));
                                            throw new IllegalStateException("rolled back");
                                        }))
                .hasMessage("rolled back");
        assertThat(metering.request(organizationId, second.requestId())).isEmpty();
        assertThat(metering.total(today()).amount()).isEqualTo(Money.ofDollars("1"));
        database.execute(tx -> metering.record(tx, List.of()));
        assertThat(metering.total(today()).requests()).isEqualTo(1);
    }

    @Test
    void anEmptyRangeAddsUpToZeros() {
        assertThat(metering.total(today()))
                .isEqualTo(new UsageSum("total", 0, 0, 0, 0, Money.ZERO));
        UsageQuery backwards =
                UsageQuery.all(organizationId, TODAY, TODAY.minusDays(1), ZoneOffset.UTC);
        assertThat(metering.total(backwards).requests()).isZero();
        assertThat(metering.sums(today(), UsageGroup.MODEL)).isEmpty();
        assertThat(metering.byDayAndModel(today())).isEmpty();
        assertThat(metering.spentSince(organizationId, Instant.EPOCH)).isEqualTo(Money.ZERO);
    }

    @Test
    void addsUpByEveryHeading() {
        keep(
                record(organizationId).held(NOON).project(1).key(11).model("a").amount("1"),
                record(organizationId).held(NOON).project(2).key(12).model("b").amount("5"),
                record(organizationId)
                        .held(NOON.plusSeconds(86_400))
                        .project(1)
                        .key(13)
                        .model("a")
                        .amount("2"));
        UsageQuery both = days(TODAY, TODAY.plusDays(1), ZoneOffset.UTC);

        assertThat(metering.sums(both, UsageGroup.DAY))
                .containsExactly(sum("2026-11-22", 2, "6"), sum("2026-11-23", 1, "2"));
        assertThat(metering.sums(both, UsageGroup.MODEL))
                .containsExactly(sum("b", 1, "5"), sum("a", 2, "3"));
        assertThat(metering.sums(both, UsageGroup.PROJECT))
                .containsExactly(sum("2", 1, "5"), sum("1", 2, "3"));
        assertThat(metering.sums(both, UsageGroup.API_KEY))
                .containsExactly(sum("12", 1, "5"), sum("13", 1, "2"), sum("11", 1, "1"));
        assertThat(metering.total(both)).isEqualTo(sum("total", 3, "8"));
        assertThat(metering.byDayAndModel(both))
                .containsExactly(
                        new DayModelSum(TODAY, "a", 1, 30, Money.ofDollars("1")),
                        new DayModelSum(TODAY, "b", 1, 30, Money.ofDollars("5")),
                        new DayModelSum(TODAY.plusDays(1), "a", 1, 30, Money.ofDollars("2")));
    }

    @Test
    void filtersByModelProjectAndKey() {
        keep(
                record(organizationId).held(NOON).project(1).key(11).model("a").amount("1"),
                record(organizationId).held(NOON).project(2).key(12).model("a").amount("2"),
                record(organizationId).held(NOON).project(2).key(13).model("b").amount("4"),
                record(Ids.next()).held(NOON).project(2).key(13).model("b").amount("8"));
        assertFiltered(Optional.of("a"), Optional.empty(), Optional.empty(), "3", 2);
        assertFiltered(Optional.empty(), Optional.of(2L), Optional.empty(), "6", 2);
        assertFiltered(Optional.empty(), Optional.empty(), Optional.of(Set.of(13L)), "4", 1);
        assertFiltered(Optional.empty(), Optional.empty(), Optional.of(Set.of(11L, 12L)), "3", 2);
        assertFiltered(Optional.empty(), Optional.empty(), Optional.of(Set.of()), "0", 0);
        assertFiltered(Optional.of("a"), Optional.of(2L), Optional.of(Set.of(13L)), "0", 0);
    }

    private void assertFiltered(
            Optional<String> model,
            Optional<Long> project,
            Optional<Set<Long>> keys,
            String dollars,
            int requests) {
        UsageQuery query =
                new UsageQuery(
                        organizationId,
                        TODAY,
                        TODAY,
                        ZoneOffset.UTC,
                        model,
                        project,
                        keys,
                        Optional.empty());
        assertThat(metering.total(query).amount()).isEqualTo(Money.ofDollars(dollars));
        assertThat(metering.requests(query, Optional.empty(), 10)).hasSize(requests);
    }

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    # zone,           held,                           day
                    UTC,              2026-11-22T00:00:00Z,           2026-11-22
                    UTC,              2026-11-21T23:59:59.999999999Z, 2026-11-21
                    Asia/Kolkata,     2026-11-21T18:29:59.999Z,       2026-11-21
                    Asia/Kolkata,     2026-11-21T18:30:00Z,           2026-11-22
                    Asia/Kathmandu,   2026-11-21T18:14:59Z,           2026-11-21
                    Asia/Kathmandu,   2026-11-21T18:15:00Z,           2026-11-22
                    # the day of 23 hours, and the one of 25
                    Europe/Berlin,    2026-03-28T22:59:59Z,           2026-03-28
                    Europe/Berlin,    2026-03-28T23:00:00Z,           2026-03-29
                    Europe/Berlin,    2026-03-29T21:59:59Z,           2026-03-29
                    Europe/Berlin,    2026-03-29T22:00:00Z,           2026-03-30
                    Europe/Berlin,    2026-10-24T22:00:00Z,           2026-10-25
                    Europe/Berlin,    2026-10-25T22:59:59Z,           2026-10-25
                    Europe/Berlin,    2026-10-25T23:00:00Z,           2026-10-26
                    America/New_York, 2026-03-08T04:59:59Z,           2026-03-07
                    America/New_York, 2026-03-08T05:00:00Z,           2026-03-08
                    America/New_York, 2026-03-09T03:59:59Z,           2026-03-08
                    America/New_York, 2026-03-09T04:00:00Z,           2026-03-09
                    America/New_York, 2026-11-01T04:00:00Z,           2026-11-01
                    America/New_York, 2026-11-02T04:59:59Z,           2026-11-01
                    America/New_York, 2026-11-02T05:00:00Z,           2026-11-02
                    # a day without midnight
                    Africa/Cairo,     2026-04-23T21:59:59Z,           2026-04-23
                    Africa/Cairo,     2026-04-23T22:00:00Z,           2026-04-24
                    """)
    void aRequestBelongsToTheDayOnWhichItWasHeld(ZoneId zone, Instant held, LocalDate day) {
        keep(record(organizationId).held(held).amount("1"));
        UsageQuery around = days(day.minusDays(3), day.plusDays(3), zone);
        assertThat(metering.sums(around, UsageGroup.DAY))
                .containsExactly(sum(day.toString(), 1, "1"));
        UsageQuery that = days(day, day, zone);
        assertThat(metering.total(that).requests()).isEqualTo(1);
        assertThat(metering.requests(that, Optional.empty(), 10)).hasSize(1);
        assertThat(metering.total(days(day.plusDays(1), day.plusDays(3), zone)).requests())
                .isZero();
        assertThat(metering.total(days(day.minusDays(3), day.minusDays(1), zone)).requests())
                .isZero();
    }

    @Test
    void pagesGoBackInTimeWithoutGapsOrRepeats() {
        List<UsageRecord> kept = new ArrayList<>();
        for (int i = 0; i < 25; i++) {
            // Three are held in the same instant, so that a page ends between equals.
            kept.add(record(organizationId).held(NOON.plusSeconds(i / 3)).build());
        }
        keep(kept.toArray(UsageRecord[]::new));

        List<UsageRecord> seen = new ArrayList<>();
        Optional<Long> before = Optional.empty();
        for (int page = 0; page < 10; page++) {
            List<UsageRecord> next = metering.requests(today(), before, 4);
            seen.addAll(next);
            if (next.size() < 4) {
                break;
            }
            before = Optional.of(next.getLast().requestId());
        }
        assertThat(seen).containsExactlyElementsOf(kept.reversed());
        assertThat(metering.requests(today(), Optional.of(1L), 4)).isEmpty();
    }

    @Test
    void spentSinceAMomentIsExact() {
        keep(
                record(organizationId).held(Instant.parse("2026-11-22T12:07:29Z")).amount("1"),
                record(organizationId).held(Instant.parse("2026-11-22T12:07:30Z")).amount("2"),
                record(organizationId).held(Instant.parse("2026-11-22T12:14:59Z")).amount("4"),
                record(organizationId).held(Instant.parse("2026-11-22T12:15:00Z")).amount("8"),
                record(organizationId).held(Instant.parse("2026-12-22T12:15:00Z")).amount("16"));
        assertThat(spentSince("2026-11-22T12:07:30Z")).isEqualTo(Money.ofDollars("30"));
        assertThat(spentSince("2026-11-22T12:00:00Z")).isEqualTo(Money.ofDollars("31"));
        assertThat(spentSince("2026-11-22T12:15:00Z")).isEqualTo(Money.ofDollars("24"));
        assertThat(spentSince("2027-11-22T12:15:00Z")).isEqualTo(Money.ZERO);
    }

    private Money spentSince(String moment) {
        return metering.spentSince(organizationId, Instant.parse(moment));
    }

    @Test
    void handsOverEveryRequestOldestFirst() {
        UsageRecord late = record(organizationId).held(NOON.plusSeconds(9)).build();
        UsageRecord early = record(organizationId).held(NOON).endUser("ann").build();
        keep(late, early);
        List<UsageRecord> all = new ArrayList<>();
        metering.forEach(today(), all::add);
        assertThat(all).containsExactly(early, late);
    }

    @Test
    void whoTakesNoMoreEndsTheReading() {
        keep(record(organizationId).held(NOON), record(organizationId).held(NOON.plusSeconds(1)));
        List<UsageRecord> taken = new ArrayList<>();
        assertThatThrownBy(
                        () ->
                                metering.forEach(
                                        today(),
                                        each -> {
                                            taken.add(each);
                                            throw new IllegalStateException("gone");
                                        }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("gone");
        assertThat(taken).hasSize(1);
    }

    @Test
    void totalsForVerificationAgree() {
        keep(
                record(organizationId).held(NOON).amount("0.000000001"),
                record(organizationId).held(NOON.plusSeconds(1_000)).amount("2"));
        database.snapshot(
                tx -> {
                    Money both = Money.ofDollars("2.000000001");
                    assertThat(metering.recordedTotals(tx)).containsEntry(organizationId, both);
                    assertThat(metering.rolledUpTotals(tx)).containsEntry(organizationId, both);
                    return null;
                });
    }

    private void keep(UsageRecords... records) {
        keep(List.of(records).stream().map(UsageRecords::build).toArray(UsageRecord[]::new));
    }

    private void keep(UsageRecord... records) {
        database.execute(tx -> metering.record(tx, List.of(records)));
    }

    private UsageQuery today() {
        return days(TODAY, TODAY, ZoneOffset.UTC);
    }

    private UsageQuery days(LocalDate from, LocalDate to, ZoneId zone) {
        return UsageQuery.all(organizationId, from, to, zone);
    }
}
