package dev.scrip.console;

import dev.scrip.ledger.Grant;
import dev.scrip.ledger.GrantKind;
import dev.scrip.ledger.Ledger;
import dev.scrip.metering.Metering;
import dev.scrip.organizations.ApiKey;
import dev.scrip.organizations.Organizations;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The first page behind the sign-in: the money, and how to make the first call. */
@Path("/")
@RunOnVirtualThread
class DashboardPages {

    /**
     * @param trialEnd when trial credit that is left ends; null: there is none
     * @param hasKey a key that works, so that calls can be made
     * @param example the language that the first call is shown in
     */
    @CheckedTemplate(basePath = "")
    record Dashboard(
            WalletFigures figures,
            @Nullable Instant trialEnd,
            boolean hasKey,
            List<QuickStart> examples,
            QuickStart example)
            implements TemplateInstance {}

    private final Ledger ledger;
    private final Metering metering;
    private final Organizations organizations;
    private final InstantSource clock;
    private final Visitor visitor;
    private final ConsoleSettings settings;

    DashboardPages(
            Ledger ledger,
            Metering metering,
            Organizations organizations,
            InstantSource clock,
            Visitor visitor,
            ConsoleSettings settings) {
        this.ledger = ledger;
        this.metering = metering;
        this.organizations = organizations;
        this.clock = clock;
        this.visitor = visitor;
        this.settings = settings;
    }

    @GET
    public Response dashboard(@QueryParam("example") @DefaultValue("curl") String language) {
        long organizationId = visitor.organizationId();
        Instant now = clock.instant();
        List<QuickStart> examples = QuickStart.all(settings.publicUrl());
        QuickStart example =
                examples.stream()
                        .filter(each -> each.id().equals(language))
                        .findFirst()
                        .orElse(examples.getFirst());
        return Pages.show(
                new Dashboard(
                        WalletFigures.read(ledger, metering, organizationId, now),
                        trialEnd(organizationId, now),
                        hasKey(organizationId),
                        examples,
                        example));
    }

    private @Nullable Instant trialEnd(long organizationId, Instant now) {
        return ledger.grants(organizationId).stream()
                .filter(grant -> grant.kind() == GrantKind.TRIAL && grant.remaining().isPositive())
                .map(Grant::expiresAt)
                .flatMap(end -> Stream.ofNullable(end).filter(Objects::nonNull))
                .filter(end -> end.isAfter(now))
                .min(Instant::compareTo)
                .orElse(null);
    }

    private boolean hasKey(long organizationId) {
        return organizations.keys(organizationId).stream()
                .map(ApiKey::revokedAt)
                .anyMatch(Objects::isNull);
    }
}
