package dev.scrip.charging;

import dev.scrip.ledger.Budget;
import dev.scrip.money.Money;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** May a request start? Money for all it may cost is set aside, or it may not. */
public sealed interface Admission {

    /** It may; its hold must end by exactly one of {@code charge} and {@code release}. */
    record Held(Hold hold) implements Admission {}

    /** No price is in force for the model, or for something that the request asks for. */
    record Unpriced(String model) implements Admission {}

    /** The model has a price, but not at the service tier that is asked for. */
    record TierUnpriced(String model, String serviceTier) implements Admission {}

    /** More tokens than the model takes. */
    record TooLong(String model, long tokensAsked, long tokensMax) implements Admission {}

    /**
     * The credit that it may use does not cover it.
     *
     * @param required what the smallest useful answer may cost
     * @param available what is free now
     * @param held what is set aside: for running requests, by other processes, by durable holds;
     *     with what is available it is the balance
     */
    record InsufficientCredit(Money required, Money available, Money held) implements Admission {}

    /**
     * A hard limit does not cover it.
     *
     * @param budget whose limit it is, for which period
     * @param spent what has been charged in this period
     * @param required what the smallest useful answer may cost
     * @param available what is free of the limit now
     * @param held what is set aside; with what is spent and available it is the limit, unless that
     *     was lowered below them
     * @param resetsAt when the next period begins; null: never
     */
    record LimitReached(
            Budget budget,
            Money spent,
            Money required,
            Money available,
            Money held,
            @Nullable Instant resetsAt)
            implements Admission {}

    /** The wallet is frozen until a difference in the books is resolved. */
    record Frozen() implements Admission {}

    /** The books cannot be reached or the queue is full; asking again later can help. */
    record Unavailable(String reason) implements Admission {}
}
