package dev.scrip.payments;

import dev.scrip.money.Money;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/** The table of purchases. */
final class PurchaseStore {

    private static final String PURCHASES =
            """
            SELECT organization_id, purchase_id, amount, card_id, card_token, card_brand,
                card_last4, holder, address_line, address_city, address_postal_code,
                address_country, buyer_email, processor, state, created_at, ask_at, asked,
                confirming_since, ended_at, decline_reason, processor_charge, grant_id,
                receipt_number, balance_after
            FROM purchase
            """;

    private static final int ROWS_AT_ONCE = 1_000;

    private PurchaseStore() {}

    /** Nothing happens if the organization has used the key before. */
    static void insert(
            Handle tx,
            PurchaseOrder order,
            long purchaseId,
            CardStore.StoredCard stored,
            Instant now,
            Instant askAt) {
        Card card = stored.card();
        tx.createUpdate(
                        """
                        INSERT INTO purchase
                            (organization_id, purchase_id, idempotency_key, amount, card_id,
                             card_token, card_brand, card_last4, holder, address_line,
                             address_city, address_postal_code, address_country, buyer_user_id,
                             buyer_email, processor, state, created_at, ask_at)
                        VALUES (:organizationId, :purchaseId, :key, :amount, :cardId, :token,
                             :brand, :last4, :holder, :line, :city, :postalCode, :country,
                             :buyerUserId, :buyerEmail, :processor, 'PENDING', :now, :askAt)
                        ON CONFLICT (organization_id, idempotency_key) DO NOTHING
                        """)
                .bind("organizationId", order.organizationId())
                .bind("purchaseId", purchaseId)
                .bind("key", order.key())
                .bind("amount", order.amount().nanos())
                .bind("cardId", card.id())
                .bind("token", stored.token())
                .bind("brand", card.brand())
                .bind("last4", card.last4())
                .bind("holder", card.holder())
                .bind("line", card.address().line())
                .bind("city", card.address().city())
                .bind("postalCode", card.address().postalCode())
                .bind("country", card.address().country())
                .bind("buyerUserId", order.buyerUserId())
                .bind("buyerEmail", order.buyerEmail())
                .bind("processor", stored.processor())
                .bind("now", now)
                .bind("askAt", askAt)
                .execute();
    }

    static Optional<StoredPurchase> byKey(Handle tx, long organizationId, String key) {
        return select(
                        tx,
                        """
                        WHERE organization_id = :organizationId AND idempotency_key = :key
                        """)
                .bind("organizationId", organizationId)
                .bind("key", key)
                .map((row, _) -> purchase(row))
                .findOne();
    }

    static Optional<StoredPurchase> find(Handle tx, long organizationId, long purchaseId) {
        return select(
                        tx,
                        """
                        WHERE organization_id = :organizationId AND purchase_id = :purchaseId
                        """)
                .bind("organizationId", organizationId)
                .bind("purchaseId", purchaseId)
                .map((row, _) -> purchase(row))
                .findOne();
    }

    static Optional<StoredPurchase> lock(Handle tx, long organizationId, long purchaseId) {
        return select(
                        tx,
                        """
                        WHERE organization_id = :organizationId AND purchase_id = :purchaseId
                        FOR UPDATE
                        """)
                .bind("organizationId", organizationId)
                .bind("purchaseId", purchaseId)
                .map((row, _) -> purchase(row))
                .findOne();
    }

    static List<Purchase> list(Handle tx, long organizationId, Optional<Long> beforeId, int limit) {
        return select(
                        tx,
                        """
                        WHERE organization_id = :organizationId AND purchase_id < :beforeId
                        ORDER BY purchase_id DESC LIMIT :limit
                        """)
                .bind("organizationId", organizationId)
                .bind("beforeId", beforeId.orElse(Long.MAX_VALUE))
                .bind("limit", limit)
                .map((row, _) -> purchase(row).purchase())
                .list();
    }

    /** Open purchases of all organizations whose processor is to be asked again. */
    static List<StoredPurchase> toAsk(Handle tx, String processor, Instant now, int limit) {
        return select(
                        tx,
                        """
                        WHERE ask_at <= :now AND processor = :processor
                        ORDER BY ask_at LIMIT :limit
                        """)
                .bind("now", now)
                .bind("processor", processor)
                .bind("limit", limit)
                .map((row, _) -> purchase(row))
                .list();
    }

    /** Every purchase of all organizations, one at a time. */
    static void each(Handle snapshot, Consumer<StoredPurchase> reader) {
        try (var rows =
                select(snapshot, "ORDER BY organization_id, purchase_id")
                        .setFetchSize(ROWS_AT_ONCE)
                        .map((row, _) -> purchase(row))
                        .stream()) {
            rows.forEach(reader);
        }
    }

    /** False: another process asks, or the purchase has ended meanwhile. */
    static boolean postpone(Handle tx, StoredPurchase seen, Instant askAt) {
        return tx.createUpdate(
                                """
                                UPDATE purchase SET asked = asked + 1, ask_at = :askAt
                                WHERE organization_id = :organizationId
                                    AND purchase_id = :purchaseId AND ask_at = :seen
                                """)
                        .bind("askAt", askAt)
                        .bind("organizationId", seen.purchase().organizationId())
                        .bind("purchaseId", seen.purchase().id())
                        .bind("seen", seen.askAt())
                        .execute()
                == 1;
    }

    static void confirming(Handle tx, Purchase purchase, Instant now, Instant askAt) {
        tx.createUpdate(
                        """
                        UPDATE purchase
                        SET state = 'CONFIRMING', confirming_since = :now, ask_at = :askAt,
                            asked = 0
                        WHERE organization_id = :organizationId AND purchase_id = :purchaseId
                        """)
                .bind("now", now)
                .bind("askAt", askAt)
                .bind("organizationId", purchase.organizationId())
                .bind("purchaseId", purchase.id())
                .execute();
    }

    static void declined(Handle tx, Purchase purchase, DeclineReason reason, Instant now) {
        tx.createUpdate(
                        """
                        UPDATE purchase
                        SET state = 'DECLINED', ended_at = :now, ask_at = NULL,
                            decline_reason = :reason
                        WHERE organization_id = :organizationId AND purchase_id = :purchaseId
                        """)
                .bind("now", now)
                .bind("reason", reason.name())
                .bind("organizationId", purchase.organizationId())
                .bind("purchaseId", purchase.id())
                .execute();
    }

    static void paid(
            Handle tx,
            Purchase purchase,
            StoredPurchase.Payment payment,
            String receiptNumber,
            Instant now) {
        tx.createUpdate(
                        """
                        UPDATE purchase
                        SET state = 'PAID', ended_at = :now, ask_at = NULL,
                            processor_charge = :charge, grant_id = :grantId,
                            balance_after = :balanceAfter, receipt_number = :receiptNumber
                        WHERE organization_id = :organizationId AND purchase_id = :purchaseId
                        """)
                .bind("now", now)
                .bind("charge", payment.processorCharge())
                .bind("grantId", payment.grantId())
                .bind("balanceAfter", payment.balanceAfter().nanos())
                .bind("receiptNumber", receiptNumber)
                .bind("organizationId", purchase.organizationId())
                .bind("purchaseId", purchase.id())
                .execute();
    }

    /** The next number of a year, its row locked until the caller commits: take it last. */
    static long nextReceipt(Handle tx, int year) {
        return tx.createQuery(
                        """
                        INSERT INTO receipt_counter (year, last) VALUES (:year, 1)
                        ON CONFLICT (year) DO UPDATE SET last = receipt_counter.last + 1
                        RETURNING last
                        """)
                .bind("year", year)
                .mapTo(Long.class)
                .one();
    }

    private static Query select(Handle tx, String where) {
        return tx.createQuery(PURCHASES + where);
    }

    private static StoredPurchase purchase(ResultSet row) throws SQLException {
        String charge = row.getString("processor_charge");
        return new StoredPurchase(
                visible(row),
                new StoredPurchase.Means(
                        row.getLong("card_id"),
                        row.getString("processor"),
                        row.getString("card_token"),
                        row.getString("holder"),
                        new BillingAddress(
                                row.getString("address_line"),
                                row.getString("address_city"),
                                row.getString("address_postal_code"),
                                row.getString("address_country"))),
                row.getString("buyer_email"),
                row.getInt("asked"),
                instant(row, "ask_at"),
                instant(row, "confirming_since"),
                charge == null
                        ? null
                        : new StoredPurchase.Payment(
                                charge,
                                row.getLong("grant_id"),
                                Money.ofNanos(row.getLong("balance_after"))));
    }

    private static Purchase visible(ResultSet row) throws SQLException {
        String reason = row.getString("decline_reason");
        return new Purchase(
                row.getLong("organization_id"),
                row.getLong("purchase_id"),
                Money.ofNanos(row.getLong("amount")),
                Purchase.State.valueOf(row.getString("state")),
                row.getString("card_brand"),
                row.getString("card_last4"),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                instant(row, "ended_at"),
                row.getString("receipt_number"),
                reason == null ? null : DeclineReason.valueOf(reason).message());
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }
}
