package dev.scrip.ledger;

import dev.scrip.money.Money;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * A journal entry to be written.
 *
 * @param entryId counts the organization's entries from 1 without a gap
 * @param change what it does to the wallet's credit
 * @param postedAt never before the entry that it follows
 */
record Entry(
        long organizationId,
        long entryId,
        Kind kind,
        Money change,
        Money balanceAfter,
        String note,
        List<Posting> postings,
        Instant postedAt) {

    Entry {
        postings = List.copyOf(postings);
        postedAt = postedAt.truncatedTo(ChronoUnit.MICROS); // as PostgreSQL keeps it
    }

    /** What happened. */
    enum Kind {
        GRANT,
        GRANT_SCHEDULED,
        CHARGE,
        EXPIRY,
        REVOCATION
    }

    /**
     * Moves a positive amount from one book account to another.
     *
     * @param grantId the one grant it concerns, or {@link #NO_GRANT} when the draws tell
     */
    record Posting(BookAccount from, BookAccount to, Money amount, long grantId) {
        static final long NO_GRANT = 0;
    }

    /**
     * What one request drew.
     *
     * @param grantId from which grant; {@link Posting#NO_GRANT}: the platform bears it
     * @param day when the request was held, see {@link Days}: its spending counts in it
     */
    record GrantDraw(
            long organizationId,
            long requestId,
            long grantId,
            long entryId,
            Money amount,
            int day) {

        GrantDraw plus(Money more) {
            return new GrantDraw(
                    organizationId, requestId, grantId, entryId, amount.plus(more), day);
        }
    }
}
