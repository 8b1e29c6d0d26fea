package dev.scrip.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.UUID;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The number of this process among those of one database: it stands in every id that the process
 * makes, so no two processes can make the same.
 *
 * <p>There are 4,095. A process takes the one that was not taken or kept for the longest, and keeps
 * it with every connection that it makes, which is every half hour at the latest: somebody else
 * gets it only after four thousand others have been taken meanwhile. A process that was paused for
 * so long, or whose database was replaced by one that does not know of it, learns that from the
 * first connection it makes then, and takes another.
 */
final class ProcessNumber {

    private static final Logger LOG = LoggerFactory.getLogger(ProcessNumber.class);
    private static final int NONE = 0;

    private final UUID holder = UUID.randomUUID();
    private final IntConsumer use;
    private int number = NONE;

    /**
     * @param use told each number that is taken
     */
    ProcessNumber(IntConsumer use) {
        this.use = use;
    }

    /** Takes a number, or keeps the one there is; a transaction of its own. */
    synchronized void hold(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        long turn = ProcessNumberStore.beginTurn(connection);
        boolean kept = number != NONE && ProcessNumberStore.keep(connection, number, holder, turn);
        int held = kept ? number : ProcessNumberStore.take(connection, holder, turn);
        connection.commit();
        connection.setAutoCommit(true);
        if (!kept) {
            LOG.debug("the ids of this process have the number {}; before: {}", held, number);
            number = held;
            use.accept(held);
        }
    }

    synchronized int number() {
        return number;
    }
}
