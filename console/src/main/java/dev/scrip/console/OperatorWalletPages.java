package dev.scrip.console;

import dev.scrip.alerts.Audit;
import dev.scrip.ledger.Balance;
import dev.scrip.ledger.Books;
import dev.scrip.ledger.GrantOrder;
import dev.scrip.ledger.GrantOutcome;
import dev.scrip.ledger.Ledger;
import dev.scrip.ledger.MonthSpending;
import dev.scrip.money.Money;
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
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Every organization's wallet, and granting credit to one. */
@Path("/operator/organizations")
@Needs(Access.OPERATOR)
@RunOnVirtualThread
class OperatorWalletPages {

    private static final Logger LOG = LoggerFactory.getLogger(OperatorWalletPages.class);
    private static final int PAGE_ROWS = 50;
    private static final int HISTORY_ROWS = 20;

    @CheckedTemplate(basePath = "")
    record OperatorOrganizations(
            List<OrganizationRow> organizations, @Nullable String first, @Nullable String next)
            implements TemplateInstance {}

    /**
     * @param on the day whose balance is shown
     * @param errors by form field
     */
    @CheckedTemplate(basePath = "")
    record OperatorOrganization(
            OrganizationRow row,
            PastDay on,
            Money balanceThen,
            MonthSpending month,
            List<GrantRow> grants,
            List<EntryRow> history,
            List<RecurrenceRow> recurring,
            GrantForm form,
            List<ScopeForm.Choice> projects,
            Map<String, String> errors)
            implements TemplateInstance {}

    @CheckedTemplate(basePath = "")
    record OperatorGrant(
            OrganizationRow row, GrantForm form, String scope, Money amount, Money balanceAfter)
            implements TemplateInstance {}

    /** An organization with its wallet. */
    public record OrganizationRow(String id, Organization organization, Balance balance) {

        public String revokePath() {
            return "/operator/organizations/" + id + "/revoke";
        }
    }

    private final Organizations organizations;
    private final Ledger ledger;
    private final Books books;
    private final PriceBook prices;
    private final Audit audit;
    private final Page page;
    private final Flash flash;
    private final InstantSource clock;

    OperatorWalletPages(
            Organizations organizations,
            Ledger ledger,
            Books books,
            PriceBook prices,
            Audit audit,
            Page page,
            Flash flash,
            InstantSource clock) {
        this.organizations = organizations;
        this.ledger = ledger;
        this.books = books;
        this.prices = prices;
        this.audit = audit;
        this.page = page;
        this.flash = flash;
        this.clock = clock;
    }

    @GET
    public Response list(@RestQuery @DefaultValue("") String before) {
        Optional<Long> last = Ids.parse(Organization.PREFIX, before);
        List<Organization> found = organizations.organizations(last, PAGE_ROWS + 1);
        List<Organization> shown = found.subList(0, Math.min(PAGE_ROWS, found.size()));
        return Pages.show(
                new OperatorOrganizations(
                        shown.stream().map(this::row).toList(),
                        last.isPresent() ? "/operator/organizations" : null,
                        found.size() > shown.size()
                                ? "/operator/organizations?before=" + print(shown.getLast())
                                : null));
    }

    @GET
    @Path("/{id}")
    public Response organization(
            @PathParam("id") String printed, @RestQuery @DefaultValue("") String on) {
        PastDay day = PastDay.read(on, clock);
        return Pages.show(page(find(printed), day, GrantForm.empty(), Map.of()));
    }

    /** Says what the grant will do. Grants nothing. */
    @GET
    @Path("/{id}/grant")
    public Response confirmation(@PathParam("id") String printed, @Context UriInfo address) {
        OrganizationRow row = find(printed);
        GrantForm form = GrantForm.read(address.getQueryParameters());
        ScopeForm.Offer offer = offer(row);
        Map<String, String> errors = form.errors(offer, clock.instant());
        if (!errors.isEmpty()) {
            return Pages.refused(page(row, PastDay.read("", clock), form, errors));
        }
        Money granted = form.money().orElseThrow();
        return Pages.show(
                new OperatorGrant(
                        row,
                        form,
                        new GrantScopes(offer.projects()).words(form.scope().read(offer)),
                        granted,
                        row.balance().credit().plus(granted)));
    }

    @POST
    @Path("/{id}/grant")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    public Response grant(@PathParam("id") String printed, MultivaluedMap<String, String> sent) {
        OrganizationRow row = find(printed);
        GrantForm form = GrantForm.read(sent);
        ScopeForm.Offer offer = offer(row);
        Map<String, String> errors = form.errors(offer, clock.instant());
        if (!errors.isEmpty()) {
            return Pages.refused(page(row, PastDay.read("", clock), form, errors));
        }
        long organizationId = row.organization().id();
        GrantOrder order = form.order(organizationId, offer, clock.instant());
        GrantOutcome outcome = ledger.grant(order);
        flash.say(
                switch (outcome) {
                    case GrantOutcome.Granted granted ->
                            "%s granted.".formatted(page.exact(granted.grant().amount()));
                    case GrantOutcome.AlreadyGranted already ->
                            "This had been granted already; nothing more was granted.";
                    case GrantOutcome.KeyReused reused ->
                            "That form had been used already; nothing more was granted.";
                });
        return Pages.redirect("/operator/organizations/" + row.id());
    }

    /** Only what agrees is thawed: the books are recomputed first. */
    @POST
    @Path("/{id}/thaw")
    public Response thaw(@PathParam("id") String printed) {
        OrganizationRow row = find(printed);
        long organizationId = row.organization().id();
        if (audit.recompute().organizations().contains(organizationId)) {
            flash.say("The books of this wallet still differ: it stays frozen. See Verification.");
        } else {
            ledger.thaw(organizationId);
            LOG.info("the wallet of organization {} is thawed by the operator", organizationId);
            flash.say("The books agree: the wallet is thawed, and requests are served again.");
        }
        return Pages.redirect("/operator/organizations/" + row.id());
    }

    private OperatorOrganization page(
            OrganizationRow row, PastDay on, GrantForm form, Map<String, String> errors) {
        long organizationId = row.organization().id();
        ScopeForm.Offer offer = offer(row);
        GrantScopes scopes = new GrantScopes(offer.projects());
        return new OperatorOrganization(
                row,
                on,
                books.balanceAt(organizationId, on.end()),
                ledger.monthSpending(organizationId),
                ledger.grants(organizationId).stream()
                        .map(grant -> GrantRow.of(grant, scopes, clock.instant()))
                        .toList(),
                ledger.history(organizationId, Optional.empty(), HISTORY_ROWS).stream()
                        .map(EntryRow::of)
                        .toList(),
                ledger.recurrences(organizationId).stream()
                        .map(each -> RecurrenceRow.of(each, scopes))
                        .toList(),
                form,
                form.scope().choices(offer),
                errors);
    }

    private ScopeForm.Offer offer(OrganizationRow row) {
        return ScopeForm.Offer.of(prices, organizations, row.organization().id(), clock.instant());
    }

    private OrganizationRow find(String printed) {
        return Ids.parse(Organization.PREFIX, printed)
                .flatMap(organizations::organization)
                .map(this::row)
                .orElseThrow(NotFoundException::new);
    }

    private OrganizationRow row(Organization organization) {
        return new OrganizationRow(
                print(organization), organization, ledger.balance(organization.id()));
    }

    private static String print(Organization organization) {
        return Ids.print(Organization.PREFIX, organization.id());
    }
}
