package dev.scrip.onboarding;

import java.time.Instant;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The SQL of onboarding. */
final class OnboardingStore {

    /** Any number that no other module takes for an advisory lock. */
    private static final long FIRST_START_LOCK = 800_0001;

    private OnboardingStore() {}

    static void addNewcomer(Handle tx, long userId, String organizationName, Instant at) {
        tx.createUpdate(
                        """
                        INSERT INTO newcomer (user_id, organization_name, created_at)
                        VALUES (:userId, :organizationName, :at)
                        """)
                .bind("userId", userId)
                .bind("organizationName", organizationName)
                .bind("at", at)
                .execute();
    }

    /** Takes a newcomer from the list: their wished name, once; empty if they are none. */
    static Optional<String> takeNewcomer(Handle tx, long userId) {
        return tx.createQuery(
                        """
                        DELETE FROM newcomer WHERE user_id = :userId RETURNING organization_name
                        """)
                .bind("userId", userId)
                .mapTo(String.class)
                .findOne();
    }

    /** Notes that a mailbox has its trial; false if it had one before. */
    static boolean claimTrial(Handle tx, Mailbox mailbox, long organizationId, Instant at) {
        int claimed =
                tx.createUpdate(
                                """
                                INSERT INTO trial_address (mailbox, organization_id, granted_at)
                                VALUES (:mailbox, :organizationId, :at)
                                ON CONFLICT (mailbox) DO NOTHING
                                """)
                        .bind("mailbox", mailbox.name())
                        .bind("organizationId", organizationId)
                        .bind("at", at)
                        .execute();
        return claimed > 0;
    }

    /** Lets one process at a time make the first operator, until its transaction ends. */
    static void lockFirstStart(Handle tx) {
        tx.createQuery(
                        """
                        SELECT 1 FROM pg_advisory_xact_lock(:lock)
                        """)
                .bind("lock", FIRST_START_LOCK)
                .mapTo(Integer.class)
                .one();
    }
}
