package dev.scrip.payments;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.YearMonth;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The tables of cards. */
final class CardStore {

    private static final String CARDS =
            """
            SELECT card.organization_id, card.card_id, processor, token, brand, last4, expiry_year,
                expiry_month, holder, address_line, address_city, address_postal_code,
                address_country, created_at, removed_at,
                COALESCE(chosen.card_id = card.card_id, false) AS is_default
            FROM payment_card card
            LEFT JOIN payment_card_default chosen ON chosen.organization_id = card.organization_id
            """;

    /** A card with what only the processor and we know of it. */
    record StoredCard(Card card, String processor, String token, boolean removed) {}

    private CardStore() {}

    /** Makes changes of one organization's cards wait for one another. */
    static void lock(Handle tx, long organizationId) {
        tx.createUpdate(
                        """
                        INSERT INTO payment_card_default (organization_id) VALUES (:organizationId)
                        ON CONFLICT (organization_id) DO NOTHING
                        """)
                .bind("organizationId", organizationId)
                .execute();
        tx.createQuery(
                        """
                        SELECT organization_id FROM payment_card_default
                        WHERE organization_id = :organizationId FOR UPDATE
                        """)
                .bind("organizationId", organizationId)
                .mapTo(Long.class)
                .one();
    }

    static void setDefault(Handle tx, long organizationId, @Nullable Long cardId) {
        tx.createUpdate(
                        """
                        UPDATE payment_card_default SET card_id = :cardId
                        WHERE organization_id = :organizationId
                        """)
                .bind("organizationId", organizationId)
                .bind("cardId", cardId)
                .execute();
    }

    static void insert(Handle tx, Card card, String processor, Attachment.Attached attached) {
        tx.createUpdate(
                        """
                        INSERT INTO payment_card
                            (organization_id, card_id, processor, token, fingerprint, brand, last4,
                             expiry_year, expiry_month, holder, address_line, address_city,
                             address_postal_code, address_country, created_at)
                        VALUES (:organizationId, :cardId, :processor, :token, :fingerprint, :brand,
                             :last4, :expiryYear, :expiryMonth, :holder, :line, :city, :postalCode,
                             :country, :createdAt)
                        """)
                .bind("organizationId", card.organizationId())
                .bind("cardId", card.id())
                .bind("processor", processor)
                .bind("token", attached.token())
                .bind("fingerprint", attached.fingerprint())
                .bind("brand", card.brand())
                .bind("last4", card.last4())
                .bind("expiryYear", card.expiry().getYear())
                .bind("expiryMonth", card.expiry().getMonthValue())
                .bind("holder", card.holder())
                .bind("line", card.address().line())
                .bind("city", card.address().city())
                .bind("postalCode", card.address().postalCode())
                .bind("country", card.address().country())
                .bind("createdAt", card.createdAt())
                .execute();
    }

    /** Takes over what the processor and the customer say of it now. */
    static void update(Handle tx, Card card, String token) {
        tx.createUpdate(
                        """
                        UPDATE payment_card
                        SET token = :token, expiry_year = :expiryYear, expiry_month = :expiryMonth,
                            holder = :holder, address_line = :line, address_city = :city,
                            address_postal_code = :postalCode, address_country = :country
                        WHERE organization_id = :organizationId AND card_id = :cardId
                        """)
                .bind("token", token)
                .bind("expiryYear", card.expiry().getYear())
                .bind("expiryMonth", card.expiry().getMonthValue())
                .bind("holder", card.holder())
                .bind("line", card.address().line())
                .bind("city", card.address().city())
                .bind("postalCode", card.address().postalCode())
                .bind("country", card.address().country())
                .bind("organizationId", card.organizationId())
                .bind("cardId", card.id())
                .execute();
    }

    static void remove(Handle tx, long organizationId, long cardId, Instant now) {
        tx.createUpdate(
                        """
                        UPDATE payment_card SET removed_at = :now
                        WHERE organization_id = :organizationId AND card_id = :cardId
                            AND removed_at IS NULL
                        """)
                .bind("organizationId", organizationId)
                .bind("cardId", cardId)
                .bind("now", now)
                .execute();
    }

    /** The same card, if the organization has it. */
    static Optional<StoredCard> same(
            Handle tx, long organizationId, String processor, String fingerprint) {
        return tx.createQuery(
                        CARDS
                                + """
                                WHERE card.organization_id = :organizationId
                                    AND processor = :processor AND fingerprint = :fingerprint
                                    AND removed_at IS NULL
                                """)
                .bind("organizationId", organizationId)
                .bind("processor", processor)
                .bind("fingerprint", fingerprint)
                .map((row, _) -> card(row))
                .findOne();
    }

    /** One card, also a removed one. */
    static Optional<StoredCard> find(Handle tx, long organizationId, long cardId) {
        return tx.createQuery(
                        CARDS
                                + """
                                WHERE card.organization_id = :organizationId
                                    AND card.card_id = :cardId
                                """)
                .bind("organizationId", organizationId)
                .bind("cardId", cardId)
                .map((row, _) -> card(row))
                .findOne();
    }

    /** The cards that are not removed: the default first, then the newest. */
    static List<Card> list(Handle tx, long organizationId, String processor) {
        return tx.createQuery(
                        CARDS
                                + """
                                WHERE card.organization_id = :organizationId
                                    AND processor = :processor AND removed_at IS NULL
                                ORDER BY is_default DESC, card.card_id DESC
                                """)
                .bind("organizationId", organizationId)
                .bind("processor", processor)
                .map((row, _) -> card(row).card())
                .list();
    }

    private static StoredCard card(ResultSet row) throws SQLException {
        return new StoredCard(
                new Card(
                        row.getLong("organization_id"),
                        row.getLong("card_id"),
                        row.getString("brand"),
                        row.getString("last4"),
                        YearMonth.of(row.getInt("expiry_year"), row.getInt("expiry_month")),
                        row.getString("holder"),
                        new BillingAddress(
                                row.getString("address_line"),
                                row.getString("address_city"),
                                row.getString("address_postal_code"),
                                row.getString("address_country")),
                        row.getBoolean("is_default"),
                        row.getObject("created_at", OffsetDateTime.class).toInstant()),
                row.getString("processor"),
                row.getString("token"),
                row.getObject("removed_at") != null);
    }
}
