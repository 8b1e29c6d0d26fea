package dev.scrip.console;

import dev.scrip.ledger.Grant;
import dev.scrip.ledger.Ledger;
import dev.scrip.ledger.RevokeOutcome;
import dev.scrip.organizations.Organization;
import dev.scrip.organizations.Organizations;
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
import java.time.InstantSource;
import org.jboss.resteasy.reactive.RestForm;
import org.jboss.resteasy.reactive.RestQuery;

/** Taking back what is left of a grant. */
@Path("/operator/organizations/{id}/revoke")
@Needs(Access.OPERATOR)
@RunOnVirtualThread
class OperatorRevokePages {

    /**
     * @param outcome what would be done now
     */
    @CheckedTemplate(basePath = "")
    record OperatorRevoke(
            String id, Organization organization, GrantRow row, RevokeOutcome.Revoked outcome)
            implements TemplateInstance {}

    private final Organizations organizations;
    private final Ledger ledger;
    private final Page page;
    private final Flash flash;
    private final InstantSource clock;

    OperatorRevokePages(
            Organizations organizations,
            Ledger ledger,
            Page page,
            Flash flash,
            InstantSource clock) {
        this.organizations = organizations;
        this.ledger = ledger;
        this.page = page;
        this.flash = flash;
        this.clock = clock;
    }

    /** Says what goes back and what does not. Takes nothing back. */
    @GET
    public Response confirmation(
            @PathParam("id") String printed, @RestQuery @DefaultValue("") String grant) {
        Organization organization = find(printed);
        return switch (ledger.revocation(organization.id(), grantId(grant))) {
            case RevokeOutcome.Revoked would ->
                    Pages.show(
                            new OperatorRevoke(printed, organization, row(would.grant()), would));
            case RevokeOutcome.NothingLeft _ -> nothingLeft(printed);
            case RevokeOutcome.Unknown() -> throw new NotFoundException();
        };
    }

    @POST
    public Response revoke(
            @PathParam("id") String printed, @RestForm @DefaultValue("") String grant) {
        Organization organization = find(printed);
        return switch (ledger.revoke(organization.id(), grantId(grant))) {
            case RevokeOutcome.Revoked done -> {
                flash.say(
                        done.pinned().isPositive()
                                ? "%s is taken back; running requests may still use %s."
                                        .formatted(
                                                page.exact(done.revoked()),
                                                page.exact(done.pinned()))
                                : "%s is taken back.".formatted(page.exact(done.revoked())));
                yield back(printed);
            }
            case RevokeOutcome.NothingLeft _ -> nothingLeft(printed);
            case RevokeOutcome.Unknown() -> throw new NotFoundException();
        };
    }

    private Response nothingLeft(String printed) {
        flash.say("Nothing of that grant is left to take back.");
        return back(printed);
    }

    private static Response back(String printed) {
        return Pages.redirect("/operator/organizations/" + printed + "#grants-title");
    }

    private GrantRow row(Grant grant) {
        GrantScopes scopes = new GrantScopes(organizations.projects(grant.organizationId()));
        return GrantRow.of(grant, scopes, clock.instant());
    }

    private Organization find(String printed) {
        return Ids.parse(Organization.PREFIX, printed)
                .flatMap(organizations::organization)
                .orElseThrow(NotFoundException::new);
    }

    private static long grantId(String printed) {
        return Ids.parse(GrantRow.PREFIX, printed).orElseThrow(NotFoundException::new);
    }
}
