package dev.scrip.metering;

import dev.scrip.money.Money;
import dev.scrip.postgres.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;

/** The roll-ups. Every sum that is shown comes from here. */
final class RollUpStore {

    /** One sum; of the headings only those that were asked for mean something. */
    record Line(LocalDate day, String model, long projectId, long apiKeyId, UsageSum sum) {}

    private final Database database;

    RollUpStore(Database database) {
        this.database = database;
    }

    /** Adds lines, one for each key and in their order, to what there is. */
    static void add(Handle tx, List<RollUp> rollUps) {
        tx.createUpdate(
                        """
                        INSERT INTO usage_roll_up AS kept (
                            organization_id, bucket_start, project_id, api_key_id, model, requests,
                            input_tokens, cached_input_tokens, output_tokens, amount_nanos)
                        SELECT *
                        FROM unnest(
                            CAST(:organizationIds AS bigint[]),
                            CAST(:bucketStarts AS timestamptz[]),
                            CAST(:projectIds AS bigint[]),
                            CAST(:apiKeyIds AS bigint[]),
                            CAST(:models AS text[]),
                            CAST(:requests AS bigint[]),
                            CAST(:inputTokens AS bigint[]),
                            CAST(:cachedInputTokens AS bigint[]),
                            CAST(:outputTokens AS bigint[]),
                            CAST(:amounts AS bigint[]))
                        ON CONFLICT (organization_id, bucket_start, project_id, api_key_id, model)
                        DO UPDATE SET
                            requests = kept.requests + excluded.requests,
                            input_tokens = kept.input_tokens + excluded.input_tokens,
                            cached_input_tokens
                                = kept.cached_input_tokens + excluded.cached_input_tokens,
                            output_tokens = kept.output_tokens + excluded.output_tokens,
                            amount_nanos = kept.amount_nanos + excluded.amount_nanos
                        """)
                .bindArray(
                        "organizationIds",
                        Long.class,
                        values(rollUps, line -> line.key().organizationId()))
                .bindArray(
                        "bucketStarts",
                        String.class,
                        values(rollUps, line -> line.key().bucketStart().toString()))
                .bindArray(
                        "projectIds", Long.class, values(rollUps, line -> line.key().projectId()))
                .bindArray("apiKeyIds", Long.class, values(rollUps, line -> line.key().apiKeyId()))
                .bindArray("models", String.class, values(rollUps, line -> line.key().model()))
                .bindArray("requests", Long.class, values(rollUps, RollUp::requests))
                .bindArray("inputTokens", Long.class, values(rollUps, RollUp::inputTokens))
                .bindArray(
                        "cachedInputTokens", Long.class, values(rollUps, RollUp::cachedInputTokens))
                .bindArray("outputTokens", Long.class, values(rollUps, RollUp::outputTokens))
                .bindArray("amounts", Long.class, values(rollUps, line -> line.amount().nanos()))
                .execute();
    }

    /** Sums by the asked-for headings; the others are left empty. */
    List<Line> sums(UsageQuery query, Period period, Set<UsageGroup> groups) {
        return database.read(
                handle ->
                        handle.createQuery(
                                        """
                                        SELECT
                                            CASE WHEN :byDay THEN day.number END AS day_number,
                                            CASE WHEN :byModel THEN used.model END AS model,
                                            CASE WHEN :byProject THEN used.project_id END
                                                AS project_id,
                                            CASE WHEN :byApiKey THEN used.api_key_id END
                                                AS api_key_id,
                                            sum(used.requests)::bigint AS requests,
                                            sum(used.input_tokens)::bigint AS input_tokens,
                                            sum(used.cached_input_tokens)::bigint
                                                AS cached_input_tokens,
                                            sum(used.output_tokens)::bigint AS output_tokens,
                                            sum(used.amount_nanos)::bigint AS amount_nanos
                                        FROM unnest(
                                                CAST(:starts AS timestamptz[]),
                                                CAST(:ends AS timestamptz[]))
                                            WITH ORDINALITY AS day (starts, ends, number)
                                        JOIN usage_roll_up used
                                            ON used.bucket_start >= day.starts
                                            AND used.bucket_start < day.ends
                                        WHERE used.organization_id = :organizationId
                                          AND used.bucket_start >= :from
                                          AND used.bucket_start < :to
                                          AND (CAST(:model AS text) IS NULL
                                               OR used.model = :model)
                                          AND (CAST(:projectId AS bigint) IS NULL
                                               OR used.project_id = :projectId)
                                          AND (CAST(:apiKeyId AS bigint) IS NULL
                                               OR used.api_key_id = :apiKeyId)
                                        GROUP BY 1, 2, 3, 4
                                        """)
                                .bind("byDay", groups.contains(UsageGroup.DAY))
                                .bind("byModel", groups.contains(UsageGroup.MODEL))
                                .bind("byProject", groups.contains(UsageGroup.PROJECT))
                                .bind("byApiKey", groups.contains(UsageGroup.API_KEY))
                                .bindArray(
                                        "starts",
                                        String.class,
                                        values(period.starts(), Instant::toString))
                                .bindArray(
                                        "ends",
                                        String.class,
                                        values(period.ends(), Instant::toString))
                                .bind("organizationId", query.organizationId())
                                .bind("from", period.from())
                                .bind("to", period.to())
                                .bind("model", query.model())
                                .bind("projectId", query.projectId())
                                .bind("apiKeyId", query.apiKeyId())
                                .map((row, context) -> line(row, period))
                                .list());
    }

    /**
     * The amount since a moment: of the whole quarters from the roll-ups, of the one in which it
     * lies from the records.
     */
    Money amountSince(long organizationId, Instant since) {
        Instant bucket = RollUp.bucketStart(since);
        return database.read(
                handle ->
                        handle.createQuery(
                                        """
                                        SELECT (
                                            coalesce((
                                                SELECT sum(amount_nanos)
                                                FROM usage_roll_up
                                                WHERE organization_id = :organizationId
                                                  AND bucket_start >= :nextBucket), 0)
                                            + coalesce((
                                                SELECT sum(amount_nanos)
                                                FROM usage_record
                                                WHERE organization_id = :organizationId
                                                  AND ended_at >= :since
                                                  AND ended_at < :nextBucket), 0))::bigint
                                        """)
                                .bind("organizationId", organizationId)
                                .bind("since", since)
                                .bind("nextBucket", bucket.plusSeconds(RollUp.BUCKET_SECONDS))
                                .map((row, context) -> Money.ofNanos(row.getLong(1)))
                                .one());
    }

    /** The amounts of all roll-ups by organization. */
    static Map<Long, Money> totals(Handle tx) {
        Map<Long, Money> totals = new HashMap<>();
        tx.createQuery(
                        """
                        SELECT organization_id, sum(amount_nanos)::bigint AS amount_nanos
                        FROM usage_roll_up
                        GROUP BY organization_id
                        """)
                .map(
                        (row, context) ->
                                totals.put(
                                        row.getLong("organization_id"),
                                        Money.ofNanos(row.getLong("amount_nanos"))))
                .list();
        return totals;
    }

    private static Line line(ResultSet row, Period period) throws SQLException {
        int number = row.getInt("day_number");
        return new Line(
                number == 0 ? LocalDate.EPOCH : period.days().get(number - 1),
                Objects.requireNonNullElse(row.getString("model"), ""),
                row.getLong("project_id"),
                row.getLong("api_key_id"),
                new UsageSum(
                        "",
                        row.getLong("requests"),
                        row.getLong("input_tokens"),
                        row.getLong("cached_input_tokens"),
                        row.getLong("output_tokens"),
                        Money.ofNanos(row.getLong("amount_nanos"))));
    }

    private static <T, V> List<V> values(List<T> lines, Function<T, V> value) {
        return lines.stream().map(value).toList();
    }
}
