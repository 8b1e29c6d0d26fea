package dev.scrip.console;

import dev.scrip.pricing.AddOutcome;
import dev.scrip.pricing.Ask;
import dev.scrip.pricing.NewPrice;
import dev.scrip.pricing.Price;
import dev.scrip.pricing.PriceBook;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jboss.resteasy.reactive.RestQuery;

/** The operator's view of all prices: what holds now, what held before, what will hold. */
@Path("/operator/prices")
@Needs(Access.OPERATOR)
@RunOnVirtualThread
class PriceBookPages {

    @CheckedTemplate(basePath = "")
    record OperatorPrices(
            List<Price> prices, int models, String search, List<PriceOrder.Heading> headings)
            implements TemplateInstance {}

    /**
     * @param versions newest first
     */
    @CheckedTemplate(basePath = "")
    record OperatorPriceHistory(String model, List<Version> versions) implements TemplateInstance {}

    /**
     * @param errors by form field
     * @param problems what the book says of the whole
     */
    @CheckedTemplate(basePath = "")
    record OperatorPriceForm(PriceForm form, Map<String, String> errors, List<String> problems)
            implements TemplateInstance {}

    @CheckedTemplate(basePath = "")
    record OperatorPriceConfirm(PriceForm form, NewPrice price, List<PriceChange> changes)
            implements TemplateInstance {}

    /**
     * @param state "in force", "to come" or "past"
     */
    public record Version(Price price, String state, String badge) {}

    private final PriceBook prices;
    private final Flash flash;
    private final InstantSource clock;

    PriceBookPages(PriceBook prices, Flash flash, InstantSource clock) {
        this.prices = prices;
        this.flash = flash;
        this.clock = clock;
    }

    @GET
    public Response list(
            @RestQuery("q") @DefaultValue("") String search,
            @RestQuery @DefaultValue("") String sort) {
        PriceOrder order = PriceOrder.read(sort);
        Instant now = clock.instant();
        return Pages.show(
                new OperatorPrices(
                        PricingPages.found(PricingPages.all(prices, now), search, order),
                        prices.inForce(now).size(),
                        search.strip(),
                        order.headings("/operator/prices", search.strip())));
    }

    @GET
    @Path("/history")
    public Response history(@RestQuery @DefaultValue("") String model) {
        Instant now = clock.instant();
        List<Version> versions =
                prices.history(model).stream().map(price -> version(price, now)).toList();
        if (versions.isEmpty()) {
            throw new NotFoundException();
        }
        return Pages.show(new OperatorPriceHistory(model, versions));
    }

    /** A new model's price, or, with a model and a service tier in the address, its next one. */
    @GET
    @Path("/new")
    public Response form(
            @RestQuery @DefaultValue("") String model,
            @RestQuery @DefaultValue(Ask.DEFAULT_TIER) String tier) {
        PriceForm form =
                prices.price(model, tier, clock.instant())
                        .map(PriceForm::after)
                        .orElse(PriceForm.EMPTY);
        return Pages.show(new OperatorPriceForm(form, Map.of(), List.of()));
    }

    /** Says what the price will change. Adds nothing. */
    @GET
    @Path("/confirm")
    public Response confirmation(@Context UriInfo address) {
        PriceForm form = PriceForm.read(address.getQueryParameters());
        Map<String, String> errors = form.errors();
        if (!errors.isEmpty()) {
            return Pages.refused(new OperatorPriceForm(form, errors, List.of()));
        }
        NewPrice price = form.price();
        Optional<Price> current = prices.price(price.model(), price.serviceTier(), clock.instant());
        return Pages.show(
                new OperatorPriceConfirm(form, price, PriceChange.between(current, price)));
    }

    @POST
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    public Response add(MultivaluedMap<String, String> typed) {
        PriceForm form = PriceForm.read(typed);
        Map<String, String> errors = form.errors();
        if (!errors.isEmpty()) {
            return Pages.refused(new OperatorPriceForm(form, errors, List.of()));
        }
        return switch (prices.add(form.price())) {
            case AddOutcome.Added(Price price) -> {
                flash.say("The price of %s was added.".formatted(price.displayName()));
                yield Pages.redirect(address(price));
            }
            case AddOutcome.Invalid(List<String> problems) ->
                    Pages.refused(new OperatorPriceForm(form, Map.of(), problems));
            case AddOutcome.Retroactive retroactive ->
                    refused(
                            form,
                            "This model has a price at this service tier already; another can only hold from"
                                    + " now on."
                                    + " Leave the moment empty, or choose one to come.");
            case AddOutcome.DateTaken(Price existing) ->
                    refused(
                            form,
                            "There is a price from this very moment on already. Choose another.");
        };
    }

    private static Response refused(PriceForm form, String reason) {
        return Pages.refused(new OperatorPriceForm(form, Map.of("from", reason), List.of()));
    }

    private Version version(Price price, Instant now) {
        Optional<Price> current = prices.price(price.model(), price.serviceTier(), now);
        if (current.isPresent() && current.get().priceId() == price.priceId()) {
            return new Version(price, "in force", "good");
        }
        return price.effectiveFrom().isAfter(now)
                ? new Version(price, "to come", "soon")
                : new Version(price, "past", "plain");
    }

    private static String address(Price price) {
        return "/operator/prices/history?model=" + Links.encode(price.model());
    }
}
