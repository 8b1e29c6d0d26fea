package dev.scrip.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.argument.Argument;
import org.jspecify.annotations.Nullable;

/**
 * A statement that every settlement says, with named parameters as everywhere else, over plain
 * JDBC. Jdbi copies its configuration and looks for ways to bind and map at each execution; for a
 * small message that costs more than what PostgreSQL does. The driver prepares the text once on
 * each connection.
 */
public final class Prepared {

    /** A name behind one colon; two are a cast, and one behind a backslash is a colon. */
    private static final Pattern PARAMETER = Pattern.compile("(?<![:\\\\]):([a-zA-Z]+)|\\\\:");

    private interface Value {
        void set(PreparedStatement statement, int position) throws SQLException;
    }

    /** Reads a row. */
    public interface Reader<T> {
        T read(ResultSet row) throws SQLException;
    }

    private final String text;
    private final List<String> names = new ArrayList<>();

    private Prepared(String named) {
        Matcher parameter = PARAMETER.matcher(named);
        StringBuilder positional = new StringBuilder();
        while (parameter.find()) {
            String name = parameter.group(1);
            if (name != null) {
                names.add(name);
            }
            parameter.appendReplacement(positional, name == null ? ":" : "?");
        }
        parameter.appendTail(positional);
        this.text = positional.toString();
    }

    /** One statement; a backslash before a colon that begins no name. */
    public static Prepared of(String named) {
        return new Prepared(named);
    }

    /** With positional parameters, as the driver takes it. */
    String text() {
        return text;
    }

    /** One execution in a transaction; to be bound and then run, once. */
    public Call on(Handle tx) {
        return new Call(tx.getConnection());
    }

    /** An execution. */
    public final class Call {

        private final Connection connection;
        private final @Nullable Value[] values = new @Nullable Value[names.size()];

        private Call(Connection connection) {
            this.connection = connection;
        }

        private Call bind(String name, Value value) {
            boolean known = false;
            for (int i = 0; i < values.length; i++) {
                if (names.get(i).equals(name)) {
                    values[i] = value;
                    known = true;
                }
            }
            if (!known) {
                throw new IllegalArgumentException("no parameter " + name + " in " + text);
            }
            return this;
        }

        /** A column of many rows, as one array. */
        public Call bind(String name, Argument column) {
            return bind(name, (statement, position) -> column.apply(position, statement, null));
        }

        public Call bind(String name, long value) {
            return bind(name, (statement, position) -> statement.setLong(position, value));
        }

        public Call bind(String name, Object value) {
            return bind(name, (statement, position) -> statement.setObject(position, value));
        }

        public Call bind(String name, Instant value) {
            return bind(name, (Object) value.atOffset(ZoneOffset.UTC));
        }

        /** The number of rows it wrote. */
        public int execute() {
            try (PreparedStatement statement = statement()) {
                return statement.executeUpdate();
            } catch (SQLException failed) {
                throw failure(failed);
            }
        }

        public <T> List<T> list(Reader<T> reader) {
            try (PreparedStatement statement = statement();
                    ResultSet rows = statement.executeQuery()) {
                return all(rows, reader);
            } catch (SQLException failed) {
                throw failure(failed);
            }
        }

        public <T> Optional<T> first(Reader<T> reader) {
            return list(reader).stream().findFirst();
        }

        private PreparedStatement statement() throws SQLException {
            PreparedStatement statement = connection.prepareStatement(text);
            try {
                int _ = setAll(statement, 1);
                return statement;
            } catch (SQLException | RuntimeException failed) {
                statement.close();
                throw failed;
            }
        }

        /** Sets its parameters from a position on. Returns the position after them. */
        int setAll(PreparedStatement statement, int from) throws SQLException {
            int position = from;
            for (int i = 0; i < values.length; i++) {
                Value value = values[i];
                if (value == null) {
                    throw new IllegalStateException(names.get(i) + " is not bound in " + text);
                }
                value.set(statement, position++);
            }
            return position;
        }

        Prepared prepared() {
            return Prepared.this;
        }

        /** The cause stays, for its SQLSTATE tells what a failure means. */
        private IllegalStateException failure(SQLException failed) {
            return new IllegalStateException(failed.getMessage() + " in " + text, failed);
        }
    }

    static <T> List<T> all(ResultSet rows, Reader<T> reader) throws SQLException {
        List<T> all = new ArrayList<>();
        while (rows.next()) {
            all.add(reader.read(rows));
        }
        return all;
    }
}
