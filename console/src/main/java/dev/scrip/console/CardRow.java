package dev.scrip.console;

import dev.scrip.payments.Card;
import dev.scrip.postgres.Ids;
import java.time.YearMonth;

/** A card as it is listed and chosen. */
public record CardRow(String id, Card card) {

    /** How a card's id is written in public. */
    static final String PREFIX = "card_";

    static CardRow of(Card card) {
        return new CardRow(Ids.print(PREFIX, card.id()), card);
    }

    /** "Visa ··4242". */
    public String name() {
        return name(card.brand(), card.last4());
    }

    /** "04/29". */
    public String expiry() {
        YearMonth expiry = card.expiry();
        return "%02d/%02d".formatted(expiry.getMonthValue(), expiry.getYear() % 100);
    }

    static String name(String brand, String last4) {
        return brand + " ··" + last4;
    }

    /** Where the form that takes it away goes. */
    public String removePath() {
        return "/billing/cards/" + id + "/remove";
    }
}
