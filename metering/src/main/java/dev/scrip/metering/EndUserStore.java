package dev.scrip.metering;

import dev.scrip.postgres.Database;
import dev.scrip.postgres.Ids;
import dev.scrip.postgres.SqlColumns;
import java.util.List;
import java.util.Set;

/**
 * Sums of what end users' requests used. Roll-ups do not tell end users apart, so these are added
 * up from the records themselves, which the index by end user finds: as many as are listed.
 */
final class EndUserStore {

    private static final String SUMS =
            """
            count(*) AS requests,
            sum(amount_nanos) FILTER (
                WHERE upstream_cost_nanos IS NOT NULL)::bigint
                AS costed_nanos,
            """
                    + RollUpStore.SUMS;

    private final Database database;

    EndUserStore(Database database) {
        this.database = database;
    }

    /** Sums by the asked-for headings; the others are left empty. */
    List<RollUpStore.Line> sums(UsageQuery query, Period period, Set<UsageGroup> groups) {
        String statement =
                """
                SELECT
                    CASE WHEN :byDay THEN width_bucket(
                        request_id, CAST(:firsts AS bigint[])) END AS day_number,
                    CASE WHEN :byModel THEN model END AS model,
                    CASE WHEN :byProject THEN project_id END AS project_id,
                    CASE WHEN :byApiKey THEN api_key_id END AS api_key_id,
                """
                        + SUMS
                        + UsageStore.of(query)
                        + "GROUP BY 1, 2, 3, 4";
        return database.read(
                handle ->
                        UsageStore.filter(handle.createQuery(statement), query, period)
                                .bind("to", Ids.first(period.to()))
                                .bind("byDay", groups.contains(UsageGroup.DAY))
                                .bind("byModel", groups.contains(UsageGroup.MODEL))
                                .bind("byProject", groups.contains(UsageGroup.PROJECT))
                                .bind("byApiKey", groups.contains(UsageGroup.API_KEY))
                                .bind("firsts", SqlColumns.longs(period.starts(), Ids::first))
                                .map((row, context) -> RollUpStore.line(row, period))
                                .list());
    }

    /** What each end user used, those with the largest amounts first. */
    List<UsageSum> largest(UsageQuery query, Period period, int limit) {
        String statement =
                """
                SELECT end_user,
                """
                        + SUMS
                        + UsageStore.of(query)
                        + """
                        AND end_user IS NOT NULL
                        GROUP BY end_user
                        ORDER BY amount_nanos DESC, end_user
                        LIMIT :limit
                        """;
        return database.read(
                handle ->
                        UsageStore.filter(handle.createQuery(statement), query, period)
                                .bind("to", Ids.first(period.to()))
                                .bind("limit", limit)
                                .map(
                                        (row, context) ->
                                                RollUpStore.sum(row)
                                                        .under(row.getString("end_user")))
                                .list());
    }
}
