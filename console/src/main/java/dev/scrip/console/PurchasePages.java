package dev.scrip.console;

import dev.scrip.ledger.Ledger;
import dev.scrip.money.Money;
import dev.scrip.payments.Card;
import dev.scrip.payments.Payments;
import dev.scrip.payments.Purchase;
import dev.scrip.payments.PurchaseOrder;
import dev.scrip.payments.PurchaseOutcome;
import dev.scrip.payments.PurchasePolicy;
import dev.scrip.payments.Receipt;
import dev.scrip.postgres.Ids;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jboss.resteasy.reactive.RestForm;
import org.jboss.resteasy.reactive.RestQuery;

/**
 * Buying credit: amount and card, then what will happen, then the purchase. Its idempotency key is
 * made with the first page and stays in the address of the second, so that a doubled click, a
 * reload and "back" repeat the same purchase instead of making another.
 */
@Path("/billing")
@RunOnVirtualThread
class PurchasePages {

    /**
     * @param errors by form field
     * @param range what may be bought at once, as a sentence
     */
    @CheckedTemplate(basePath = "")
    record Buy(
            String amount,
            String card,
            String key,
            Map<String, String> errors,
            Money balance,
            String range,
            List<CardRow> cards)
            implements TemplateInstance {}

    @CheckedTemplate(basePath = "")
    record BuyConfirm(Money amount, CardRow card, String key, Money balance, Money balanceAfter)
            implements TemplateInstance {}

    @CheckedTemplate(basePath = "")
    record PurchasePage(PurchaseRow row, Money balance) implements TemplateInstance {}

    @CheckedTemplate(basePath = "")
    record BankConfirm(PurchaseRow row, String seller) implements TemplateInstance {}

    @CheckedTemplate(basePath = "")
    record PurchaseReceipt(PurchaseRow row, Receipt receipt) implements TemplateInstance {}

    private final Payments payments;
    private final Ledger ledger;
    private final Visitor visitor;
    private final Page page;
    private final Flash flash;

    PurchasePages(Payments payments, Ledger ledger, Visitor visitor, Page page, Flash flash) {
        this.payments = payments;
        this.ledger = ledger;
        this.visitor = visitor;
        this.page = page;
        this.flash = flash;
    }

    @GET
    @Path("/buy")
    @Needs(Access.PAY)
    public Response form(
            @RestQuery @DefaultValue("") String amount, @RestQuery @DefaultValue("") String card) {
        return Pages.show(buy(amount, card, newKey(), Map.of()));
    }

    /** Says what the purchase will do. Buys nothing. */
    @GET
    @Path("/buy/confirm")
    @Needs(Access.PAY)
    public Response confirmation(
            @RestQuery @DefaultValue("") String amount,
            @RestQuery @DefaultValue("") String card,
            @RestQuery @DefaultValue("") String key) {
        String used = isKey(key) ? key : newKey();
        Optional<Money> wanted = wholeCents(amount);
        Optional<Card> chosen = card(card);
        if (wanted.isEmpty() || !inRange(wanted.get())) {
            return Pages.refused(buy(amount, card, used, Map.of("amount", range())));
        }
        if (chosen.isEmpty()) {
            return Pages.refused(buy(amount, card, used, Map.of("card", "Choose a card.")));
        }
        Money balance = ledger.balance(visitor.organizationId()).credit();
        return Pages.show(
                new BuyConfirm(
                        wanted.get(),
                        CardRow.of(chosen.get()),
                        used,
                        balance,
                        balance.plus(wanted.get())));
    }

    @POST
    @Path("/buy")
    @Needs(Access.PAY)
    public Response purchase(
            @RestForm @DefaultValue("") String amount,
            @RestForm @DefaultValue("") String card,
            @RestForm @DefaultValue("") String key) {
        Optional<Money> wanted = wholeCents(amount);
        Optional<Long> cardId = Ids.parse(CardRow.PREFIX, card);
        if (wanted.isEmpty() || cardId.isEmpty() || !isKey(key)) {
            return Pages.refused(buy(amount, card, newKey(), Map.of("amount", range())));
        }
        PurchaseOrder order =
                new PurchaseOrder(
                        visitor.organizationId(),
                        key,
                        wanted.get(),
                        cardId.get(),
                        visitor.user().id(),
                        visitor.user().email());
        return answer(payments.buy(order), amount, card);
    }

    @GET
    @Path("/purchases/{id}")
    public Response show(@PathParam("id") String printed) {
        return Pages.show(
                new PurchasePage(
                        PurchaseRow.of(find(printed)),
                        ledger.balance(visitor.organizationId()).credit()));
    }

    /** The sandbox bank's question. */
    @GET
    @Path("/purchases/{id}/confirm")
    @Needs(Access.PAY)
    public Response question(@PathParam("id") String printed) {
        Purchase purchase = find(printed);
        if (purchase.state() != Purchase.State.CONFIRMING) {
            return Pages.redirect(PurchaseRow.address(purchase));
        }
        return Pages.show(new BankConfirm(PurchaseRow.of(purchase), visitor.organization().name()));
    }

    @POST
    @Path("/purchases/{id}/confirm")
    @Needs(Access.PAY)
    public Response answered(
            @PathParam("id") String printed, @RestForm @DefaultValue("") String answer) {
        Purchase purchase = find(printed);
        return answer(
                payments.confirm(visitor.organizationId(), purchase.id(), answer.equals("approve")),
                "",
                "");
    }

    @GET
    @Path("/purchases/{id}/receipt")
    public Response receipt(@PathParam("id") String printed) {
        Purchase purchase = find(printed);
        return Pages.show(
                new PurchaseReceipt(
                        PurchaseRow.of(purchase),
                        payments.receipt(
                                        visitor.organizationId(),
                                        purchase.id(),
                                        visitor.organization().name())
                                .orElseThrow(NotFoundException::new)));
    }

    private Response answer(PurchaseOutcome outcome, String amount, String card) {
        return switch (outcome) {
            case PurchaseOutcome.Paid(Purchase paid) -> Pages.redirect(PurchaseRow.address(paid));
            case PurchaseOutcome.Declined(Purchase declined) ->
                    Pages.redirect(PurchaseRow.address(declined));
            case PurchaseOutcome.Pending(Purchase pending) ->
                    Pages.redirect(PurchaseRow.address(pending));
            case PurchaseOutcome.Confirm(Purchase confirming, String url) ->
                    Response.seeOther(URI.create(url)).build();
            case PurchaseOutcome.OutOfRange outOfRange ->
                    Pages.refused(buy(amount, card, newKey(), Map.of("amount", range())));
            case PurchaseOutcome.NoSuchCard noSuchCard ->
                    Pages.refused(
                            buy(
                                    amount,
                                    card,
                                    newKey(),
                                    Map.of("card", "That card is gone. Choose another.")));
            case PurchaseOutcome.KeyReused(Purchase earlier) -> {
                flash.say(
                        "That page had been used for this purchase already; nothing more was"
                                + " bought. To buy again, start from Billing.");
                yield Pages.redirect(PurchaseRow.address(earlier));
            }
        };
    }

    private Buy buy(String amount, String card, String key, Map<String, String> errors) {
        long organizationId = visitor.organizationId();
        return new Buy(
                amount,
                card,
                key,
                errors,
                ledger.balance(organizationId).credit(),
                range(),
                payments.cards(organizationId).stream().map(CardRow::of).toList());
    }

    private Purchase find(String printed) {
        return Ids.parse(Purchase.PREFIX, printed)
                .flatMap(id -> payments.purchase(visitor.organizationId(), id))
                .orElseThrow(NotFoundException::new);
    }

    private Optional<Card> card(String printed) {
        return payments.cards(visitor.organizationId()).stream()
                .filter(card -> CardRow.of(card).id().equals(printed))
                .findFirst();
    }

    private boolean inRange(Money amount) {
        PurchasePolicy policy = payments.policy();
        return !amount.isLessThan(policy.min()) && !policy.max().isLessThan(amount);
    }

    private String range() {
        return "Enter an amount between %s and %s, such as 20 or 12.50."
                .formatted(
                        page.cents(payments.policy().min()), page.cents(payments.policy().max()));
    }

    /** What cards can be charged with. */
    private static Optional<Money> wholeCents(String typed) {
        return Money.parse(typed).filter(amount -> amount.equals(Money.ofDollars(amount.cents())));
    }

    private static String newKey() {
        return UUID.randomUUID().toString();
    }

    private static boolean isKey(String key) {
        return key.matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    }
}
