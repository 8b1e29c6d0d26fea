package dev.scrip.postgres;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import org.jdbi.v3.core.argument.Argument;
import org.jspecify.annotations.Nullable;

/**
 * Columns of many rows as one array each, so that a batch is one statement; and times read back.
 */
public final class SqlColumns {

    private SqlColumns() {}

    public static <T> Argument longs(Collection<T> rows, ToLongFunction<T> column) {
        long[] values = new long[rows.size()];
        int next = 0;
        for (T row : rows) {
            values[next++] = column.applyAsLong(row);
        }
        return array(values);
    }

    /** A column of numbers, not all of which are known. */
    public static <T> Argument longsOrNull(Collection<T> rows, Function<T, @Nullable Long> column) {
        @Nullable Long[] values = new @Nullable Long[rows.size()];
        int next = 0;
        for (T row : rows) {
            values[next++] = column.apply(row);
        }
        return (position, statement, context) ->
                statement.setArray(
                        position, statement.getConnection().createArrayOf("bigint", values));
    }

    public static Argument longs(Collection<Long> values) {
        return longs(values, Long::longValue);
    }

    public static Argument array(long[] values) {
        return (position, statement, context) -> statement.setObject(position, values);
    }

    public static Argument array(int[] values) {
        return (position, statement, context) -> statement.setObject(position, values);
    }

    public static Argument array(@Nullable String[] values) {
        return (position, statement, context) ->
                statement.setArray(
                        position, statement.getConnection().createArrayOf("text", values));
    }

    public static <T> Argument booleans(Collection<T> rows, Predicate<T> column) {
        boolean[] values = new boolean[rows.size()];
        int next = 0;
        for (T row : rows) {
            values[next++] = column.test(row);
        }
        return (position, statement, context) -> statement.setObject(position, values);
    }

    public static <T> Argument texts(Collection<T> rows, Function<T, @Nullable String> column) {
        @Nullable String[] values = new @Nullable String[rows.size()];
        int next = 0;
        for (T row : rows) {
            values[next++] = column.apply(row);
        }
        return array(values);
    }

    /** To be cast to {@code timestamptz[]}. */
    public static <T> Argument times(Collection<T> rows, Function<T, @Nullable Instant> column) {
        return texts(
                rows,
                row -> {
                    Instant moment = column.apply(row);
                    return moment == null ? null : moment.toString();
                });
    }

    public static Instant time(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    public static @Nullable Instant timeOrNull(ResultSet row, String column) throws SQLException {
        OffsetDateTime moment = row.getObject(column, OffsetDateTime.class);
        return moment == null ? null : moment.toInstant();
    }
}
