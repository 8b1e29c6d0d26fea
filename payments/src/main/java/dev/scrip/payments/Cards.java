package dev.scrip.payments;

import dev.scrip.payments.CardStore.StoredCard;
import dev.scrip.postgres.Database;
import dev.scrip.postgres.Ids;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An organization's cards. The number passes through to the processor and is gone. */
final class Cards {

    private static final Logger log = LoggerFactory.getLogger(Cards.class);
    private static final int CARDS_MAX = 20;

    private final Database database;
    private final Processor processor;
    private final ProcessorCalls calls;
    private final InstantSource clock;

    Cards(Database database, Processor processor, ProcessorCalls calls, InstantSource clock) {
        this.database = database;
        this.processor = processor;
        this.calls = calls;
        this.clock = clock;
    }

    CardOutcome add(CardOrder order) {
        return switch (CardCheck.check(order, clock.instant())) {
            case CardCheck.Checked.Wrong(CardOutcome.Refused refused) -> refused;
            case CardCheck.Checked.Good(CardDetails details) ->
                    list(order.organizationId()).size() >= CARDS_MAX
                            ? new CardOutcome.Refused(
                                    "number",
                                    "An organization keeps at most "
                                            + CARDS_MAX
                                            + " cards. Remove one first.")
                            : attach(order.organizationId(), details);
        };
    }

    private CardOutcome attach(long organizationId, CardDetails details) {
        return switch (calls.attach(details)) {
            case Attachment.Attached attached -> keep(organizationId, details, attached);
            case Attachment.Refused(String field, String reason) ->
                    new CardOutcome.Refused(field, reason);
            case Attachment.Unavailable _ ->
                    new CardOutcome.Unavailable(
                            "The payment processor does not answer, so the card was not added."
                                    + " Nothing was kept. Try again in a minute.");
        };
    }

    /** The same card added again (a doubled click, a new expiry date) replaces itself. */
    private CardOutcome keep(
            long organizationId, CardDetails details, Attachment.Attached attached) {
        Optional<StoredCard> replaced =
                database.transaction(
                        tx -> {
                            CardStore.lock(tx, organizationId);
                            Optional<StoredCard> same =
                                    CardStore.same(
                                            tx,
                                            organizationId,
                                            processor.name(),
                                            attached.fingerprint());
                            same.ifPresentOrElse(
                                    old ->
                                            CardStore.update(
                                                    tx,
                                                    card(old.card(), details),
                                                    attached.token()),
                                    () -> insert(tx, organizationId, details, attached));
                            return same;
                        });
        replaced.ifPresent(old -> calls.detach(old.token()));
        return new CardOutcome.Added(
                database.read(
                                tx ->
                                        CardStore.same(
                                                tx,
                                                organizationId,
                                                processor.name(),
                                                attached.fingerprint()))
                        .orElseThrow()
                        .card());
    }

    private void insert(
            Handle tx, long organizationId, CardDetails details, Attachment.Attached attached) {
        boolean first = CardStore.list(tx, organizationId, processor.name()).isEmpty();
        Card card =
                new Card(
                        organizationId,
                        Ids.next(),
                        details.brand().title(),
                        details.last4(),
                        details.expiry(),
                        details.holder(),
                        details.address(),
                        first,
                        clock.instant());
        CardStore.insert(tx, card, processor.name(), attached);
        if (first) {
            CardStore.setDefault(tx, organizationId, card.id());
        }
        log.info("organization {} added card {}", organizationId, card.id());
    }

    private static Card card(Card old, CardDetails details) {
        return new Card(
                old.organizationId(),
                old.id(),
                old.brand(),
                old.last4(),
                details.expiry(),
                details.holder(),
                details.address(),
                old.isDefault(),
                old.createdAt());
    }

    List<Card> list(long organizationId) {
        return database.read(tx -> CardStore.list(tx, organizationId, processor.name()));
    }

    /** A card that can be charged. */
    Optional<StoredCard> usable(Handle tx, long organizationId, long cardId) {
        return CardStore.find(tx, organizationId, cardId)
                .filter(card -> !card.removed() && card.processor().equals(processor.name()));
    }

    boolean makeDefault(long organizationId, long cardId) {
        return database.transaction(
                tx -> {
                    CardStore.lock(tx, organizationId);
                    boolean found = usable(tx, organizationId, cardId).isPresent();
                    if (found) {
                        CardStore.setDefault(tx, organizationId, cardId);
                    }
                    return found;
                });
    }

    boolean remove(long organizationId, long cardId) {
        Optional<StoredCard> removed =
                database.transaction(
                        tx -> {
                            CardStore.lock(tx, organizationId);
                            Optional<StoredCard> card = CardStore.find(tx, organizationId, cardId);
                            card.filter(found -> !found.removed())
                                    .ifPresent(found -> remove(tx, found.card()));
                            return card;
                        });
        removed.filter(card -> !card.removed()).ifPresent(card -> calls.detach(card.token()));
        return removed.isPresent();
    }

    private void remove(Handle tx, Card card) {
        CardStore.remove(tx, card.organizationId(), card.id(), clock.instant());
        if (card.isDefault()) {
            List<Card> left = CardStore.list(tx, card.organizationId(), processor.name());
            CardStore.setDefault(
                    tx, card.organizationId(), left.isEmpty() ? null : left.getFirst().id());
        }
    }
}
