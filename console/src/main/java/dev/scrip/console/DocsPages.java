package dev.scrip.console;

import dev.scrip.pricing.Price;
import dev.scrip.pricing.PriceBook;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Response;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** How to make the first call, what errors mean, how charging works; for everybody. */
@Path("/docs")
@Needs(Access.EVERYBODY)
@RunOnVirtualThread
class DocsPages {

    private static final String DEMONSTRATION = "scrip-demo";

    /**
     * @param price of the model in the examples, if it is priced
     */
    @CheckedTemplate(basePath = "")
    record Docs(List<QuickStart> examples, Optional<Price> price, List<ApiErrors.ApiError> errors)
            implements TemplateInstance {}

    private final PriceBook prices;
    private final ConsoleSettings settings;
    private final InstantSource clock;

    DocsPages(PriceBook prices, ConsoleSettings settings, InstantSource clock) {
        this.prices = prices;
        this.settings = settings;
        this.clock = clock;
    }

    @GET
    public Response docs() {
        return Pages.show(
                new Docs(
                        QuickStart.all(settings.publicUrl()),
                        prices.price(DEMONSTRATION, clock.instant()),
                        ApiErrors.ALL));
    }
}
