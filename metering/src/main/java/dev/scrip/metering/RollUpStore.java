package dev.scrip.metering;

import dev.scrip.money.Money;
import dev.scrip.postgres.Database;
import dev.scrip.postgres.Ids;
import dev.scrip.postgres.Prepared;
import dev.scrip.postgres.SqlColumns;
import dev.scrip.postgres.Together;
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
import org.jdbi.v3.core.argument.Argument;

/** The roll-ups. Every sum that is shown comes from here, but those of one end user. */
final class RollUpStore {

    /** What roll-ups and records name alike, added up. */
    static final String SUMS =
            """
            sum(input_tokens)::bigint AS input_tokens,
            sum(cached_input_tokens)::bigint AS cached_input_tokens,
            sum(output_tokens)::bigint AS output_tokens,
            sum(amount_nanos)::bigint AS amount_nanos,
            sum(images)::bigint AS images,
            sum(audio_seconds)::bigint AS audio_seconds,
            sum(characters)::bigint AS characters,
            sum(upstream_cost_nanos)::bigint AS upstream_cost_nanos
            """;

    private static final String ROLLED_UP =
            """
            sum(requests)::bigint AS requests,
            sum(costed_nanos)::bigint AS costed_nanos,
            """
                    + SUMS;

    /** One sum; of the headings only those that were asked for mean something. */
    record Line(LocalDate day, String model, long projectId, long apiKeyId, UsageSum sum) {}

    private static final Prepared ADD =
            Prepared.of(
                    """
                    INSERT INTO usage_roll_up AS kept (
                        organization_id, bucket_start, project_id, api_key_id, model,
                        requests, input_tokens, cached_input_tokens, output_tokens,
                        amount_nanos, images, audio_seconds, characters, costed_nanos,
                        upstream_cost_nanos)
                    SELECT
                        n.organization_id, to_timestamp(n.bucket_second), n.project_id,
                        n.api_key_id, n.model, n.requests, n.input_tokens,
                        n.cached_input_tokens, n.output_tokens, n.amount_nanos,
                        n.images, n.audio_seconds, n.characters, n.costed_nanos,
                        n.upstream_cost_nanos
                    FROM unnest(
                            :organizations::bigint[], :buckets::bigint[], :projects::bigint[],
                            :keys::bigint[], :models::text[], :requests::bigint[],
                            :inputs::bigint[], :cached::bigint[], :outputs::bigint[],
                            :amounts::bigint[], :images::bigint[], :seconds::bigint[],
                            :characters::bigint[], :costed::bigint[], :costs::bigint[])
                        AS n (organization_id, bucket_second, project_id, api_key_id,
                            model, requests, input_tokens, cached_input_tokens,
                            output_tokens, amount_nanos, images, audio_seconds,
                            characters, costed_nanos, upstream_cost_nanos)
                    ON CONFLICT
                        (organization_id, bucket_start, project_id, api_key_id, model)
                    DO UPDATE SET
                        requests = kept.requests + excluded.requests,
                        input_tokens = kept.input_tokens + excluded.input_tokens,
                        cached_input_tokens
                            = kept.cached_input_tokens + excluded.cached_input_tokens,
                        output_tokens = kept.output_tokens + excluded.output_tokens,
                        amount_nanos = kept.amount_nanos + excluded.amount_nanos,
                        images = kept.images + excluded.images,
                        audio_seconds = kept.audio_seconds + excluded.audio_seconds,
                        characters = kept.characters + excluded.characters,
                        costed_nanos = kept.costed_nanos + excluded.costed_nanos,
                        upstream_cost_nanos
                            = kept.upstream_cost_nanos + excluded.upstream_cost_nanos
                    """);

    private final Database database;

    RollUpStore(Database database) {
        this.database = database;
    }

    /** Adds lines, one for each key and in their order, to what there is. */
    static void add(Together writes, List<RollUp> lines) {
        writes.write(
                ADD.on(writes.tx())
                        .bind(
                                "organizations",
                                SqlColumns.longs(lines, line -> line.key.organizationId()))
                        .bind("buckets", SqlColumns.longs(lines, line -> line.key.bucketSecond()))
                        .bind("projects", SqlColumns.longs(lines, line -> line.key.projectId()))
                        .bind("keys", SqlColumns.longs(lines, line -> line.key.apiKeyId()))
                        .bind("models", SqlColumns.texts(lines, line -> line.key.model()))
                        .bind("requests", SqlColumns.longs(lines, RollUp::requests))
                        .bind("inputs", SqlColumns.longs(lines, RollUp::inputTokens))
                        .bind("cached", SqlColumns.longs(lines, RollUp::cachedInputTokens))
                        .bind("outputs", SqlColumns.longs(lines, RollUp::outputTokens))
                        .bind("amounts", SqlColumns.longs(lines, line -> line.amount().nanos()))
                        .bind("images", SqlColumns.longs(lines, RollUp::images))
                        .bind("seconds", SqlColumns.longs(lines, RollUp::audioSeconds))
                        .bind("characters", SqlColumns.longs(lines, RollUp::characters))
                        .bind("costed", SqlColumns.longs(lines, line -> line.costed().nanos()))
                        .bind(
                                "costs",
                                SqlColumns.longs(lines, line -> line.upstreamCost().nanos())));
    }

    /** Sums by the asked-for headings; the others are left empty. */
    List<Line> sums(UsageQuery query, Period period, Set<UsageGroup> groups) {
        boolean byDay = groups.contains(UsageGroup.DAY);
        // Days that nobody asked for are one: every line is compared with every day.
        List<Instant> starts = byDay ? period.starts() : List.of(period.from());
        List<Instant> ends = byDay ? period.ends() : List.of(period.to());
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
                                        """
                                                + ROLLED_UP
                                                + """
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
                                          AND (:everyKey
                                               OR used.api_key_id = ANY(:apiKeyIds))
                                        GROUP BY 1, 2, 3, 4
                                        """)
                                .bind("byDay", byDay)
                                .bind("byModel", groups.contains(UsageGroup.MODEL))
                                .bind("byProject", groups.contains(UsageGroup.PROJECT))
                                .bind("byApiKey", groups.contains(UsageGroup.API_KEY))
                                .bindArray(
                                        "starts", String.class, values(starts, Instant::toString))
                                .bindArray("ends", String.class, values(ends, Instant::toString))
                                .bind("organizationId", query.organizationId())
                                .bind("from", period.from())
                                .bind("to", period.to())
                                .bind("model", query.model())
                                .bind("projectId", query.projectId())
                                .bind("everyKey", query.apiKeyIds().isEmpty())
                                .bind("apiKeyIds", keys(query))
                                .map((row, context) -> line(row, period))
                                .list());
    }

    /** What all organizations used together by model; days and filters are the caller's. */
    List<UsageSum> modelsOfAll(Instant from, Instant to) {
        return database.read(
                handle ->
                        handle.createQuery(
                                        """
                                        SELECT
                                            model,
                                        """
                                                + ROLLED_UP
                                                + """
                                        FROM usage_roll_up
                                        WHERE bucket_start >= :from
                                          AND bucket_start < :to
                                        GROUP BY model
                                        """)
                                .bind("from", from)
                                .bind("to", to)
                                .map((row, context) -> sum(row).under(row.getString("model")))
                                .list());
    }

    /**
     * The amount since a moment: of the whole quarters from the roll-ups, of the one in which it
     * lies from the records.
     */
    Money amountSince(long organizationId, Instant since) {
        Instant nextBucket = RollUp.bucketStart(since).plusSeconds(RollUp.BUCKET_SECONDS);
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
                                                  AND request_id >= :first
                                                  AND request_id < :firstOfNextBucket),
                                                0))::bigint
                                        """)
                                .bind("organizationId", organizationId)
                                .bind("nextBucket", nextBucket)
                                .bind("first", Ids.first(since))
                                .bind("firstOfNextBucket", Ids.first(nextBucket))
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

    /** The keys that a query names; to be asked for only if it names any. */
    static Argument keys(UsageQuery query) {
        return SqlColumns.longs(query.apiKeyIds().orElse(Set.of()));
    }

    static Line line(ResultSet row, Period period) throws SQLException {
        int number = row.getInt("day_number");
        return new Line(
                number == 0 ? LocalDate.EPOCH : period.days().get(number - 1),
                Objects.requireNonNullElse(row.getString("model"), ""),
                row.getLong("project_id"),
                row.getLong("api_key_id"),
                sum(row));
    }

    /** Under no heading yet. */
    static UsageSum sum(ResultSet row) throws SQLException {
        return new UsageSum(
                "",
                row.getLong("requests"),
                row.getLong("input_tokens"),
                row.getLong("cached_input_tokens"),
                row.getLong("output_tokens"),
                Money.ofNanos(row.getLong("amount_nanos")),
                row.getLong("images"),
                row.getLong("audio_seconds"),
                row.getLong("characters"),
                Money.ofNanos(row.getLong("costed_nanos")),
                Money.ofNanos(row.getLong("upstream_cost_nanos")));
    }

    private static <T, V> List<V> values(List<T> lines, Function<T, V> value) {
        return lines.stream().map(value).toList();
    }
}
