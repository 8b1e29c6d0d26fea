package dev.scrip.metering;

import dev.scrip.postgres.Database;
import dev.scrip.postgres.Ids;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Locale;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the partitions of the usage records, one for each month (UTC), before records come that
 * belong there.
 */
final class PartitionStore {

    private static final Logger LOG = LoggerFactory.getLogger(PartitionStore.class);

    /** This month and the two that follow: time enough to notice that something goes wrong. */
    private static final int MONTHS_AHEAD = 2;

    /** Whoever makes partitions holds this advisory lock; any number that no other lock has. */
    private static final long LOCK = 0x7573_6167_6500L;

    private final Database database;
    private volatile @Nullable YearMonth madeIn;

    PartitionStore(Database database) {
        this.database = database;
    }

    void makeMissing(Instant now) {
        YearMonth month = YearMonth.from(now.atOffset(ZoneOffset.UTC));
        if (month.equals(madeIn)) {
            return;
        }
        for (int ahead = 0; ahead <= MONTHS_AHEAD; ahead++) {
            YearMonth which = month.plusMonths(ahead);
            database.owner(tx -> makeMissing(tx, which));
        }
        madeIn = month;
    }

    private static void makeMissing(Handle tx, YearMonth month) {
        // Several processes may start at once; the second finds what the first has made.
        tx.createQuery("SELECT pg_advisory_xact_lock(:lock)").bind("lock", LOCK).mapToMap().list();
        long from = first(month);
        long to = first(month.plusMonths(1));
        if (isCovered(tx, from, to)) {
            return;
        }
        if (hasStrays(tx, from, to)) {
            LOG.warn(
                    "usage records of {} were kept before its partition was made, by a clock that"
                            + " is off; they stay in the default partition, and so do others of"
                            + " that month",
                    month);
            return;
        }
        String name =
                String.format(
                        Locale.ROOT,
                        "usage_record_%04d_%02d",
                        month.getYear(),
                        month.getMonthValue());
        // Made first and attached then: making it as a partition would keep settlements out.
        tx.execute("CREATE TABLE %s (LIKE usage_record INCLUDING ALL)".formatted(name));
        tx.execute(
                "ALTER TABLE usage_record ATTACH PARTITION %s FOR VALUES FROM (%d) TO (%d)"
                        .formatted(name, from, to));
    }

    private static long first(YearMonth month) {
        return Ids.first(month.atDay(1).atStartOfDay().toInstant(ZoneOffset.UTC));
    }

    /** Whether a partition has any of these ids for its own. */
    private static boolean isCovered(Handle tx, long from, long to) {
        return tx.createQuery(
                        """
                        SELECT EXISTS (
                            SELECT
                            FROM pg_inherits part
                            JOIN pg_class child ON child.oid = part.inhrelid
                            CROSS JOIN LATERAL regexp_match(
                                pg_get_expr(child.relpartbound, child.oid),
                                'FROM \\(''?(-?\\d+|MINVALUE)''?\\) TO \\(''?(-?\\d+|MAXVALUE)')
                                AS bounds (text)
                            WHERE part.inhparent = 'usage_record'::regclass
                              AND (bounds.text[1] = 'MINVALUE' OR bounds.text[1]::bigint < :to)
                              AND (bounds.text[2] = 'MAXVALUE' OR bounds.text[2]::bigint > :from))
                        """)
                .bind("from", from)
                .bind("to", to)
                .mapTo(Boolean.class)
                .one();
    }

    private static boolean hasStrays(Handle tx, long from, long to) {
        return tx.createQuery(
                        """
                        SELECT EXISTS (
                            SELECT FROM usage_record_default
                            WHERE request_id >= :from AND request_id < :to)
                        """)
                .bind("from", from)
                .bind("to", to)
                .mapTo(Boolean.class)
                .one();
    }
}
