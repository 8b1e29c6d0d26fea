package dev.scrip.console;

import dev.scrip.charging.Charging;
import dev.scrip.ledger.Verification;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** Recomputing every balance from the records, on demand. */
@Path("/operator/verification")
@Needs(Access.OPERATOR)
@RunOnVirtualThread
class VerificationPages {

    /**
     * @param run null: not asked for yet
     */
    @CheckedTemplate(basePath = "")
    record OperatorVerification(@Nullable Run run) implements TemplateInstance {}

    /** One verification and how long it took. */
    public record Run(Verification verification, Instant at, long milliseconds) {}

    private final Charging charging;
    private final InstantSource clock;

    VerificationPages(Charging charging, InstantSource clock) {
        this.charging = charging;
        this.clock = clock;
    }

    @GET
    public Response idle() {
        return Pages.show(new OperatorVerification(null));
    }

    /** Only reads; its result is shown at once and kept nowhere, so there is no redirect. */
    @POST
    public Response verify() {
        Instant begun = clock.instant();
        Verification verification = charging.verify();
        return Pages.show(
                new OperatorVerification(
                        new Run(
                                verification,
                                begun,
                                Duration.between(begun, clock.instant()).toMillis())));
    }
}
