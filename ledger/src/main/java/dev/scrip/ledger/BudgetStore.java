package dev.scrip.ledger;

import dev.scrip.money.Money;
import dev.scrip.postgres.Prepared;
import dev.scrip.postgres.SqlColumns;
import dev.scrip.postgres.Together;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/** Limits, and what every payer spent on every day. */
final class BudgetStore {

    private static final String COLUMNS =
            "organization_id, budget_id, subject, period, limit_kind, amount";

    private static final Prepared UNLIMITED =
            Prepared.of(
                    """
                    SELECT organization_id FROM pool
                    WHERE organization_id = ANY(:organizations) AND pool_id = 0 AND NOT scoped
                        AND NOT EXISTS (
                            SELECT FROM budget
                            WHERE budget.organization_id = pool.organization_id
                                AND budget.organization_id = ANY(:organizations))
                    """);

    private static final Prepared SUBJECT_KINDS =
            Prepared.of(
                    """
                        SELECT DISTINCT upper(split_part(subject, ':', 1)) AS kind
                        FROM budget WHERE organization_id = :organization
                        """);

    private static final Prepared ADD_SPENDING =
            Prepared.of(
                    """
                        INSERT INTO spending AS s (organization_id, day, project_id, api_key_id,
                            member_id, end_user, spent)
                        SELECT * FROM unnest(:ids::bigint[], :days::bigint[], :projects::bigint[],
                            :keys::bigint[], :members::bigint[], :endUsers::text[],
                            :amounts::bigint[])
                        ON CONFLICT (organization_id, day, project_id, api_key_id, member_id,
                                end_user)
                            DO UPDATE SET spent = s.spent + EXCLUDED.spent
                        """);

    /** What a payer spent on a day. */
    record Spent(Payer payer, int day, Money amount) {}

    /** All limits of an organization: the whole one's first, then by subject. */
    List<Budget> all(Handle tx, long organizationId) {
        return tx.createQuery(
                        "SELECT "
                                + COLUMNS
                                + """
                                 FROM budget WHERE organization_id = :organization
                                ORDER BY subject <> 'organization', subject, period, limit_kind,
                                    amount
                                """)
                .bind("organization", organizationId)
                .map((row, context) -> budget(row))
                .list();
    }

    Optional<Budget> find(Handle tx, long organizationId, long budgetId) {
        return tx.createQuery(
                        "SELECT "
                                + COLUMNS
                                + """
                                 FROM budget
                                WHERE organization_id = :organization AND budget_id = :budget
                                """)
                .bind("organization", organizationId)
                .bind("budget", budgetId)
                .map((row, context) -> budget(row))
                .findOne();
    }

    /** The limits of some subjects, as their texts are. */
    List<Budget> ofSubjects(Handle tx, long organizationId, Collection<String> subjects) {
        return tx.createQuery(
                        "SELECT "
                                + COLUMNS
                                + """
                                 FROM budget
                                WHERE organization_id = :organization AND subject = ANY(:subjects)
                                """)
                .bind("organization", organizationId)
                .bind("subjects", SqlColumns.texts(subjects, subject -> subject))
                .map((row, context) -> budget(row))
                .list();
    }

    /** Those of some organizations that have a wallet, and neither limits nor scoped credit. */
    List<Long> unlimited(Handle tx, Collection<Long> organizations) {
        return UNLIMITED
                .on(tx)
                .bind("organizations", SqlColumns.longs(organizations))
                .list(row -> row.getLong(1));
    }

    /** What kinds of subjects an organization limits. */
    Set<Subject.Kind> subjectKinds(Handle tx, long organizationId) {
        Set<Subject.Kind> kinds = EnumSet.noneOf(Subject.Kind.class);
        SUBJECT_KINDS
                .on(tx)
                .bind("organization", organizationId)
                .list(row -> row.getString(1))
                .forEach(kind -> kinds.add(Subject.Kind.valueOf(kind)));
        return kinds;
    }

    void insert(Handle tx, Budget budget) {
        tx.createUpdate(
                        """
                        INSERT INTO budget (organization_id, budget_id, subject, period, limit_kind,
                            amount)
                        VALUES (:organization, :budget, :subject, :period, :kind, :amount)
                        """)
                .bind("organization", budget.organizationId())
                .bind("budget", budget.budgetId())
                .bind("subject", budget.subject().text())
                .bind("period", budget.period().name())
                .bind("kind", budget.kind().name())
                .bind("amount", budget.amount().nanos())
                .execute();
    }

    void change(Handle tx, Budget budget) {
        tx.createUpdate(
                        """
                        UPDATE budget SET amount = :amount
                        WHERE organization_id = :organization AND budget_id = :budget
                        """)
                .bind("organization", budget.organizationId())
                .bind("budget", budget.budgetId())
                .bind("amount", budget.amount().nanos())
                .execute();
    }

    void remove(Handle tx, Budget budget) {
        tx.createUpdate(
                        """
                        DELETE FROM budget
                        WHERE organization_id = :organization AND budget_id = :budget
                        """)
                .bind("organization", budget.organizationId())
                .bind("budget", budget.budgetId())
                .execute();
    }

    private static Budget budget(ResultSet row) throws SQLException {
        return new Budget(
                row.getLong("organization_id"),
                row.getLong("budget_id"),
                Subject.parse(row.getString("subject")),
                BudgetPeriod.valueOf(row.getString("period")),
                LimitKind.valueOf(row.getString("limit_kind")),
                Money.ofNanos(row.getLong("amount")));
    }

    /** Adds to the days' spending: one row for each payer and day. */
    void addSpending(Together writes, Collection<Spent> added) {
        if (added.isEmpty()) {
            return;
        }
        writes.write(
                ADD_SPENDING
                        .on(writes.tx())
                        .bind("ids", SqlColumns.longs(added, of -> of.payer.organizationId()))
                        .bind("days", SqlColumns.longs(added, Spent::day))
                        .bind("projects", SqlColumns.longs(added, of -> of.payer.projectId()))
                        .bind("keys", SqlColumns.longs(added, of -> of.payer.apiKeyId()))
                        .bind("members", SqlColumns.longs(added, of -> of.payer.memberId()))
                        .bind("endUsers", SqlColumns.texts(added, of -> endUser(of.payer)))
                        .bind("amounts", SqlColumns.longs(added, of -> of.amount.nanos())));
    }

    /** Never null in the tables, for it is part of a key. */
    static String endUser(Payer payer) {
        String endUser = payer.endUser();
        return endUser == null ? "" : endUser;
    }

    /** What a subject has spent from a day on, up to the day before another. */
    Money spent(Handle tx, long organizationId, Subject subject, int fromDay, int toDay) {
        return tx.createQuery(
                        """
                        SELECT coalesce(sum(spent), 0)::bigint FROM spending
                        WHERE organization_id = :organization AND day >= :from AND day < :to
                            AND CASE :kind
                                WHEN 'ORGANIZATION' THEN true
                                WHEN 'PROJECT' THEN project_id::text = :id
                                WHEN 'API_KEY' THEN api_key_id::text = :id
                                WHEN 'MEMBER' THEN member_id::text = :id
                                ELSE end_user = :id END
                        """)
                .bind("organization", organizationId)
                .bind("from", fromDay)
                .bind("to", toDay)
                .bind("kind", subject.kind().name())
                .bind("id", subject.id())
                .mapTo(Long.class)
                .findOne()
                .map(Money::ofNanos)
                .orElse(Money.ZERO);
    }
}
