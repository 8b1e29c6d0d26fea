package dev.scrip.pricing;

import dev.scrip.postgres.Database;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** All prices with their dates. Reads are from memory; changes are new rows, never updates. */
public final class PriceBook {

    public PriceBook(Database database, InstantSource clock) {
        throw new UnsupportedOperationException("pricing: to be written");
    }

    /** Loads the shipped prices into an empty book; a book that has any is left alone. */
    public void seed() {
        throw new UnsupportedOperationException();
    }

    public QuoteOutcome quote(Ask ask, Instant at) {
        throw new UnsupportedOperationException();
    }

    /** The price of a model in force at a moment. */
    public Optional<Price> price(String model, Instant at) {
        throw new UnsupportedOperationException();
    }

    /** One version, for the explanation of an old charge. */
    public Optional<Price> version(long priceId) {
        throw new UnsupportedOperationException();
    }

    /** Every model's price in force at a moment, by model. */
    public List<Price> inForce(Instant at) {
        throw new UnsupportedOperationException();
    }

    /** Every version of one model, newest first. */
    public List<Price> history(String model) {
        throw new UnsupportedOperationException();
    }

    /** Adds prices from a file in the format of pydantic/genai-prices; says what was left out. */
    public ImportReport importGenaiPrices(Path file, Instant effectiveFrom) {
        throw new UnsupportedOperationException();
    }
}
