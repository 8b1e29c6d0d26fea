package dev.scrip.payments;

import dev.scrip.notifications.Mail;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** What payments writes to people. */
final class Mails {

    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("d MMMM uuuu, HH:mm 'UTC'", Locale.ENGLISH)
                    .withZone(ZoneOffset.UTC);

    private Mails() {}

    static Mail receipt(StoredPurchase paid) {
        Receipt receipt = Purchases.receipt(paid, "");
        return new Mail(
                "receipt",
                paid.buyerEmail(),
                "Receipt %s: $%s of API credit".formatted(receipt.number(), receipt.amount()),
                """
                Thank you for your purchase. The credit is on your balance.

                Receipt:        %s
                Date:           %s
                Bought:         %s, $%s
                Paid with:      %s ending in %s, %s
                Balance after:  $%s
                Purchase:       %s

                The receipt can be opened and printed under Billing at any time.
                """
                        .formatted(
                                receipt.number(),
                                DATE.format(receipt.date()),
                                receipt.line(),
                                receipt.amount(),
                                receipt.cardBrand(),
                                receipt.cardLast4(),
                                receipt.holder(),
                                receipt.balanceAfter(),
                                paid.processorKey()));
    }

    static Mail declined(StoredPurchase declined, DeclineReason reason) {
        Purchase purchase = declined.purchase();
        return new Mail(
                "payment_failed",
                declined.buyerEmail(),
                "Your purchase of $%s of API credit was not paid".formatted(purchase.amount()),
                """
                Your purchase of $%s with %s ending in %s of %s was not paid.

                %s

                Purchase: %s
                """
                        .formatted(
                                purchase.amount(),
                                purchase.cardBrand(),
                                purchase.cardLast4(),
                                DATE.format(purchase.createdAt()),
                                reason.message(),
                                declined.processorKey()));
    }
}
