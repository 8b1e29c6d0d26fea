package dev.scrip.payments;

import dev.scrip.money.Money;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.YearMonth;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The sandbox processor's own books. */
final class SandboxStore {

    /** A card as the sandbox keeps it: which test card it is. */
    record Card(SandboxCard testCard, YearMonth expiry, boolean detached) {}

    /**
     * A charge as the sandbox keeps it.
     *
     * @param token null: cancelled before it came
     * @param amount null: cancelled before it came
     */
    record Charge(@Nullable String token, @Nullable Money amount, ChargeAnswer answer) {

        boolean isOther(ChargeOrder order) {
            return token != null
                    && (!token.equals(order.token()) || !order.amount().equals(amount));
        }

        String tokenOrThrow() {
            return Objects.requireNonNull(token, "a charge that was cancelled before it came");
        }
    }

    private SandboxStore() {}

    static void insertCard(
            Handle tx, String token, SandboxCard testCard, YearMonth expiry, Instant now) {
        tx.createUpdate(
                        """
                        INSERT INTO sandbox_card
                            (token, test_card, expiry_year, expiry_month, created_at)
                        VALUES (:token, :testCard, :year, :month, :now)
                        """)
                .bind("token", token)
                .bind("testCard", testCard.name())
                .bind("year", expiry.getYear())
                .bind("month", expiry.getMonthValue())
                .bind("now", now)
                .execute();
    }

    static void detach(Handle tx, String token) {
        tx.createUpdate("UPDATE sandbox_card SET detached = true WHERE token = :token")
                .bind("token", token)
                .execute();
    }

    static Optional<Card> card(Handle tx, String token) {
        return tx.createQuery(
                        """
                        SELECT test_card, expiry_year, expiry_month, detached
                        FROM sandbox_card WHERE token = :token
                        """)
                .bind("token", token)
                .map(
                        (row, _) ->
                                new Card(
                                        SandboxCard.valueOf(row.getString("test_card")),
                                        YearMonth.of(
                                                row.getInt("expiry_year"),
                                                row.getInt("expiry_month")),
                                        row.getBoolean("detached")))
                .findOne();
    }

    /** False: the key was used before, also by a cancellation; nothing was done. */
    static boolean insertCharge(
            Handle tx, ChargeOrder order, String charge, ChargeAnswer answer, Instant now) {
        return tx.createUpdate(
                                """
                                INSERT INTO sandbox_charge
                                    (idempotency_key, charge, token, amount, state, decline_reason,
                                     created_at)
                                VALUES (:key, :charge, :token, :amount, :state, :decline, :now)
                                ON CONFLICT (idempotency_key) DO NOTHING
                                """)
                        .bind("key", order.key())
                        .bind("charge", charge)
                        .bind("token", order.token())
                        .bind("amount", order.amount().nanos())
                        .bind("state", state(answer))
                        .bind("decline", decline(answer))
                        .bind("now", now)
                        .execute()
                == 1;
    }

    static void decide(Handle tx, String key, ChargeAnswer answer) {
        tx.createUpdate(
                        """
                        UPDATE sandbox_charge SET state = :state, decline_reason = :decline
                        WHERE idempotency_key = :key
                        """)
                .bind("key", key)
                .bind("state", state(answer))
                .bind("decline", decline(answer))
                .execute();
    }

    /** Ends a charge that waits for a confirmation; keeps one from ever being made if none is. */
    static void cancel(Handle tx, String key, String charge, Instant now) {
        tx.createUpdate(
                        """
                        INSERT INTO sandbox_charge (idempotency_key, charge, state, created_at)
                        VALUES (:key, :charge, 'CANCELLED', :now)
                        ON CONFLICT (idempotency_key) DO UPDATE SET state = 'CANCELLED'
                        WHERE sandbox_charge.state = 'CONFIRMING'
                        """)
                .bind("key", key)
                .bind("charge", charge)
                .bind("now", now)
                .execute();
    }

    static Optional<Charge> charge(Handle tx, String key) {
        return tx.createQuery(
                        """
                        SELECT charge, token, amount, state, decline_reason
                        FROM sandbox_charge WHERE idempotency_key = :key
                        """)
                .bind("key", key)
                .map((row, _) -> charge(row))
                .findOne();
    }

    static Optional<Charge> lock(Handle tx, String key) {
        return tx.createQuery(
                        """
                        SELECT charge, token, amount, state, decline_reason
                        FROM sandbox_charge WHERE idempotency_key = :key FOR UPDATE
                        """)
                .bind("key", key)
                .map((row, _) -> charge(row))
                .findOne();
    }

    /** What was charged, by key. */
    static Map<String, Money> succeeded(Handle snapshot) {
        Map<String, Money> charges = new HashMap<>();
        snapshot.createQuery(
                        """
                        SELECT idempotency_key, amount FROM sandbox_charge
                        WHERE state = 'SUCCEEDED'
                        """)
                .map(
                        (row, _) ->
                                charges.put(
                                        row.getString("idempotency_key"),
                                        Money.ofNanos(row.getLong("amount"))))
                .list();
        return charges;
    }

    private static Charge charge(ResultSet row) throws SQLException {
        String token = row.getString("token");
        long amount = row.getLong("amount");
        return new Charge(token, token == null ? null : Money.ofNanos(amount), answer(row));
    }

    private static ChargeAnswer answer(ResultSet row) throws SQLException {
        return switch (row.getString("state")) {
            case "SUCCEEDED" -> new ChargeAnswer.Succeeded(row.getString("charge"));
            case "DECLINED" ->
                    new ChargeAnswer.Declined(
                            DeclineReason.valueOf(row.getString("decline_reason")));
            case "CONFIRMING" -> new ChargeAnswer.ConfirmationNeeded();
            case "CANCELLED" -> new ChargeAnswer.Cancelled();
            case String other -> throw new IllegalStateException("unknown state " + other);
        };
    }

    private static String state(ChargeAnswer answer) {
        return switch (answer) {
            case ChargeAnswer.Succeeded _ -> "SUCCEEDED";
            case ChargeAnswer.Declined _ -> "DECLINED";
            case ChargeAnswer.ConfirmationNeeded _ -> "CONFIRMING";
            case ChargeAnswer.Cancelled _ -> "CANCELLED";
            case ChargeAnswer.Unknown _ ->
                    throw new IllegalArgumentException("the sandbox always knows its charges");
        };
    }

    private static @Nullable String decline(ChargeAnswer answer) {
        return answer instanceof ChargeAnswer.Declined(DeclineReason reason) ? reason.name() : null;
    }
}
