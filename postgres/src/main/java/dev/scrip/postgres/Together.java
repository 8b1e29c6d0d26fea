package dev.scrip.postgres;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Statements that go to PostgreSQL in one round trip. It carries them out one after the other, each
 * with a snapshot of its own, as if each had been sent alone: what is read after a lock sees all
 * that the transaction before it wrote. The first that fails ends it, and the transaction with it.
 *
 * <p>Nothing is read before all is sent. So what is sent behind a statement with rows must be
 * little, a few thousand bytes: else both sides may wait for the other to take what it sends.
 */
public final class Together {

    /** The driver recognizes a text, and what it has prepared for it, by the text. */
    private static final Map<List<Prepared>, String> TEXTS = new ConcurrentHashMap<>();

    private final Handle tx;
    private final boolean oneByOne;
    private final List<Part<?>> parts = new ArrayList<>();

    private Together(Handle tx, boolean oneByOne) {
        this.tx = tx;
        this.oneByOne = oneByOne;
    }

    public static Together of(Handle tx) {
        return new Together(tx, false);
    }

    /** Where much is asked: each statement is sent as it is added. */
    public static Together oneByOne(Handle tx) {
        return new Together(tx, true);
    }

    /** The transaction. */
    public Handle tx() {
        return tx;
    }

    /** The rows of a statement, once it has run. */
    public static final class Rows<T> {
        private @Nullable List<T> rows;

        private Rows() {}

        public List<T> all() {
            List<T> read = rows;
            if (read == null) {
                throw new IllegalStateException("the statement has not run");
            }
            return read;
        }
    }

    /** What to do with its rows; null: it has none. */
    private record Part<T>(Prepared.Call call, Prepared.@Nullable Reader<T> reader, Rows<T> rows) {

        void take(PreparedStatement statement, boolean hasRows) throws SQLException {
            if (hasRows != (reader != null)) {
                throw new IllegalStateException(
                        (hasRows ? "rows of " : "no rows of ") + call.prepared().text());
            }
            if (reader != null) {
                try (ResultSet found = statement.getResultSet()) {
                    rows.rows = Prepared.all(found, reader);
                }
            }
        }
    }

    /** Adds a statement without rows. */
    public void write(Prepared.Call call) {
        add(new Part<>(call, null, new Rows<>()));
    }

    /** Adds a statement with rows. */
    public <T> Rows<T> read(Prepared.Call call, Prepared.Reader<T> reader) {
        Rows<T> rows = new Rows<>();
        add(new Part<>(call, reader, rows));
        return rows;
    }

    private void add(Part<?> part) {
        parts.add(part);
        if (oneByOne) {
            run();
        }
    }

    /** Sends all that was added. */
    public void run() {
        if (parts.isEmpty()) {
            return;
        }
        List<Prepared> statements = parts.stream().map(part -> part.call.prepared()).toList();
        String text = TEXTS.computeIfAbsent(statements, Together::join);
        try (PreparedStatement statement = tx.getConnection().prepareStatement(text)) {
            int position = 1;
            for (Part<?> part : parts) {
                position = part.call.setAll(statement, position);
            }
            boolean hasRows = statement.execute();
            for (Part<?> part : parts) {
                part.take(statement, hasRows);
                hasRows = statement.getMoreResults();
            }
        } catch (SQLException failed) {
            // The cause stays, for its SQLSTATE tells what a failure means.
            throw new IllegalStateException(failed.getMessage() + " in " + text, failed);
        }
        parts.clear();
    }

    private static String join(List<Prepared> statements) {
        return statements.stream().map(Prepared::text).collect(Collectors.joining(";\n"));
    }
}
