package dev.scrip.charging;

import dev.scrip.money.Money;
import java.time.Instant;

/** May a request start? Money for all it may cost is set aside, or it may not. */
public sealed interface Admission {

    /** It may; its hold must end by exactly one of {@code charge} and {@code release}. */
    record Held(Hold hold) implements Admission {}

    /** No price is in force for the model. */
    record Unpriced(String model) implements Admission {}

    /** More tokens than the model takes. */
    record TooLong(String model, long tokensAsked, long tokensMax) implements Admission {}

    /**
     * The wallet does not cover it.
     *
     * @param required what the smallest useful answer may cost
     * @param available what is free now
     * @param held what running requests hold
     */
    record InsufficientCredit(Money required, Money available, Money held) implements Admission {}

    /** A hard monthly limit of the organization does not cover it. */
    record LimitReached(Money limit, Money spent, Money required, Instant resetsAt)
            implements Admission {}

    /** The wallet is frozen until a difference in the books is resolved. */
    record Frozen() implements Admission {}

    /** The books cannot be reached or the queue is full; asking again later can help. */
    record Unavailable(String reason) implements Admission {}
}
