package dev.scrip.console;

import dev.scrip.alerts.Audit;
import dev.scrip.ledger.Verification;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.inject.Singleton;
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
@Singleton
class VerificationPages {

    /**
     * @param run the last one; null: none since this process began
     */
    @CheckedTemplate(basePath = "")
    record OperatorVerification(@Nullable Run run) implements TemplateInstance {}

    /** One verification and how long it took. */
    public record Run(Verification verification, Instant at, long milliseconds) {}

    private final Audit audit;
    private final InstantSource clock;

    /** For whoever looks again; the books themselves keep nothing of it. */
    private volatile @Nullable Run last;

    VerificationPages(Audit audit, InstantSource clock) {
        this.audit = audit;
        this.clock = clock;
    }

    @GET
    public Response shown() {
        return Pages.show(new OperatorVerification(last));
    }

    @POST
    public Response verify() {
        Instant begun = clock.instant();
        Verification verification = audit.recompute();
        last = new Run(verification, begun, Duration.between(begun, clock.instant()).toMillis());
        return Pages.redirect("/operator/verification");
    }
}
