package dev.scrip.console;

import dev.scrip.pricing.Price;
import dev.scrip.pricing.PriceBook;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jboss.resteasy.reactive.RestQuery;

/** The prices in force, for everybody. */
@Path("/pricing")
@Needs(Access.EVERYBODY)
@RunOnVirtualThread
class PricingPages {

    /**
     * @param models how many have a price, whatever is searched for
     */
    @CheckedTemplate(basePath = "")
    record Pricing(
            List<Price> prices,
            int models,
            Instant at,
            String search,
            List<PriceOrder.Heading> headings)
            implements TemplateInstance {}

    private final PriceBook prices;
    private final InstantSource clock;

    PricingPages(PriceBook prices, InstantSource clock) {
        this.prices = prices;
        this.clock = clock;
    }

    @GET
    public Response pricing(
            @RestQuery("q") @DefaultValue("") String search,
            @RestQuery @DefaultValue("") String sort) {
        Instant now = clock.instant();
        PriceOrder order = PriceOrder.read(sort);
        return Pages.show(
                new Pricing(
                        found(all(prices, now), search, order),
                        prices.inForce(now).size(),
                        now,
                        search.strip(),
                        order.headings("/pricing", search.strip())));
    }

    /** Every figure of every price in force, for programs. */
    @GET
    @Path("/prices.csv")
    public Response export() {
        Instant now = clock.instant();
        return Csv.download(
                "prices-" + LocalDate.ofInstant(now, ZoneOffset.UTC),
                PriceCsv.write(found(all(prices, now), "", PriceOrder.read(""))));
    }

    /** The prices in force at all service tiers. */
    static List<Price> all(PriceBook prices, Instant at) {
        return Stream.concat(prices.inForce(at).stream(), prices.tiersInForce(at).stream())
                .toList();
    }

    /** The prices whose model's name has what was typed in it. */
    static List<Price> found(List<Price> prices, String search, PriceOrder order) {
        String wanted = search.strip().toLowerCase(Locale.ROOT);
        return prices.stream()
                .filter(price -> matches(price, wanted))
                .sorted(order.comparator())
                .toList();
    }

    private static boolean matches(Price price, String wanted) {
        return price.model().toLowerCase(Locale.ROOT).contains(wanted)
                || price.displayName().toLowerCase(Locale.ROOT).contains(wanted)
                || price.serviceTier().equals(wanted);
    }
}
