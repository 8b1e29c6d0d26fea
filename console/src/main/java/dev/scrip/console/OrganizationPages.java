package dev.scrip.console;

import dev.scrip.ledger.Ledger;
import dev.scrip.money.Money;
import dev.scrip.onboarding.Onboarding;
import dev.scrip.organizations.Membership;
import dev.scrip.organizations.Organization;
import dev.scrip.organizations.Organizations;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.ForbiddenException;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The organizations of one user: which of them they look at, and opening another. */
@Path("/organizations")
@RunOnVirtualThread
@Needs(Access.SIGNED_IN)
class OrganizationPages {

    private static final Duration CHOICE_LIFE = Duration.ofDays(365);

    record Row(Membership membership, Money credit, boolean current) {

        public String role() {
            String name = membership.role().name();
            return name.charAt(0) + name.substring(1).toLowerCase(Locale.ROOT);
        }
    }

    @CheckedTemplate(basePath = "")
    record MyOrganizations(List<Row> rows, String name, String fault) implements TemplateInstance {}

    private final Onboarding onboarding;
    private final Ledger ledger;
    private final Visitor visitor;
    private final Cookies cookies;
    private final Flash flash;

    OrganizationPages(
            Onboarding onboarding, Ledger ledger, Visitor visitor, Cookies cookies, Flash flash) {
        this.onboarding = onboarding;
        this.ledger = ledger;
        this.visitor = visitor;
        this.cookies = cookies;
        this.flash = flash;
    }

    @GET
    public Response list() {
        return Pages.show(new MyOrganizations(rows(), "", ""));
    }

    @POST
    public Response open(@FormParam("name") @DefaultValue("") String name) {
        Optional<String> fault = Organizations.nameFault(name);
        if (fault.isPresent()) {
            return Pages.refused(new MyOrganizations(rows(), name, fault.get()));
        }
        Organization opened = onboarding.openOrganization(visitor.user().id(), name);
        flash.say("You are now in " + opened.name() + ", which has its own wallet and keys.");
        return enter(opened.id());
    }

    @POST
    @Path("current")
    public Response choose(@FormParam("organization") @DefaultValue("0") long organizationId) {
        return visitor.memberships().stream()
                .map(Membership::organization)
                .filter(each -> each.id() == organizationId)
                .findFirst()
                .map(each -> enter(each.id()))
                .orElseThrow(ForbiddenException::new);
    }

    /** To the dashboard rather than back: the page they were on may show the other organization. */
    private Response enter(long organizationId) {
        String chosen = Long.toString(organizationId);
        return Response.fromResponse(Pages.redirect("/"))
                .cookie(cookies.hidden(Cookies.ORGANIZATION, chosen, CHOICE_LIFE))
                .build();
    }

    private List<Row> rows() {
        return visitor.memberships().stream().map(this::row).toList();
    }

    private Row row(Membership membership) {
        long id = membership.organization().id();
        return new Row(
                membership,
                ledger.balance(id).credit(),
                visitor.isMember() && visitor.organizationId() == id);
    }
}
