package dev.scrip.console;

import dev.scrip.payments.Purchase;
import dev.scrip.postgres.Ids;

/** A purchase with its state in words. */
public record PurchaseRow(String id, Purchase purchase) {

    static PurchaseRow of(Purchase purchase) {
        return new PurchaseRow(Ids.print(Purchase.PREFIX, purchase.id()), purchase);
    }

    /** Opens the purchase. */
    public String address() {
        return address(purchase);
    }

    static String address(Purchase purchase) {
        return "/billing/purchases/" + Ids.print(Purchase.PREFIX, purchase.id());
    }

    public String card() {
        return CardRow.name(purchase.cardBrand(), purchase.cardLast4());
    }

    public boolean isPaid() {
        return purchase.state() == Purchase.State.PAID;
    }

    public boolean isDeclined() {
        return purchase.state() == Purchase.State.DECLINED;
    }

    public boolean isPending() {
        return purchase.state() == Purchase.State.PENDING;
    }

    public boolean isConfirming() {
        return purchase.state() == Purchase.State.CONFIRMING;
    }

    public String state() {
        return switch (purchase.state()) {
            case PENDING -> "Waiting for the processor";
            case CONFIRMING -> "To be confirmed";
            case PAID -> "Paid";
            case DECLINED -> "Not paid";
        };
    }

    /** "good", "soon" or "stop". */
    public String badge() {
        return switch (purchase.state()) {
            case PENDING, CONFIRMING -> "soon";
            case PAID -> "good";
            case DECLINED -> "stop";
        };
    }
}
