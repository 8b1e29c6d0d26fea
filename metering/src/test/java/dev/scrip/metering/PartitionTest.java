package dev.scrip.metering;

import static dev.scrip.metering.UsageRecords.record;
import static org.assertj.core.api.Assertions.assertThat;

import dev.scrip.money.Money;
import dev.scrip.postgres.Database;
import dev.scrip.postgres.DatabaseAddress;
import dev.scrip.postgres.Ids;
import dev.scrip.testing.TestPostgres;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;

class PartitionTest {

    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
    private static final Instant LAST = Instant.parse("2026-11-30T23:59:59.999999Z");
    private static final Instant FIRST = Instant.parse("2026-12-01T00:00:00Z");

    private final long organizationId = Ids.next();

    @Test
    void everyMonthHasItsOwn() {
        try (Database database = TestPostgres.database()) {
            Metering metering = new Metering(database);
            metering.makePartitions(NOON);
            metering.makePartitions(NOON);
            new Metering(database).makePartitions(NOON);
            assertThat(partitions(database))
                    .containsExactly(
                            "usage_record_2026_11",
                            "usage_record_2026_12",
                            "usage_record_2027_01",
                            "usage_record_default");
            metering.makePartitions(FIRST);
            assertThat(partitions(database)).contains("usage_record_2027_02").hasSize(5);

            keep(database, metering, held(LAST), held(FIRST));
            assertThat(partitionsOfRecords(database))
                    .containsExactly("usage_record_2026_11", "usage_record_2026_12");
            assertThat(
                            names(
                                    database,
                                    """
                                    SELECT x.indrelid::regclass::text
                                    FROM pg_inherits i
                                    JOIN pg_index x ON x.indexrelid = i.inhrelid
                                    WHERE i.inhparent = 'usage_record_by_end_user'::regclass
                                    ORDER BY 1
                                    """))
                    .as("found by end user")
                    .isEqualTo(partitions(database));
        }
    }

    @Test
    void manyProcessesMakeThemAtOnce() throws Exception {
        try (Database database = TestPostgres.database();
                ExecutorService processes = Executors.newFixedThreadPool(6)) {
            List<Future<?>> making = new ArrayList<>();
            for (int process = 0; process < 6; process++) {
                making.add(processes.submit(() -> new Metering(database).makePartitions(NOON)));
            }
            for (Future<?> one : making) {
                one.get();
            }
            assertThat(partitions(database)).hasSize(4);
        }
    }

    @Test
    void aClockThatIsFarOffLosesNothing() {
        try (Database database = TestPostgres.database()) {
            Metering metering = new Metering(database);
            metering.makePartitions(NOON);
            Instant far = Instant.parse("2031-05-05T05:05:05Z");
            UsageRecord stray = held(far);
            keep(database, metering, held(NOON), stray);
            assertThat(partitionsOfRecords(database))
                    .containsExactly("usage_record_2026_11", "usage_record_default");

            metering.makePartitions(far);
            UsageRecord later = held(far.plusSeconds(1));
            UsageRecord afterwards = held(Instant.parse("2031-06-01T00:00:00Z"));
            keep(database, metering, later, afterwards);
            assertThat(partitionsOfRecords(database))
                    .containsExactly(
                            "usage_record_2026_11",
                            "usage_record_default",
                            "usage_record_default",
                            "usage_record_2031_06");
            assertThat(metering.request(organizationId, stray.requestId())).contains(stray);
            UsageQuery both = days("2031-05-01", "2031-06-30");
            assertThat(metering.requests(both, Optional.empty(), 10))
                    .containsExactly(afterwards, later, stray);
            assertThat(metering.total(both).amount()).isEqualTo(Money.ofDollars("3"));
        }
    }

    @Test
    void recordsFromBeforePartitionsStayAndAreCountedWhenTheyWereHeld() throws SQLException {
        DatabaseAddress address = TestPostgres.address();
        long request = Ids.at(LAST);
        Flyway.configure()
                .dataSource(address.jdbcUrl(), address.user(), address.password())
                .locations("classpath:db/migration")
                .target("0500")
                .load()
                .migrate();
        try (var connection =
                        DriverManager.getConnection(
                                address.jdbcUrl(), address.user(), address.password());
                var statement = connection.createStatement()) {
            statement.execute(
                    """
                    INSERT INTO usage_record VALUES (%d, %d, 1, 2, NULL, 'chat.completions',
                        'scrip-demo', 'demo', true, '%s', '%s', 'completed', 20, 5, 0, 10, 1,
                        false, 77, 1000000000, 1000000000, 0, 88, -500000000);
                    INSERT INTO usage_roll_up VALUES
                        (%1$d, '%4$s', 1, 2, 'scrip-demo', 1, 20, 5, 10, 1000000000)
                    """
                            .formatted(organizationId, request, LAST, FIRST));
        }

        try (Database database = Database.open(address)) {
            Metering metering = new Metering(database);
            metering.makePartitions(LAST);
            assertThat(partitions(database))
                    .containsExactly(
                            "usage_record_2026_12",
                            "usage_record_2027_01",
                            "usage_record_before",
                            "usage_record_default");
            keep(database, metering, held(NOON), held(FIRST));
            assertThat(partitionsOfRecords(database))
                    .containsExactly(
                            "usage_record_before", "usage_record_before", "usage_record_2026_12");
            assertThat(metering.request(organizationId, request)).isPresent();
            UsageQuery november = days("2026-11-01", "2026-11-30");
            assertThat(metering.total(november).amount()).isEqualTo(Money.ofDollars("2"));
            assertThat(metering.sums(november, UsageGroup.DAY))
                    .extracting(UsageSum::group)
                    .containsExactly("2026-11-22", "2026-11-30");
            assertThat(metering.requests(november, Optional.empty(), 10)).hasSize(2);
            assertThat(metering.spentSince(organizationId, LAST.minusSeconds(1)))
                    .isEqualTo(Money.ofDollars("2"));
        }
    }

    private UsageRecord held(Instant moment) {
        return record(organizationId).held(moment).amount("1").build();
    }

    private static void keep(Database database, Metering metering, UsageRecord... records) {
        database.execute(tx -> metering.record(tx, List.of(records)));
    }

    private UsageQuery days(String from, String to) {
        return UsageQuery.all(
                organizationId, LocalDate.parse(from), LocalDate.parse(to), ZoneOffset.UTC);
    }

    private static List<String> partitions(Database database) {
        return names(
                database,
                """
                SELECT inhrelid::regclass::text FROM pg_inherits
                WHERE inhparent = 'usage_record'::regclass ORDER BY 1
                """);
    }

    /** Where each record is, oldest first. */
    private static List<String> partitionsOfRecords(Database database) {
        return names(
                database, "SELECT tableoid::regclass::text FROM usage_record ORDER BY request_id");
    }

    private static List<String> names(Database database, String sql) {
        return database.read(handle -> handle.createQuery(sql).mapTo(String.class).list());
    }
}
