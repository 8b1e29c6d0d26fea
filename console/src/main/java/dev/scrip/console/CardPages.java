package dev.scrip.console;

import dev.scrip.payments.BillingAddress;
import dev.scrip.payments.Card;
import dev.scrip.payments.CardOrder;
import dev.scrip.payments.CardOutcome;
import dev.scrip.payments.Payments;
import dev.scrip.payments.TestCard;
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
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jboss.resteasy.reactive.RestForm;
import org.jboss.resteasy.reactive.RestQuery;

/** Adding, preferring and removing cards. */
@Path("/billing/cards")
@Needs(Access.PAY)
@RunOnVirtualThread
class CardPages {

    /**
     * @param typed what was filled in, without number and CVC: these are never sent back
     * @param errors by form field
     * @param next where to go with the new card: the purchase that asked for one, or billing
     */
    @CheckedTemplate(basePath = "")
    record AddCard(
            CardForm typed,
            Map<String, String> errors,
            String fault,
            List<TestCard> testCards,
            List<Country> countries,
            String next)
            implements TemplateInstance {}

    /** What may be shown again of a card form. */
    public record CardForm(
            String expiry,
            String holder,
            String line,
            String city,
            String postalCode,
            String country) {}

    /** A country to choose: its ISO 3166 code and its English name. */
    public record Country(String code, String name) {}

    private static final CardForm EMPTY = new CardForm("", "", "", "", "", "");

    private final Payments payments;
    private final Visitor visitor;
    private final Flash flash;

    CardPages(Payments payments, Visitor visitor, Flash flash) {
        this.payments = payments;
        this.visitor = visitor;
        this.flash = flash;
    }

    @GET
    @Path("/new")
    public Response form(@RestQuery @DefaultValue("/billing") String next) {
        return Pages.show(page(EMPTY, Map.of(), "", next));
    }

    @POST
    public Response add(
            @RestForm @DefaultValue("") String number,
            @RestForm @DefaultValue("") String expiry,
            @RestForm @DefaultValue("") String cvc,
            @RestForm @DefaultValue("") String holder,
            @RestForm @DefaultValue("") String line,
            @RestForm @DefaultValue("") String city,
            @RestForm @DefaultValue("") String postalCode,
            @RestForm @DefaultValue("") String country,
            @RestForm @DefaultValue("/billing") String next) {
        CardForm typed = new CardForm(expiry, holder, line, city, postalCode, country);
        CardOrder order =
                new CardOrder(
                        visitor.organizationId(),
                        number,
                        expiry,
                        cvc,
                        holder,
                        new BillingAddress(line, city, postalCode, country));
        return switch (payments.addCard(order)) {
            case CardOutcome.Added(Card card) -> {
                flash.say(CardRow.of(card).name() + " was added. Nothing was charged.");
                yield Pages.redirect(Links.local(next));
            }
            case CardOutcome.Refused(String field, String reason) ->
                    Pages.refused(page(typed, Map.of(field, reason), "", next));
            case CardOutcome.Unavailable(String reason) ->
                    Pages.show(
                            Response.Status.SERVICE_UNAVAILABLE,
                            page(typed, Map.of(), reason, next));
        };
    }

    @POST
    @Path("/{id}/default")
    public Response makeDefault(@PathParam("id") String printed) {
        if (!payments.makeDefault(visitor.organizationId(), id(printed))) {
            throw new NotFoundException();
        }
        flash.say("Purchases use this card unless you choose another.");
        return Pages.redirect("/billing#cards");
    }

    @POST
    @Path("/{id}/remove")
    public Response remove(@PathParam("id") String printed) {
        // A card that is gone already was removed by the first of two clicks.
        boolean removed = payments.removeCard(visitor.organizationId(), id(printed));
        flash.say(removed ? "The card was removed." : "The card had been removed already.");
        return Pages.redirect("/billing#cards");
    }

    private AddCard page(CardForm typed, Map<String, String> errors, String fault, String next) {
        return new AddCard(
                typed, errors, fault, payments.testCards(), countries(), Links.local(next));
    }

    private static long id(String printed) {
        return Ids.parse(CardRow.PREFIX, printed).orElseThrow(NotFoundException::new);
    }

    private static List<Country> countries() {
        List<Country> countries = new ArrayList<>();
        for (String code : Locale.getISOCountries()) {
            String name = Locale.of("", code).getDisplayCountry(Locale.ENGLISH);
            countries.add(new Country(code, name));
        }
        countries.sort(Comparator.comparing(Country::name));
        return countries;
    }
}
