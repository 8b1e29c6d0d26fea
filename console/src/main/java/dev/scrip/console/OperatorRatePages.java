package dev.scrip.console;

import dev.scrip.identity.Identity;
import dev.scrip.organizations.Actor;
import dev.scrip.organizations.Organization;
import dev.scrip.organizations.Organizations;
import dev.scrip.organizations.RateLimit;
import dev.scrip.organizations.RateLimits;
import dev.scrip.organizations.RateSubject;
import dev.scrip.organizations.RateUse;
import dev.scrip.postgres.Ids;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Map;
import org.jboss.resteasy.reactive.RestForm;
import org.jboss.resteasy.reactive.RestQuery;

/** How fast organizations may ask: the defaults, and one organization's own. */
@Path("/operator/rates")
@Needs(Access.OPERATOR)
@RunOnVirtualThread
class OperatorRatePages {

    private static final int CHANGES_MAX = 20;

    /**
     * @param organization as printed; empty: the defaults
     * @param change the page's address, to which a limit's id can be added
     * @param rows what counts for it: its own limits and the defaults that it is under
     * @param errors by form field
     */
    @CheckedTemplate(basePath = "")
    record OperatorRates(
            String title,
            String organization,
            String change,
            List<RateRow> rows,
            RateForm form,
            List<RateForm.Field> fields,
            List<RateChangeRow> changes,
            Map<String, String> errors)
            implements TemplateInstance {}

    private final RateLimits limits;
    private final Organizations organizations;
    private final Identity identity;
    private final Visitor visitor;
    private final Page page;
    private final Flash flash;

    OperatorRatePages(
            RateLimits limits,
            Organizations organizations,
            Identity identity,
            Visitor visitor,
            Page page,
            Flash flash) {
        this.limits = limits;
        this.organizations = organizations;
        this.identity = identity;
        this.visitor = visitor;
        this.page = page;
        this.flash = flash;
    }

    @GET
    public Response show(
            @RestQuery @DefaultValue("") String organization,
            @RestQuery @DefaultValue("") String id) {
        RateForm form =
                id.isEmpty() ? RateForm.empty("") : RateForm.of(id, "", find(organization, id));
        return Pages.show(page(organization, form, Map.of()));
    }

    @POST
    public Response set(MultivaluedMap<String, String> sent) {
        RateForm form = RateForm.read(sent);
        String organization = FormFields.text(sent, "organization");
        Map<String, String> errors = form.errors();
        if (!errors.isEmpty()) {
            return Pages.refused(page(organization, form, errors));
        }
        RateLimit set =
                limits.set(
                        id(organization),
                        RateSubject.organization(),
                        form.isChange() ? find(organization, form.id()).model() : form.model(),
                        form.bounds(),
                        Actor.user(visitor.user().id()));
        flash.say(
                "%s: at most %s from now on."
                        .formatted(
                                set.isDefault() ? "Every organization" : name(organization),
                                RateRow.words(set.bounds(), page.formats())));
        return back(organization);
    }

    @POST
    @Path("/remove")
    public Response remove(
            @RestForm @DefaultValue("") String organization,
            @RestForm @DefaultValue("") String id) {
        RateLimit limit = find(organization, id);
        if (!limits.remove(id(organization), limit.id(), Actor.user(visitor.user().id()))) {
            throw new NotFoundException();
        }
        flash.say("The rate limit is removed.");
        return back(organization);
    }

    private static Response back(String organization) {
        return Pages.redirect(
                "/operator/rates"
                        + (organization.isEmpty() ? "" : "?organization=" + organization));
    }

    private OperatorRates page(String organization, RateForm form, Map<String, String> errors) {
        long organizationId = id(organization);
        List<RateLimit> found =
                organization.isEmpty() ? limits.defaults() : limits.ofOrganization(organizationId);
        List<RateUse> uses = limits.use(organizationId, found);
        return new OperatorRates(
                organization.isEmpty() ? "Rate limits" : name(organization) + ": rate limits",
                organization,
                organization.isEmpty()
                        ? "/operator/rates?"
                        : "/operator/rates?organization=" + organization + "&",
                found.stream()
                        .map(
                                limit ->
                                        RateRow.of(
                                                limit,
                                                limit.isDefault() ? "Default" : "Its own",
                                                uses))
                        .toList(),
                form,
                form.fields(errors),
                limits.changes(organizationId, CHANGES_MAX).stream()
                        .filter(change -> change.subject().kind() == RateSubject.Kind.ORGANIZATION)
                        .map(
                                change ->
                                        RateChangeRow.of(
                                                change,
                                                organization.isEmpty()
                                                        ? "Every organization"
                                                        : "The organization",
                                                identity,
                                                page.formats()))
                        .toList(),
                errors);
    }

    private RateLimit find(String organization, String id) {
        return Ids.parse(RateLimit.PREFIX, id)
                .flatMap(found -> limits.limit(id(organization), found))
                .filter(limit -> limit.subject().equals(RateSubject.organization()))
                .orElseThrow(NotFoundException::new);
    }

    private String name(String organization) {
        return organizations
                .organization(id(organization))
                .map(Organization::name)
                .orElseThrow(NotFoundException::new);
    }

    private static long id(String organization) {
        return organization.isEmpty()
                ? RateLimit.DEFAULTS
                : Ids.parse(Organization.PREFIX, organization)
                        .filter(id -> id != RateLimit.DEFAULTS)
                        .orElseThrow(NotFoundException::new);
    }
}
