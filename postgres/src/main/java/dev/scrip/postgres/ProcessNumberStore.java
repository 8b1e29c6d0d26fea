package dev.scrip.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.OptionalLong;
import java.util.UUID;

/** Hands out the numbers of processes; one transaction of its caller for each. */
final class ProcessNumberStore {

    private ProcessNumberStore() {}

    /** Counts one more turn; others wait until this transaction ends. */
    static long beginTurn(Connection tx) throws SQLException {
        return number(
                        tx,
                        """
                        UPDATE process_number SET turn = turn + 1 WHERE number = 0 RETURNING turn
                        """)
                .orElseThrow(() -> new SQLException("the numbers of processes are gone"));
    }

    /** Notes that a number is in use; false: it is another holder's. */
    static boolean keep(Connection tx, int number, UUID holder, long turn) throws SQLException {
        return number(
                        tx,
                        """
                        UPDATE process_number SET turn = ? WHERE number = ? AND holder = ?
                        RETURNING number
                        """,
                        turn,
                        number,
                        holder)
                .isPresent();
    }

    /** The number that was not taken or kept for the longest. */
    static int take(Connection tx, UUID holder, long turn) throws SQLException {
        OptionalLong taken =
                number(
                        tx,
                        """
                        UPDATE process_number SET turn = ?, holder = ?
                        WHERE number = (SELECT number FROM process_number WHERE number > 0
                            ORDER BY turn, number LIMIT 1)
                        RETURNING number
                        """,
                        turn,
                        holder);
        return Math.toIntExact(taken.orElseThrow());
    }

    private static OptionalLong number(Connection tx, String sql, Object... values)
            throws SQLException {
        try (PreparedStatement statement = tx.prepareStatement(sql)) {
            for (int index = 0; index < values.length; index++) {
                statement.setObject(index + 1, values[index]);
            }
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next() ? OptionalLong.of(rows.getLong(1)) : OptionalLong.empty();
            }
        }
    }
}
