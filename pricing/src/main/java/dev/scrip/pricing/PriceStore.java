package dev.scrip.pricing;

import dev.scrip.postgres.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/** The book's tables. Rows are only ever inserted. */
final class PriceStore {

    private final Database database;

    PriceStore(Database database) {
        this.database = database;
    }

    /** Changes with every addition, by whichever process. */
    long version() {
        return database.read(PriceStore::version);
    }

    Prices load() {
        return database.snapshot(PriceStore::load);
    }

    /** Keeps every other writer out until the transaction ends, and reads what there is. */
    static Prices lock(Handle tx) {
        tx.createQuery(
                        """
                        SELECT version
                        FROM price_book
                        WHERE book_id = 1
                        FOR UPDATE
                        """)
                .mapTo(Long.class)
                .one();
        return load(tx);
    }

    static void insert(Handle tx, Price price, Instant addedAt) {
        tx.createUpdate(
                        """
                        INSERT INTO price (
                            price_id, model, display_name, effective_from, input_picos,
                            cached_input_picos, cache_write_picos, output_picos, request_picos,
                            context_tokens_max, output_tokens_max, source, added_at)
                        VALUES (
                            :priceId, :model, :displayName, :effectiveFrom, :inputPicosPerToken,
                            :cachedInputPicosPerToken, :cacheWritePicosPerToken,
                            :outputPicosPerToken, :picosPerRequest, :contextTokensMax,
                            :outputTokensMax, :source, :addedAt)
                        """)
                .bindMethods(price)
                .bind("addedAt", addedAt)
                .execute();
        for (PriceTier tier : price.tiers()) {
            tx.createUpdate(
                            """
                            INSERT INTO price_tier (
                                price_id, above_input_tokens, input_picos, cached_input_picos,
                                cache_write_picos, output_picos)
                            VALUES (
                                :priceId, :aboveInputTokens, :inputPicosPerToken,
                                :cachedInputPicosPerToken, :cacheWritePicosPerToken,
                                :outputPicosPerToken)
                            """)
                    .bind("priceId", price.priceId())
                    .bind("aboveInputTokens", tier.aboveInputTokens())
                    .bindMethods(tier.rates())
                    .execute();
        }
    }

    /** Tells the other processes that there is something new. */
    static void raiseVersion(Handle tx) {
        tx.createUpdate(
                        """
                        UPDATE price_book
                        SET version = version + 1
                        WHERE book_id = 1
                        """)
                .execute();
    }

    private static long version(Handle handle) {
        return handle.createQuery("SELECT version FROM price_book WHERE book_id = 1")
                .mapTo(Long.class)
                .one();
    }

    private static Prices load(Handle handle) {
        Map<Long, List<PriceTier>> tiers = new HashMap<>();
        handle.createQuery("SELECT * FROM price_tier ORDER BY price_id, above_input_tokens")
                .map(
                        (row, context) ->
                                tiers.computeIfAbsent(
                                                row.getLong("price_id"), id -> new ArrayList<>())
                                        .add(
                                                new PriceTier(
                                                        row.getLong("above_input_tokens"),
                                                        rates(row))))
                .list();
        List<Price> prices =
                handle.createQuery("SELECT * FROM price")
                        .map((row, context) -> price(row, tiers))
                        .list();
        return Prices.of(version(handle), prices);
    }

    private static Price price(ResultSet row, Map<Long, List<PriceTier>> tiers)
            throws SQLException {
        long priceId = row.getLong("price_id");
        TokenRates rates = rates(row);
        return new Price(
                priceId,
                row.getString("model"),
                row.getString("display_name"),
                row.getTimestamp("effective_from").toInstant(),
                rates.inputPicosPerToken(),
                rates.cachedInputPicosPerToken(),
                rates.cacheWritePicosPerToken(),
                rates.outputPicosPerToken(),
                row.getLong("request_picos"),
                row.getLong("context_tokens_max"),
                row.getLong("output_tokens_max"),
                row.getString("source"),
                tiers.getOrDefault(priceId, List.of()));
    }

    private static TokenRates rates(ResultSet row) throws SQLException {
        return new TokenRates(
                row.getLong("input_picos"),
                row.getLong("cached_input_picos"),
                row.getLong("cache_write_picos"),
                row.getLong("output_picos"));
    }
}
