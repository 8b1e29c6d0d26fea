package dev.scrip.pricing;

import dev.scrip.postgres.Database;
import dev.scrip.postgres.Signals;
import dev.scrip.pricing.AddOutcome.Added;
import dev.scrip.pricing.AddOutcome.DateTaken;
import dev.scrip.pricing.AddOutcome.Invalid;
import dev.scrip.pricing.AddOutcome.Retroactive;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All prices with their dates. Reads are from memory; changes are new rows, never updates.
 *
 * <p>What another process adds is seen here when its signal is heard, or within {@link #POLL}. The
 * price pinned in a quote is the one that was in memory then, and stays.
 */
public final class PriceBook implements AutoCloseable {

    /** How often this process looks whether another one added prices. */
    static final Duration POLL = Duration.ofSeconds(2);

    private static final Logger LOG = LoggerFactory.getLogger(PriceBook.class);

    private final Database database;
    private final PriceStore store;
    private final InstantSource clock;
    private final Thread poller;
    private volatile Prices prices;
    private final Semaphore wake = new Semaphore(0);
    private volatile boolean closed;

    /** Loads the book and keeps it up to date until it is closed. */
    public PriceBook(Database database, InstantSource clock) {
        this.database = database;
        this.store = new PriceStore(database);
        this.clock = clock;
        this.prices = store.load();
        this.poller = Thread.ofVirtual().name("price-book").start(this::poll);
    }

    /**
     * Adds the shipped prices of every model that has no price at all; what the operator set stays
     * as it is.
     */
    public void seed() {
        List<NewPrice> shipped = SeedPrices.read();
        int added =
                write(
                        (tx, before) -> {
                            List<NewPrice> missing =
                                    shipped.stream()
                                            .filter(price -> !before.has(price.model()))
                                            .toList();
                            Instant now = now();
                            missing.forEach(price -> insert(tx, price, now));
                            return missing.size();
                        });
        if (added > 0) {
            LOG.info("price book: {} shipped prices added", added);
        }
    }

    /**
     * Pins the prices in force and bounds what the request can cost. The bound on output is what
     * the client asked for, else the model's own maximum. More than that maximum is {@code
     * TooLong}, as OpenAI answers it; a bound on input beyond the model's context is not, because
     * it was counted in bytes and the tokens are fewer: it is cut to the context instead.
     */
    public QuoteOutcome quote(Ask ask, Instant at) {
        Optional<Price> inForce = price(ask.model(), at);
        if (inForce.isEmpty()) {
            return new QuoteOutcome.Unpriced(ask.model());
        }
        Price standard = inForce.get();
        Price price = standard;
        if (!ask.isOfDefaultTier()) {
            Optional<Price> ofTier = price(ask.model(), ask.serviceTier(), at);
            if (ofTier.isEmpty()) {
                return new QuoteOutcome.TierUnpriced(ask.model(), ask.serviceTier());
            }
            price = ofTier.get();
        }
        long modelMax = Math.min(price.outputTokensMax(), price.contextTokensMax());
        long output = ask.outputTokensMax().orElse(modelMax);
        if (output > modelMax) {
            return new QuoteOutcome.TooLong(ask.model(), output, modelMax);
        }
        Quote quote = new Quote(price, standard, ask, output);
        if (!quote.isCovered()) {
            return new QuoteOutcome.Unpriced(ask.model());
        }
        return quote.isBounded()
                ? new QuoteOutcome.Quoted(quote)
                : new QuoteOutcome.TooLong(ask.model(), Long.MAX_VALUE, modelMax);
    }

    /**
     * What usage costs that ran elsewhere, by the price in force at a moment for the service tier
     * it was served at. Empty: there is none, or it does not say what all of it costs.
     */
    public Optional<Charge> charge(String model, Usage usage, Instant at) {
        String tier = usage.serviceTier() == null ? Ask.DEFAULT_TIER : usage.serviceTier();
        return price(model, tier, at)
                .filter(price -> price.units().cover(usage.extras()))
                .map(price -> Quote.of(price, usage).charge(usage));
    }

    /** The price of a model in force at a moment, at the default service tier. */
    public Optional<Price> price(String model, Instant at) {
        return prices.inForce(model, at);
    }

    /** The price of a model at a service tier in force at a moment. */
    public Optional<Price> price(String model, String serviceTier, Instant at) {
        return prices.inForce(model, serviceTier, at);
    }

    /** One version, for the explanation of an old charge. */
    public Optional<Price> version(long priceId) {
        return Optional.ofNullable(prices.byId().get(priceId));
    }

    /** Every model's price in force at a moment at the default service tier, by model. */
    public List<Price> inForce(Instant at) {
        return prices.inForce(at);
    }

    /** The prices in force at a moment at all other service tiers, by model and tier. */
    public List<Price> tiersInForce(Instant at) {
        return prices.tiersInForce(at);
    }

    /**
     * Every version of one model, newest first, those of the time to come included; the default
     * service tier before the others.
     */
    public List<Price> history(String model) {
        return prices.serviceTiers(model).stream()
                .flatMap(tier -> prices.history(model, tier).descendingMap().values().stream())
                .toList();
    }

    /**
     * Adds a price. Prices are never changed and never reach back: only the first price of a model
     * at a service tier may be effective from a moment that is past.
     */
    public AddOutcome add(NewPrice price) {
        List<String> problems = PriceRules.problems(price);
        if (!problems.isEmpty()) {
            return new Invalid(problems);
        }
        return write(
                (tx, before) -> {
                    Instant now = now();
                    Instant from = price.effectiveFrom().map(PriceBook::storable).orElse(now);
                    NavigableMap<Instant, Price> history =
                            before.history(price.model(), price.serviceTier());
                    Price taken = history.get(from);
                    if (taken != null) {
                        return new DateTaken(taken);
                    }
                    if (!history.isEmpty() && from.isBefore(now)) {
                        return new Retroactive(from, now);
                    }
                    return new Added(insert(tx, price, now));
                });
    }

    /**
     * Adds prices from a file in the format of pydantic/genai-prices; says what was left out. Takes
     * the providers of {@link GenaiPrices#PROVIDERS}: of those that have a model of one name, the
     * first.
     *
     * @param effectiveFrom from when the file's prices count; for models that have a price in the
     *     book: from now, if that is later, because prices never reach back
     */
    public ImportReport importGenaiPrices(Path file, Instant effectiveFrom) {
        return importGenaiPrices(file, effectiveFrom, GenaiPrices.PROVIDERS);
    }

    /**
     * {@link #importGenaiPrices(Path, Instant)} of chosen providers, by their ids in the file.
     *
     * @throws java.io.UncheckedIOException if the file cannot be read
     * @throws IllegalArgumentException if it is not in that format or lacks a provider
     */
    public ImportReport importGenaiPrices(
            Path file, Instant effectiveFrom, List<String> providers) {
        GenaiPrices catalogue = GenaiPrices.read(file, providers);
        return write(
                (tx, before) -> {
                    Instant now = now();
                    PriceImport plan =
                            PriceImport.plan(catalogue, before, storable(effectiveFrom), now);
                    plan.additions().forEach(price -> insert(tx, price, now));
                    return plan.report();
                });
    }

    /** Another process may have added prices: they are looked for at once. */
    public void changed() {
        wake.release();
    }

    /** Stops looking for what other processes add. */
    @Override
    public void close() {
        closed = true;
        poller.interrupt();
    }

    /** Runs one addition, alone among all processes, and reads the book anew. */
    private <T> T write(Addition<T> addition) {
        T result =
                database.transaction(
                        tx -> {
                            Prices before = PriceStore.lock(tx);
                            T outcome = addition.run(tx, before);
                            PriceStore.raiseVersion(tx);
                            Signals.send(tx, Signals.Topic.PRICES_CHANGED, 0);
                            return outcome;
                        });
        reload();
        return result;
    }

    private static Price insert(Handle tx, NewPrice added, Instant now) {
        Price price = PriceRules.price(added, now);
        PriceStore.insert(tx, price, now);
        return price;
    }

    private synchronized void reload() {
        Prices loaded = store.load();
        if (loaded.version() >= prices.version()) {
            prices = loaded;
        }
    }

    private void poll() {
        boolean reachable = true;
        while (!closed) {
            try {
                boolean _ = wake.tryAcquire(POLL.toMillis(), TimeUnit.MILLISECONDS);
                if (store.version() != prices.version()) {
                    reload();
                }
                reachable = true;
            } catch (InterruptedException woken) {
                return;
            } catch (RuntimeException failed) {
                // Quotes go on from memory; said once, not every two seconds.
                if (reachable && !closed) {
                    LOG.warn("price book: cannot look for new prices: {}", failed.toString());
                }
                reachable = false;
            }
        }
    }

    private Instant now() {
        return storable(clock.instant());
    }

    /** PostgreSQL keeps microseconds; a price must be in force from exactly when it says. */
    private static Instant storable(Instant moment) {
        return moment.truncatedTo(ChronoUnit.MICROS);
    }

    private interface Addition<T> {
        T run(Handle tx, Prices before);
    }
}
