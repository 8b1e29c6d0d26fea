package dev.scrip.charging;

import dev.scrip.ledger.Ledger;
import dev.scrip.metering.Metering;
import dev.scrip.postgres.Database;
import dev.scrip.postgres.DatabaseAddress;
import java.time.InstantSource;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The database that every process of a simulation speaks to. It may be replaced by a standby that
 * had not heard of the latest commits.
 */
final class Primary implements AutoCloseable {

    private final boolean mayFail;
    private Database database;
    private @Nullable DatabaseAddress address;
    private @Nullable DatabaseAddress standby;

    private Primary(Database database, @Nullable DatabaseAddress address) {
        this.database = database;
        this.address = address;
        this.mayFail = address != null;
    }

    /** One that others use too, and that stays. */
    static Primary shared(Database database) {
        return new Primary(database, null);
    }

    /** One of its own, with a standby. */
    static Primary replaceable(DatabaseAddress address) {
        return new Primary(Database.open(address), address);
    }

    boolean mayFail() {
        return mayFail;
    }

    Database database() {
        return database;
    }

    /** From now on the standby hears of nothing. */
    void fallBehind() {
        DatabaseAddress known = requireAddress();
        database.close();
        standby = Standby.of(known);
        database = Database.open(known);
    }

    /** The standby takes over. */
    void promote() {
        DatabaseAddress next = standby;
        if (next == null) {
            throw new IllegalStateException("there is no standby");
        }
        database.close();
        standby = null;
        address = next;
        database = Database.open(next);
    }

    private DatabaseAddress requireAddress() {
        DatabaseAddress known = address;
        if (known == null) {
            throw new IllegalStateException("this database is not replaced");
        }
        return known;
    }

    /** The books of one process, always in the database that is the primary. */
    Supplier<Books> books(InstantSource clock, UnaryOperator<Books> mutation) {
        return new Supplier<>() {
            private @Nullable Database of;
            private @Nullable Books books;

            @Override
            public Books get() {
                Books known = books;
                Database now = database;
                if (known == null || of != now) {
                    of = now;
                    known = mutation.apply(plain(now, clock));
                    books = known;
                }
                return known;
            }
        };
    }

    private static Books plain(Database of, InstantSource clock) {
        return new LedgerBooks(of, new Ledger(of, clock), new Metering(of));
    }

    @Override
    public void close() {
        if (mayFail) {
            database.close();
        }
    }
}
