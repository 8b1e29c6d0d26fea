package dev.scrip.pricing;

import dev.scrip.postgres.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;

/** The book's tables. Rows are only ever inserted. */
final class PriceStore {

    /** In {@code price_unit}: pictures by the piece, which alone have variants. */
    private static final String IMAGE = "image";

    private static final String NO_VARIANT = "";

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
                            context_tokens_max, output_tokens_max, source, added_at,
                            service_tier)
                        VALUES (
                            :priceId, :model, :displayName, :effectiveFrom, :inputPicosPerToken,
                            :cachedInputPicosPerToken, :cacheWritePicosPerToken,
                            :outputPicosPerToken, :picosPerRequest, :contextTokensMax,
                            :outputTokensMax, :source, :addedAt, :serviceTier)
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
        price.units()
                .picos()
                .forEach((unit, picos) -> insert(tx, price, unitName(unit), NO_VARIANT, picos));
        price.units()
                .imagePicos()
                .forEach((variant, picos) -> insert(tx, price, IMAGE, variant, picos));
    }

    private static void insert(Handle tx, Price price, String unit, String variant, long picos) {
        tx.createUpdate(
                        """
                        INSERT INTO price_unit (price_id, unit, variant, unit_picos)
                        VALUES (:priceId, :unit, :variant, :picos)
                        """)
                .bind("priceId", price.priceId())
                .bind("unit", unit)
                .bind("variant", variant)
                .bind("picos", picos)
                .execute();
    }

    private static String unitName(Unit unit) {
        return unit.name().toLowerCase(Locale.ROOT);
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
        Map<Long, UnitRates> units = units(handle);
        List<Price> prices =
                handle.createQuery("SELECT * FROM price")
                        .map((row, context) -> price(row, tiers, units))
                        .list();
        return Prices.of(version(handle), prices);
    }

    private static Map<Long, UnitRates> units(Handle handle) {
        Map<Long, Map<Unit, Long>> picos = new HashMap<>();
        Map<Long, SortedMap<String, Long>> images = new HashMap<>();
        handle.createQuery("SELECT price_id, unit, variant, unit_picos FROM price_unit")
                .map(
                        (row, context) -> {
                            long priceId = row.getLong("price_id");
                            String unit = row.getString("unit");
                            long each = row.getLong("unit_picos");
                            return unit.equals(IMAGE)
                                    ? images.computeIfAbsent(priceId, id -> new TreeMap<>())
                                            .put(row.getString("variant"), each)
                                    : picos.computeIfAbsent(
                                                    priceId, id -> new EnumMap<>(Unit.class))
                                            .put(Unit.valueOf(unit.toUpperCase(Locale.ROOT)), each);
                        })
                .list();
        Map<Long, UnitRates> units = new HashMap<>();
        Set<Long> priced = new HashSet<>(picos.keySet());
        priced.addAll(images.keySet());
        for (Long priceId : priced) {
            units.put(
                    priceId,
                    new UnitRates(
                            picos.getOrDefault(priceId, Map.of()),
                            images.getOrDefault(priceId, Collections.emptySortedMap())));
        }
        return units;
    }

    private static Price price(
            ResultSet row, Map<Long, List<PriceTier>> tiers, Map<Long, UnitRates> units)
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
                tiers.getOrDefault(priceId, List.of()),
                row.getString("service_tier"),
                units.getOrDefault(priceId, UnitRates.NONE));
    }

    private static TokenRates rates(ResultSet row) throws SQLException {
        return new TokenRates(
                row.getLong("input_picos"),
                row.getLong("cached_input_picos"),
                row.getLong("cache_write_picos"),
                row.getLong("output_picos"));
    }
}
