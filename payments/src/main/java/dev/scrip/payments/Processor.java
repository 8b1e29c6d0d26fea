package dev.scrip.payments;

import java.util.List;
import java.util.Optional;

/**
 * A payment processor: it keeps the cards and moves the money; we hold its names for them.
 *
 * <p>It is an outside party. Its calls go over a network, so they are never made inside a
 * transaction of ours; they may take long, and what is not known is said as {@link
 * ChargeAnswer.Unknown}. Every charge is named by a key of ours: the same key charges once, however
 * often it is sent, and its charge can be found by it later.
 */
public interface Processor {

    /** "sandbox" or the processor's name, for pages and records. */
    String name();

    /** Hands a card over. The processor keeps it; we keep its name for it. */
    Attachment attach(CardDetails card);

    /** Forgets a card; doing it again changes nothing. Throws if the processor does not answer. */
    void detach(String token);

    /** Asks for money. Sent again with the same key, it answers as it did before. */
    ChargeAnswer charge(ChargeOrder order);

    /** What became of a charge; empty: the processor never saw this key. */
    Optional<ChargeAnswer> find(String key);

    /**
     * The customer answered the bank's question. A processor that asks the customer itself ignores
     * {@code approved} and says what it was told.
     */
    ChargeAnswer confirm(String key, boolean approved);

    /**
     * Ends a charge that has not ended, so that this key can never charge any more, also when the
     * processor has not seen it yet; answers what it is now: a charge that had succeeded stays.
     */
    ChargeAnswer cancel(String key);

    /** Cards that may be tried, for the page; empty when the processor moves real money. */
    default List<TestCard> testCards() {
        return List.of();
    }
}
