package dev.scrip.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The role that the program's connections work as: it may do everything with rows, except UPDATE,
 * DELETE and TRUNCATE on tables that are only ever added to. Those are the tables whose comment
 * begins with {@code append-only}, and their partitions.
 *
 * <p>It guards against defects of the program and of statements put into it, not against somebody
 * who has the password: whoever connects may go back to being the owner.
 */
final class WriterRoleStore {

    static final String ROLE = "scrip_writer";

    /** Databases of one server share the role and may be opened at once. */
    private static final int TRIES = 20;

    private static final String DUPLICATE_OBJECT = "42710";
    private static final String UNIQUE_VIOLATION = "23505";
    private static final String CONCURRENTLY_UPDATED = "XX000";
    private static final Set<String> SOMEBODY_ELSE_DOES =
            Set.of(DUPLICATE_OBJECT, UNIQUE_VIOLATION, CONCURRENTLY_UPDATED);
    private static final String NOT_PERMITTED = "42501";

    /** A table, quoted, and whether rows may only be added. */
    private record Table(String name, boolean appendOnly) {}

    private final Connection owner;

    /**
     * @param owner a connection of the user that made the tables
     */
    WriterRoleStore(Connection owner) {
        this.owner = owner;
    }

    /**
     * Makes the role, lets the owner take it, and gives it its privileges on the tables there are;
     * on tables made later, SELECT and INSERT.
     *
     * @return empty, or what an administrator has to run so that the role can be used
     */
    Optional<String> prepare() throws SQLException {
        try {
            makeRole();
            joinRole();
        } catch (SQLException refused) {
            if (!NOT_PERMITTED.equals(refused.getSQLState())) {
                throw refused;
            }
            return Optional.of(
                    "CREATE ROLE %s NOLOGIN; GRANT %s TO %s;".formatted(ROLE, ROLE, userName()));
        }
        owner.setAutoCommit(false);
        try (Statement statement = owner.createStatement()) {
            // Two processes may open one database at once, and privileges are rows like others.
            statement.execute(
                    "SELECT pg_advisory_xact_lock(hashtextextended('%s', 0))".formatted(ROLE));
            for (String grant : grants()) {
                statement.addBatch(grant);
            }
            statement.executeBatch();
        }
        owner.commit();
        owner.setAutoCommit(true);
        return Optional.empty();
    }

    private void makeRole() throws SQLException {
        for (int tries = 1; !exists(); tries++) {
            changeShared("CREATE ROLE %s NOLOGIN".formatted(ROLE), tries);
        }
    }

    private void joinRole() throws SQLException {
        for (int tries = 1; !mayTake(); tries++) {
            changeShared("GRANT %s TO %s".formatted(ROLE, userName()), tries);
        }
    }

    private boolean exists() throws SQLException {
        return ask("SELECT 1 FROM pg_roles WHERE rolname = '%s'".formatted(ROLE)).isPresent();
    }

    private boolean mayTake() throws SQLException {
        try (Statement statement = owner.createStatement()) {
            statement.execute("SET ROLE " + ROLE);
            statement.execute("RESET ROLE");
            return true;
        } catch (SQLException refused) {
            if (NOT_PERMITTED.equals(refused.getSQLState())) {
                return false;
            }
            throw refused;
        }
    }

    /** Roles belong to all databases of the server; who opens another one may be doing the same. */
    private void changeShared(String sql, int tries) throws SQLException {
        try (Statement statement = owner.createStatement()) {
            statement.execute(sql);
        } catch (SQLException refused) {
            if (!SOMEBODY_ELSE_DOES.contains(refused.getSQLState()) || tries >= TRIES) {
                throw refused;
            }
        }
    }

    private List<String> grants() throws SQLException {
        String schema = ask("SELECT quote_ident(current_schema())").orElseThrow();
        List<String> grants = new ArrayList<>();
        grants.add("GRANT USAGE ON SCHEMA %s TO %s".formatted(schema, ROLE));
        grants.add("GRANT USAGE ON ALL SEQUENCES IN SCHEMA %s TO %s".formatted(schema, ROLE));
        for (Table table : tables()) {
            String rights = table.appendOnly ? "SELECT, INSERT" : "SELECT, INSERT, UPDATE, DELETE";
            if (table.appendOnly) {
                grants.add("REVOKE ALL ON %s FROM %s".formatted(table.name, ROLE));
            }
            grants.add("GRANT %s ON %s TO %s".formatted(rights, table.name, ROLE));
        }
        grants.add(
                "ALTER DEFAULT PRIVILEGES IN SCHEMA %s GRANT SELECT, INSERT ON TABLES TO %s"
                        .formatted(schema, ROLE));
        grants.add(
                "ALTER DEFAULT PRIVILEGES IN SCHEMA %s GRANT USAGE ON SEQUENCES TO %s"
                        .formatted(schema, ROLE));
        return grants;
    }

    private List<Table> tables() throws SQLException {
        List<Table> tables = new ArrayList<>();
        try (Statement statement = owner.createStatement();
                ResultSet rows =
                        statement.executeQuery(
                                """
                                SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname),
                                    coalesce(obj_description(
                                        coalesce(pg_partition_root(c.oid), c.oid), 'pg_class')
                                        LIKE 'append-only%', false)
                                FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
                                WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p', 'v')
                                    AND pg_has_role(c.relowner, 'USAGE')
                                """)) {
            while (rows.next()) {
                tables.add(new Table(rows.getString(1), rows.getBoolean(2)));
            }
        }
        return tables;
    }

    private String userName() throws SQLException {
        return ask("SELECT quote_ident(session_user)").orElseThrow();
    }

    private Optional<String> ask(String sql) throws SQLException {
        try (Statement statement = owner.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            return rows.next() ? Optional.of(rows.getString(1)) : Optional.empty();
        }
    }
}
