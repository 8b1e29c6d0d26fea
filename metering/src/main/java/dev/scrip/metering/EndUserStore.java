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
            sum(input_tokens)::bigint AS input_tokens,
            sum(cached_input_tokens)::bigint
                AS cached_input_tokens,
            sum(output_tokens)::bigint AS output_tokens,
            sum(amount_nanos)::bigint AS amount_nanos,
            sum(images)::bigint AS images,
            sum(audio_seconds)::bigint AS audio_seconds,
            sum(characters)::bigint AS characters,
            sum(amount_nanos) FILTER (
                WHERE upstream_cost_nanos IS NOT NULL)::bigint
                AS costed_nanos,
            sum(upstream_cost_nanos)::bigint
                AS upstream_cost_nanos
            """;

    private final Database database;

    EndUserStore(Database database) {
        this.database = database;
    }

    /** Sums by the asked-for headings; the others are left empty. */
    List<RollUpStore.Line> sums(UsageQuery query, Period period, Set<UsageGroup> groups) {
        return database.read(
                handle ->
                        handle.createQuery(
                                        """
                                        SELECT
                                            CASE WHEN :byDay THEN width_bucket(
                                                request_id, CAST(:firsts AS bigint[])) END
                                                AS day_number,
                                            CASE WHEN :byModel THEN model END AS model,
                                            CASE WHEN :byProject THEN project_id END
                                                AS project_id,
                                            CASE WHEN :byApiKey THEN api_key_id END
                                                AS api_key_id,
                                        """
                                                + SUMS
                                                + """
                                        FROM usage_record
                                        WHERE organization_id = :organizationId
                                          AND end_user = :endUser
                                          AND request_id >= :from
                                          AND request_id < :to
                                          AND (CAST(:model AS text) IS NULL OR model = :model)
                                          AND (CAST(:projectId AS bigint) IS NULL
                                               OR project_id = :projectId)
                                          AND (:everyKey OR api_key_id = ANY(:apiKeyIds))
                                        GROUP BY 1, 2, 3, 4
                                        """)
                                .bind("byDay", groups.contains(UsageGroup.DAY))
                                .bind("byModel", groups.contains(UsageGroup.MODEL))
                                .bind("byProject", groups.contains(UsageGroup.PROJECT))
                                .bind("byApiKey", groups.contains(UsageGroup.API_KEY))
                                .bind("firsts", SqlColumns.longs(period.starts(), Ids::first))
                                .bind("organizationId", query.organizationId())
                                .bind("endUser", query.endUser())
                                .bind("from", Ids.first(period.from()))
                                .bind("to", Ids.first(period.to()))
                                .bind("model", query.model())
                                .bind("projectId", query.projectId())
                                .bind("everyKey", query.apiKeyIds().isEmpty())
                                .bind("apiKeyIds", RollUpStore.keys(query))
                                .map((row, context) -> RollUpStore.line(row, period))
                                .list());
    }

    /** What each end user used, those with the largest amounts first. */
    List<UsageSum> largest(UsageQuery query, Period period, int limit) {
        return database.read(
                handle ->
                        handle.createQuery(
                                        """
                                        SELECT end_user,
                                        """
                                                + SUMS
                                                + """
                                        FROM usage_record
                                        WHERE organization_id = :organizationId
                                          AND end_user IS NOT NULL
                                          AND (CAST(:endUser AS text) IS NULL
                                               OR end_user = :endUser)
                                          AND request_id >= :from
                                          AND request_id < :to
                                          AND (CAST(:model AS text) IS NULL OR model = :model)
                                          AND (CAST(:projectId AS bigint) IS NULL
                                               OR project_id = :projectId)
                                          AND (:everyKey OR api_key_id = ANY(:apiKeyIds))
                                        GROUP BY end_user
                                        ORDER BY amount_nanos DESC, end_user
                                        LIMIT :limit
                                        """)
                                .bind("organizationId", query.organizationId())
                                .bind("endUser", query.endUser())
                                .bind("from", Ids.first(period.from()))
                                .bind("to", Ids.first(period.to()))
                                .bind("model", query.model())
                                .bind("projectId", query.projectId())
                                .bind("everyKey", query.apiKeyIds().isEmpty())
                                .bind("apiKeyIds", RollUpStore.keys(query))
                                .bind("limit", limit)
                                .map(
                                        (row, context) ->
                                                RollUpStore.sum(row)
                                                        .under(row.getString("end_user")))
                                .list());
    }
}
