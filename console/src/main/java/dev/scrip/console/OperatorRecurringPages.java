package dev.scrip.console;

import dev.scrip.ledger.Ledger;
import dev.scrip.ledger.Recurrence;
import dev.scrip.organizations.Organization;
import dev.scrip.organizations.Organizations;
import dev.scrip.postgres.Ids;
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
import jakarta.ws.rs.PathParam;
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
import org.jboss.resteasy.reactive.RestForm;
import org.jspecify.annotations.Nullable;

/** Credit that an organization is granted again in every period. */
@Path("/operator/organizations/{id}/recurring")
@Needs(Access.OPERATOR)
@RunOnVirtualThread
class OperatorRecurringPages {

    /**
     * @param errors by form field
     */
    @CheckedTemplate(basePath = "")
    record OperatorRecurring(
            String id,
            Organization organization,
            RecurrenceForm form,
            List<ScopeForm.Choice> projects,
            Map<String, String> errors)
            implements TemplateInstance {}

    /**
     * @param now whether it comes at once
     * @param second when it comes the second time; null: it does not
     */
    @CheckedTemplate(basePath = "")
    record OperatorRecurringConfirm(
            String id,
            Organization organization,
            RecurrenceForm form,
            RecurrenceRow row,
            boolean now,
            @Nullable Instant second)
            implements TemplateInstance {}

    private final Organizations organizations;
    private final Ledger ledger;
    private final PriceBook prices;
    private final Page page;
    private final Flash flash;
    private final InstantSource clock;

    OperatorRecurringPages(
            Organizations organizations,
            Ledger ledger,
            PriceBook prices,
            Page page,
            Flash flash,
            InstantSource clock) {
        this.organizations = organizations;
        this.ledger = ledger;
        this.prices = prices;
        this.page = page;
        this.flash = flash;
        this.clock = clock;
    }

    @GET
    public Response form(@PathParam("id") String printed) {
        Organization organization = find(printed);
        return Pages.show(page(printed, organization, RecurrenceForm.empty(), Map.of()));
    }

    /** Says what will be granted when. Grants nothing. */
    @GET
    @Path("/confirm")
    public Response confirmation(@PathParam("id") String printed, @Context UriInfo address) {
        Organization organization = find(printed);
        RecurrenceForm form = read(address.getQueryParameters());
        ScopeForm.Offer offer = offer(organization);
        Instant now = clock.instant();
        Map<String, String> errors = form.errors(offer, now);
        if (!errors.isEmpty()) {
            return Pages.refused(page(printed, organization, form, errors));
        }
        Recurrence order = form.order(organization.id(), offer, now);
        Instant first = Optional.ofNullable(order.nextAt()).orElse(now);
        Instant second = order.period().end(first);
        Instant end = order.endsAt();
        return Pages.show(
                new OperatorRecurringConfirm(
                        printed,
                        organization,
                        form,
                        RecurrenceRow.of(order, new GrantScopes(offer.projects())),
                        !first.isAfter(now),
                        second == null || (end != null && !second.isBefore(end)) ? null : second));
    }

    @POST
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    public Response begin(@PathParam("id") String printed, MultivaluedMap<String, String> sent) {
        Organization organization = find(printed);
        RecurrenceForm form = read(sent);
        ScopeForm.Offer offer = offer(organization);
        Map<String, String> errors = form.errors(offer, clock.instant());
        if (!errors.isEmpty()) {
            return Pages.refused(page(printed, organization, form, errors));
        }
        Optional<Recurrence> begun =
                ledger.setRecurrence(form.order(organization.id(), offer, clock.instant()));
        flash.say(
                begun.map(
                                each ->
                                        "%s %s is granted from now on."
                                                .formatted(
                                                        page.exact(each.amount()),
                                                        LimitRow.each(each.period())))
                        .orElse("That form had been used already; nothing more was set up."));
        return back(printed);
    }

    @POST
    @Path("/end")
    public Response end(
            @PathParam("id") String printed, @RestForm @DefaultValue("") String recurrence) {
        Organization organization = find(printed);
        long id = Ids.parse(RecurrenceRow.PREFIX, recurrence).orElseThrow(NotFoundException::new);
        if (!ledger.endRecurrence(organization.id(), id)) {
            throw new NotFoundException();
        }
        flash.say("It has ended: what has taken effect stays, nothing more comes.");
        return back(printed);
    }

    private static RecurrenceForm read(MultivaluedMap<String, String> typed) {
        return new RecurrenceForm(
                FormFields.text(typed, "amount"),
                FormFields.text(typed, "period"),
                FormFields.text(typed, "rest"),
                FormFields.text(typed, "priority"),
                FormFields.text(typed, "starts"),
                FormFields.text(typed, "ends"),
                FormFields.text(typed, "note"),
                ScopeForm.read(typed),
                FormFields.text(typed, "key"));
    }

    private OperatorRecurring page(
            String printed,
            Organization organization,
            RecurrenceForm form,
            Map<String, String> errors) {
        return new OperatorRecurring(
                printed, organization, form, form.scope().choices(offer(organization)), errors);
    }

    private ScopeForm.Offer offer(Organization organization) {
        return ScopeForm.Offer.of(prices, organizations, organization.id(), clock.instant());
    }

    private static Response back(String printed) {
        return Pages.redirect("/operator/organizations/" + printed + "#recurring");
    }

    private Organization find(String printed) {
        return Ids.parse(Organization.PREFIX, printed)
                .flatMap(organizations::organization)
                .orElseThrow(NotFoundException::new);
    }
}
