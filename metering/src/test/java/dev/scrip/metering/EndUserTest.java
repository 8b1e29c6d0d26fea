package dev.scrip.metering;

import static dev.scrip.metering.UsageRecords.record;
import static dev.scrip.metering.UsageRecords.sum;
import static java.time.ZoneOffset.UTC;
import static org.assertj.core.api.Assertions.assertThat;

import dev.scrip.money.Money;
import dev.scrip.postgres.Database;
import dev.scrip.postgres.Ids;
import dev.scrip.testing.TestPostgres;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What one end user used, beside what others of the same and of another name did. */
class EndUserTest {

    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
    private static final LocalDate TODAY = LocalDate.of(2026, 11, 22);

    private final long organizationId = Ids.next();

    @Test
    void whatAnEndUserUsedIsTheSumOfWhatIsListed() {
        try (Database database = TestPostgres.database()) {
            Metering metering = new Metering(database);
            keep(
                    database,
                    metering,
                    record(organizationId).held(NOON).endUser("ann").model("a").amount("1"),
                    record(organizationId).held(NOON).endUser("ann").model("b").key(11).amount("2"),
                    record(organizationId)
                            .held(NOON.plusSeconds(86_400))
                            .endUser("ann")
                            .amount("4"),
                    record(organizationId).held(NOON).endUser("Ann").amount("8"),
                    record(organizationId).held(NOON).amount("16"),
                    record(Ids.next()).held(NOON).endUser("ann").amount("32"));
            UsageQuery ann = of("ann", Optional.empty());

            assertThat(metering.total(ann)).isEqualTo(sum("total", 2, "3"));
            assertThat(metering.requests(ann, Optional.empty(), 10))
                    .extracting(UsageRecord::amount)
                    .containsExactlyInAnyOrder(Money.ofDollars("1"), Money.ofDollars("2"));
            assertThat(metering.sums(ann, UsageGroup.DAY))
                    .containsExactly(sum(TODAY.toString(), 2, "3"));
            assertThat(metering.sums(ann, UsageGroup.MODEL))
                    .containsExactly(sum("b", 1, "2"), sum("a", 1, "1"));
            assertThat(metering.total(of("ann", Optional.of(Set.of(11L)))))
                    .isEqualTo(sum("total", 1, "2"));
            assertThat(metering.endUsers(UsageQuery.all(organizationId, TODAY, TODAY, UTC), 10))
                    .containsExactly(sum("Ann", 1, "8"), sum("ann", 2, "3"));
            assertThat(metering.endUsers(UsageQuery.all(organizationId, TODAY, TODAY, UTC), 1))
                    .containsExactly(sum("Ann", 1, "8"));
            assertThat(metering.endUsers(ann, 10)).containsExactly(sum("ann", 2, "3"));
            assertThat(metering.total(of("nobody", Optional.empty())).requests()).isZero();
            List<UsageRecord> all = new ArrayList<>();
            metering.forEach(ann, all::add);
            assertThat(all).hasSize(2);
        }
    }

    private static void keep(Database database, Metering metering, UsageRecords... records) {
        database.execute(
                tx ->
                        metering.record(
                                tx, Arrays.stream(records).map(UsageRecords::build).toList()));
    }

    private UsageQuery of(String endUser, Optional<Set<Long>> keys) {
        return new UsageQuery(
                organizationId,
                TODAY,
                TODAY,
                UTC,
                Optional.empty(),
                Optional.empty(),
                keys,
                Optional.of(endUser));
    }
}
