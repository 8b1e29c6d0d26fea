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
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.argument.Argument;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/** The usage records: a request stands where its id does, which is when it was held. */
final class UsageStore {

    private static final int ROWS_AT_ONCE = 1_000;

    /** About what a record takes on its way to PostgreSQL. */
    private static final int ROW_BYTES = 320;

    private static final int COLUMNS = 26;
    private static final int COLUMNS_OF_UNITS = 8;

    private static final String COPY =
            """
            COPY usage_record (
                organization_id, request_id, project_id, api_key_id, end_user, endpoint, model,
                upstream, streamed, started_at, ended_at, ending, input_tokens,
                cached_input_tokens, cache_write_tokens, output_tokens, reasoning_tokens,
                estimated, price_id, amount_nanos, held_nanos, overrun_nanos, entry_id,
                balance_after_nanos, service_tier, upstream_cost_nanos)
            FROM STDIN (FORMAT binary)
            """;

    /** {@link #COPY} with what is used besides plain tokens, which few batches have any of. */
    private static final String COPY_WITH_UNITS =
            """
            COPY usage_record (
                organization_id, request_id, project_id, api_key_id, end_user, endpoint, model,
                upstream, streamed, started_at, ended_at, ending, input_tokens,
                cached_input_tokens, cache_write_tokens, output_tokens, reasoning_tokens,
                estimated, price_id, amount_nanos, held_nanos, overrun_nanos, entry_id,
                balance_after_nanos, service_tier, upstream_cost_nanos, audio_input_tokens,
                image_input_tokens, audio_output_tokens, image_output_tokens, images,
                image_variant, audio_seconds, characters)
            FROM STDIN (FORMAT binary)
            """;

    static final Comparator<UsageRecord> KEY_ORDER =
            (one, other) -> {
                int order = Long.compare(one.organizationId(), other.organizationId());
                return order == 0 ? Long.compare(one.requestId(), other.requestId()) : order;
            };

    /** The records of a query; {@code :to} is the first that no longer belongs to it. */
    private static final String OF_QUERY =
            """
            FROM usage_record
            WHERE organization_id = :organizationId
              AND request_id >= :from
              AND request_id < :to
              AND (CAST(:model AS text) IS NULL OR model = :model)
              AND (CAST(:projectId AS bigint) IS NULL OR project_id = :projectId)
              AND (:everyKey OR api_key_id = ANY(:apiKeyIds))
            """;

    /** As a condition of its own, the index by end user is looked at. */
    private static final String OF_END_USER =
            """
            AND end_user = :endUser
            """;

    private static final Prepared INSERT =
            Prepared.of(
                    """
                    INSERT INTO usage_record (
                        organization_id, request_id, project_id, api_key_id, end_user, endpoint,
                        model, upstream, streamed, started_at, ended_at, ending, input_tokens,
                        cached_input_tokens, cache_write_tokens, output_tokens, reasoning_tokens,
                        estimated, price_id, amount_nanos, held_nanos, overrun_nanos, entry_id,
                        balance_after_nanos, service_tier, upstream_cost_nanos)
                    SELECT * FROM unnest(
                        :organizations::bigint[], :requests::bigint[], :projects::bigint[],
                        :keys::bigint[], :endUsers::text[], :endpoints::text[], :models::text[],
                        :upstreams::text[], :streamed::boolean[], :started::timestamptz[],
                        :ended::timestamptz[], :endings::text[], :inputs::bigint[],
                        :cached::bigint[], :written::bigint[], :outputs::bigint[],
                        :reasoning::bigint[], :estimated::boolean[], :prices::bigint[],
                        :amounts::bigint[], :held::bigint[], :overruns::bigint[],
                        :entries::bigint[], :balances::bigint[], :tiers::text[], :costs::bigint[])
                    """);

    private final Database database;

    UsageStore(Database database) {
        this.database = database;
    }

    /** Writes all records with one {@code COPY}. */
    static void copy(Handle tx, List<UsageRecord> records) {
        boolean plain = arePlain(records);
        CopyRows rows = new CopyRows(records.size() * ROW_BYTES);
        for (UsageRecord record : records) {
            add(rows.beginRow(plain ? COLUMNS : COLUMNS + COLUMNS_OF_UNITS), record);
            if (!plain) {
                add(rows, record.units());
            }
        }
        byte[] bytes = rows.finish();
        try {
            CopyIn copy =
                    tx.getConnection()
                            .unwrap(PGConnection.class)
                            .getCopyAPI()
                            .copyIn(plain ? COPY : COPY_WITH_UNITS);
            try {
                copy.writeToCopy(bytes, 0, bytes.length);
                long copied = copy.endCopy();
                if (copied != records.size()) {
                    throw new IllegalStateException(copied + " of " + records.size() + " copied");
                }
            } finally {
                if (copy.isActive()) {
                    copy.cancelCopy();
                }
            }
        } catch (SQLException refused) {
            throw new IllegalStateException("usage records were not kept", refused);
        }
    }

    /** Whether nothing was used but plain tokens, as it is with most. */
    static boolean arePlain(List<UsageRecord> records) {
        return records.stream().allMatch(record -> record.units().isNone());
    }

    /**
     * Writes a few records of plain tokens: beginning and ending a {@code COPY} are two round
     * trips.
     */
    static void insert(Together writes, List<UsageRecord> records) {
        writes.write(
                INSERT.on(writes.tx())
                        .bind(
                                "organizations",
                                SqlColumns.longs(records, UsageRecord::organizationId))
                        .bind("requests", SqlColumns.longs(records, UsageRecord::requestId))
                        .bind("projects", SqlColumns.longs(records, UsageRecord::projectId))
                        .bind("keys", SqlColumns.longs(records, UsageRecord::apiKeyId))
                        .bind("endUsers", texts(records, UsageRecord::endUser))
                        .bind("endpoints", texts(records, UsageRecord::endpoint))
                        .bind("models", texts(records, UsageRecord::model))
                        .bind("upstreams", texts(records, UsageRecord::upstream))
                        .bind("streamed", SqlColumns.booleans(records, UsageRecord::streamed))
                        .bind("started", times(records, UsageRecord::startedAt))
                        .bind("ended", times(records, UsageRecord::endedAt))
                        .bind("endings", texts(records, UsageRecord::ending))
                        .bind("inputs", SqlColumns.longs(records, UsageRecord::inputTokens))
                        .bind("cached", SqlColumns.longs(records, UsageRecord::cachedInputTokens))
                        .bind("written", SqlColumns.longs(records, UsageRecord::cacheWriteTokens))
                        .bind("outputs", SqlColumns.longs(records, UsageRecord::outputTokens))
                        .bind("reasoning", SqlColumns.longs(records, UsageRecord::reasoningTokens))
                        .bind("estimated", SqlColumns.booleans(records, UsageRecord::estimated))
                        .bind("prices", SqlColumns.longs(records, UsageRecord::priceId))
                        .bind("amounts", nanos(records, UsageRecord::amount))
                        .bind("held", nanos(records, UsageRecord::held))
                        .bind("overruns", nanos(records, UsageRecord::overrun))
                        .bind("entries", SqlColumns.longs(records, UsageRecord::entryId))
                        .bind("balances", nanos(records, UsageRecord::balanceAfter))
                        .bind("tiers", texts(records, UsageRecord::serviceTier))
                        .bind("costs", SqlColumns.longsOrNull(records, UsageStore::cost)));
    }

    private static @Nullable Long cost(UsageRecord record) {
        Money cost = record.upstreamCost();
        return cost == null ? null : cost.nanos();
    }

    private static Argument texts(
            List<UsageRecord> records, Function<UsageRecord, @Nullable String> column) {
        return SqlColumns.texts(
                records,
                record -> {
                    String text = column.apply(record);
                    return text == null ? null : CopyRows.storable(text);
                });
    }

    private static Argument nanos(List<UsageRecord> records, Function<UsageRecord, Money> column) {
        return SqlColumns.longs(records, record -> column.apply(record).nanos());
    }

    /** To the microsecond, cut: PostgreSQL would round. */
    private static Argument times(
            List<UsageRecord> records, Function<UsageRecord, Instant> column) {
        return SqlColumns.times(
                records, record -> column.apply(record).truncatedTo(ChronoUnit.MICROS));
    }

    /** A page, newest first, of the requests before one. */
    List<UsageRecord> page(UsageQuery query, Period period, OptionalLong before, int limit) {
        long to = Math.min(Ids.first(period.to()), before.orElse(Long.MAX_VALUE));
        return database.read(
                handle ->
                        filter(
                                        handle.createQuery(
                                                "SELECT * "
                                                        + of(query)
                                                        + """
                                                        ORDER BY request_id DESC
                                                        LIMIT :limit
                                                        """),
                                        query,
                                        period)
                                .bind("to", to)
                                .bind("limit", limit)
                                .map((row, context) -> read(row))
                                .list());
    }

    Optional<UsageRecord> find(long organizationId, long requestId) {
        return database.read(
                handle ->
                        handle.createQuery(
                                        """
                                        SELECT *
                                        FROM usage_record
                                        WHERE organization_id = :organizationId
                                          AND request_id = :requestId
                                        """)
                                .bind("organizationId", organizationId)
                                .bind("requestId", requestId)
                                .map((row, context) -> read(row))
                                .findOne());
    }

    /** Hands over every record of a query, oldest first, without keeping them all in memory. */
    void forEach(UsageQuery query, Period period, Consumer<UsageRecord> consumer) {
        database.snapshot(
                handle -> {
                    try (var records =
                            filter(
                                    handle.createQuery(
                                            "SELECT * " + of(query) + "ORDER BY request_id"),
                                    query,
                                    period)
                                    .bind("to", Ids.first(period.to()))
                                    .setFetchSize(ROWS_AT_ONCE)
                                    .map((row, context) -> read(row))
                                    .stream()) {
                        records.forEach(consumer);
                    }
                    return null;
                });
    }

    /** The amounts of all records by organization. */
    static Map<Long, Money> totals(Handle tx) {
        Map<Long, Money> totals = new HashMap<>();
        tx.createQuery(
                        """
                        SELECT organization_id, sum(amount_nanos)::bigint AS amount_nanos
                        FROM usage_record
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

    /** From where, and which: what stands behind the columns of a statement about a query. */
    static String of(UsageQuery query) {
        return query.endUser().isPresent() ? OF_QUERY + OF_END_USER : OF_QUERY;
    }

    /** Binds what {@link #of} says, but {@code :to}. */
    static Query filter(Query statement, UsageQuery query, Period period) {
        query.endUser().ifPresent(name -> statement.bind("endUser", name));
        return statement
                .bind("organizationId", query.organizationId())
                .bind("from", Ids.first(period.from()))
                .bind("model", query.model())
                .bind("projectId", query.projectId())
                .bind("everyKey", query.apiKeyIds().isEmpty())
                .bind("apiKeyIds", RollUpStore.keys(query));
    }

    private static void add(CopyRows rows, UsageRecord record) {
        rows.add(record.organizationId())
                .add(record.requestId())
                .add(record.projectId())
                .add(record.apiKeyId())
                .add(record.endUser())
                .add(record.endpoint())
                .add(record.model())
                .add(record.upstream())
                .add(record.streamed())
                .add(record.startedAt())
                .add(record.endedAt())
                .add(record.ending())
                .add(record.inputTokens())
                .add(record.cachedInputTokens())
                .add(record.cacheWriteTokens())
                .add(record.outputTokens())
                .add(record.reasoningTokens())
                .add(record.estimated())
                .add(record.priceId())
                .add(record.amount())
                .add(record.held())
                .add(record.overrun())
                .add(record.entryId())
                .add(record.balanceAfter())
                .add(record.serviceTier());
        Money cost = record.upstreamCost();
        CopyRows _ = cost == null ? rows.addNull() : rows.add(cost);
    }

    private static void add(CopyRows rows, Units units) {
        rows.addIfAny(units.audioInputTokens())
                .addIfAny(units.imageInputTokens())
                .addIfAny(units.audioOutputTokens())
                .addIfAny(units.imageOutputTokens())
                .addIfAny(units.images())
                .add(units.imageVariant())
                .addIfAny(units.audioSeconds())
                .addIfAny(units.characters());
    }

    private static UsageRecord read(ResultSet row) throws SQLException {
        return new UsageRecord(
                row.getLong("organization_id"),
                row.getLong("request_id"),
                row.getLong("project_id"),
                row.getLong("api_key_id"),
                row.getString("end_user"),
                row.getString("endpoint"),
                row.getString("model"),
                row.getString("upstream"),
                row.getBoolean("streamed"),
                moment(row, "started_at"),
                moment(row, "ended_at"),
                row.getString("ending"),
                row.getLong("input_tokens"),
                row.getLong("cached_input_tokens"),
                row.getLong("cache_write_tokens"),
                row.getLong("output_tokens"),
                row.getLong("reasoning_tokens"),
                row.getBoolean("estimated"),
                row.getLong("price_id"),
                Money.ofNanos(row.getLong("amount_nanos")),
                Money.ofNanos(row.getLong("held_nanos")),
                Money.ofNanos(row.getLong("overrun_nanos")),
                row.getLong("entry_id"),
                Money.ofNanos(row.getLong("balance_after_nanos")),
                units(row),
                row.getString("service_tier"),
                row.getObject("upstream_cost_nanos") == null
                        ? null
                        : Money.ofNanos(row.getLong("upstream_cost_nanos")));
    }

    private static Units units(ResultSet row) throws SQLException {
        Units units =
                new Units(
                        row.getLong("audio_input_tokens"),
                        row.getLong("image_input_tokens"),
                        row.getLong("audio_output_tokens"),
                        row.getLong("image_output_tokens"),
                        row.getLong("images"),
                        row.getString("image_variant"),
                        row.getLong("audio_seconds"),
                        row.getLong("characters"));
        return units.isNone() ? Units.NONE : units;
    }

    private static Instant moment(ResultSet row, String column) throws SQLException {
        return row.getTimestamp(column).toInstant();
    }
}
