package dev.scrip.bench;

import dev.scrip.postgres.Database;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;

/** What measurements ask of PostgreSQL beside the product. */
final class BenchStore {

    private final Database database;

    BenchStore(Database database) {
        this.database = database;
    }

    private record Column(String table, String name, boolean identifies) {}

    /**
     * Copies every row of an organization, whatever tables there are, to the ids that follow its
     * own, so that a million wallets take seconds to make.
     */
    void copyOrganization(long organizationId, long copies) {
        database.owner(
                tx -> {
                    List<Column> columns = columns(tx);
                    columns.stream()
                            .map(Column::table)
                            .distinct()
                            .forEach(table -> copy(tx, table, columns, organizationId, copies));
                });
        database.owner(tx -> tx.execute("ANALYZE"));
    }

    private static List<Column> columns(Handle tx) {
        return tx.createQuery(
                        """
                        SELECT c.relname, a.attname, a.atttypid = 'bigint'::regtype AS identifies
                        FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
                        WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
                            AND c.relnamespace = 'public'::regnamespace
                            AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
                            AND EXISTS (SELECT FROM pg_attribute o
                                WHERE o.attrelid = c.oid AND o.attname = 'organization_id')
                        ORDER BY c.relname, a.attnum
                        """)
                .map(
                        (row, context) ->
                                new Column(
                                        row.getString("relname"),
                                        row.getString("attname"),
                                        row.getBoolean("identifies")))
                .list();
    }

    private static void copy(
            Handle tx, String table, List<Column> columns, long organizationId, long copies) {
        List<String> names = new ArrayList<>();
        List<String> values = new ArrayList<>();
        for (Column column : columns) {
            if (column.table().equals(table)) {
                names.add(column.name());
                values.add(
                        column.identifies()
                                ? "CASE WHEN o.%1$s = %2$d THEN %2$d + n ELSE o.%1$s END"
                                        .formatted(column.name(), organizationId)
                                : "o." + column.name());
            }
        }
        tx.execute(
                "INSERT INTO %s (%s) SELECT %s FROM %s o, generate_series(1, %d) n"
                                .formatted(
                                        table,
                                        String.join(", ", names),
                                        String.join(", ", values),
                                        table,
                                        copies)
                        + " WHERE o.organization_id = "
                        + organizationId);
    }

    /** The usage records as PostgreSQL keeps them, ready to be copied in again. */
    List<byte[]> usageRecords(int rows) {
        return database.read(
                handle -> {
                    List<byte[]> records = new ArrayList<>(rows);
                    try {
                        CopyOut out =
                                handle.getConnection()
                                        .unwrap(PGConnection.class)
                                        .getCopyAPI()
                                        .copyOut(
                                                "COPY (SELECT * FROM usage_record LIMIT "
                                                        + rows
                                                        + ") TO STDOUT");
                        for (byte[] row = out.readFromCopy(); row != null; ) {
                            records.add(row);
                            row = out.readFromCopy();
                        }
                    } catch (SQLException failed) {
                        throw new IllegalStateException(failed);
                    }
                    return records;
                });
    }

    /** An empty table as that of the usage records, its key included. */
    void makeBareTable() {
        database.owner(
                tx -> {
                    tx.execute("DROP TABLE IF EXISTS bare_usage_record");
                    tx.execute("CREATE TABLE bare_usage_record (LIKE usage_record INCLUDING ALL)");
                });
    }

    /** Records of one transaction, as they go over the wire. */
    static byte[] joined(List<byte[]> records) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        records.forEach(bytes::writeBytes);
        return bytes.toByteArray();
    }

    /** Copies records into the bare table, as one durable transaction. */
    void copyBare(byte[] records) {
        database.execute(
                tx -> {
                    try {
                        long _ =
                                tx.getConnection()
                                        .unwrap(PGConnection.class)
                                        .getCopyAPI()
                                        .copyIn(
                                                "COPY bare_usage_record FROM STDIN",
                                                new ByteArrayInputStream(records));
                    } catch (SQLException failed) {
                        throw new IllegalStateException(failed);
                    } catch (IOException impossible) {
                        throw new UncheckedIOException(impossible);
                    }
                });
    }

    /** A transaction that does nothing but commit durably. */
    void emptyTransaction() {
        database.execute(tx -> tx.execute("SELECT pg_current_xact_id()"));
    }

    /** So that no measure pays for what the one before it wrote. */
    void checkpoint() {
        database.owner(tx -> tx.execute("CHECKPOINT"));
    }

    /** How many wallets have money in leases. */
    long leasedWallets() {
        return database.read(
                tx ->
                        tx.createQuery("SELECT count(*) FROM pool WHERE leased > 0")
                                .mapTo(Long.class)
                                .one());
    }
}
