package dev.scrip.ledger;

import dev.scrip.money.Money;
import dev.scrip.postgres.SqlColumns;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;

/** What operations were answered. Rows are only ever inserted. */
final class OperationStore {

    private static final String COLUMNS =
            """
            organization_id, operation_key, kind, body_hash, outcome, subject_id, entry_id, amount,
            captured, released, expires_at, balance_after, available_after, needed, available,
            detail, created_at
            """;

    Optional<Operation> find(Handle tx, long organizationId, String key) {
        return Optional.ofNullable(
                find(tx, List.of(organizationId), List.of(key))
                        .getOrDefault(organizationId, Map.of())
                        .get(key));
    }

    /** Those of some keys, by organization and key. The wallets' locks must be held. */
    Map<Long, Map<String, Operation>> find(
            Handle tx, Collection<Long> organizations, Collection<String> keys) {
        Map<Long, Map<String, Operation>> found = new TreeMap<>();
        tx.createQuery(
                        "SELECT "
                                + COLUMNS
                                + """
                                FROM operation
                                WHERE organization_id = ANY(:organizations)
                                    AND operation_key = ANY(:keys)
                                """)
                .bind("organizations", SqlColumns.longs(organizations))
                .bind("keys", SqlColumns.texts(keys, key -> key))
                .map((row, context) -> operation(row))
                .forEach(
                        operation ->
                                found.computeIfAbsent(
                                                operation.organizationId(), id -> new TreeMap<>())
                                        .put(operation.key().key(), operation));
        return found;
    }

    private static Operation operation(ResultSet row) throws SQLException {
        return new Operation(
                row.getLong("organization_id"),
                new OperationKey(row.getString("operation_key"), row.getString("body_hash")),
                Operation.Kind.valueOf(row.getString("kind")),
                Operation.refusal(
                        row.getString("outcome"),
                        Money.ofNanos(row.getLong("needed")),
                        Money.ofNanos(row.getLong("available")),
                        row.getString("detail")),
                row.getLong("subject_id"),
                row.getLong("entry_id"),
                Money.ofNanos(row.getLong("amount")),
                Money.ofNanos(row.getLong("captured")),
                Money.ofNanos(row.getLong("released")),
                SqlColumns.timeOrNull(row, "expires_at"),
                Money.ofNanos(row.getLong("balance_after")),
                Money.ofNanos(row.getLong("available_after")),
                SqlColumns.time(row, "created_at"));
    }

    void insert(Handle tx, Collection<Operation> added) {
        if (added.isEmpty()) {
            return;
        }
        tx.createUpdate(
                        "INSERT INTO operation ("
                                + COLUMNS
                                + """
                                )
                                SELECT * FROM unnest(:ids::bigint[], :keys::text[], :kinds::text[],
                                    :hashes::text[], :outcomes::text[], :subjects::bigint[],
                                    :entries::bigint[], :amounts::bigint[], :captured::bigint[],
                                    :released::bigint[], :expiries::timestamptz[],
                                    :balances::bigint[], :availables::bigint[], :needed::bigint[],
                                    :wereThere::bigint[], :details::text[], :times::timestamptz[])
                                """)
                .bind("ids", SqlColumns.longs(added, Operation::organizationId))
                .bind("keys", SqlColumns.texts(added, of -> of.key().key()))
                .bind("kinds", SqlColumns.texts(added, of -> of.kind().name()))
                .bind("hashes", SqlColumns.texts(added, of -> of.key().bodyHash()))
                .bind("outcomes", SqlColumns.texts(added, Operation::outcome))
                .bind("subjects", SqlColumns.longs(added, Operation::subjectId))
                .bind("entries", SqlColumns.longs(added, Operation::entryId))
                .bind("amounts", SqlColumns.longs(added, of -> of.amount().nanos()))
                .bind("captured", SqlColumns.longs(added, of -> of.captured().nanos()))
                .bind("released", SqlColumns.longs(added, of -> of.released().nanos()))
                .bind("expiries", SqlColumns.times(added, Operation::expiresAt))
                .bind("balances", SqlColumns.longs(added, of -> of.balance().nanos()))
                .bind("availables", SqlColumns.longs(added, of -> of.available().nanos()))
                .bind("needed", SqlColumns.longs(added, of -> of(of, Refusal::needed).nanos()))
                .bind(
                        "wereThere",
                        SqlColumns.longs(added, of -> of(of, Refusal::available).nanos()))
                .bind("details", SqlColumns.texts(added, OperationStore::detail))
                .bind("times", SqlColumns.times(added, Operation::at))
                .execute();
    }

    private static Money of(Operation operation, Function<Refusal, Money> figure) {
        Refusal refusal = operation.refusal();
        return refusal == null ? Money.ZERO : figure.apply(refusal);
    }

    private static String detail(Operation operation) {
        Refusal refusal = operation.refusal();
        return refusal == null ? "" : refusal.detail();
    }
}
