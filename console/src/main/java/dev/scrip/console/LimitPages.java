package dev.scrip.console;

import dev.scrip.identity.Identity;
import dev.scrip.ledger.Ledger;
import dev.scrip.ledger.LimitKind;
import dev.scrip.ledger.MonthSpending;
import dev.scrip.money.Money;
import dev.scrip.organizations.Organizations;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MultivaluedHashMap;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jboss.resteasy.reactive.RestForm;
import org.jboss.resteasy.reactive.RestQuery;

/**
 * All limits compared, and the two that most organizations need: the organization's by month, a
 * hard one that refuses and a soft one that tells.
 */
@Path("/limits")
@RunOnVirtualThread
class LimitPages {

    /** What the gateway answers; its own tests hold it to these codes. */
    private static final String EXAMPLE =
            """
            HTTP/1.1 429 Too Many Requests
            x-should-retry: false

            {
              "error": {
                "message": "The spending limit of this project for today is reached: $4.99 of $5.00 is spent ...",
                "type": "insufficient_quota",
                "param": null,
                "code": "project_spend_limit_exceeded",
                "limit_of": "project",
                "period": "day",
                "limit": "5.00",
                "spent": "4.99",
                "resets_at": "2026-12-02T00:00:00Z"
              }
            }""";

    /**
     * @param typed what was filled in, else the limit as it is, by the limit's kind
     * @param errors by the limit's kind
     * @param any whether there is any limit, whatever the list shows
     * @param payers who may change limits, for those who may not
     */
    @CheckedTemplate(basePath = "")
    record Limits(
            MonthSpending month,
            LimitView hard,
            LimitView soft,
            LimitList list,
            List<LimitRow> rows,
            boolean any,
            Map<String, String> typed,
            Map<String, String> errors,
            String payers,
            String example)
            implements TemplateInstance {}

    @CheckedTemplate(basePath = "")
    record LimitConfirm(LimitChange change, MonthSpending month) implements TemplateInstance {}

    private final Ledger ledger;
    private final Organizations organizations;
    private final Identity identity;
    private final Visitor visitor;
    private final Page page;
    private final Flash flash;

    LimitPages(
            Ledger ledger,
            Organizations organizations,
            Identity identity,
            Visitor visitor,
            Page page,
            Flash flash) {
        this.ledger = ledger;
        this.organizations = organizations;
        this.identity = identity;
        this.visitor = visitor;
        this.page = page;
        this.flash = flash;
    }

    @GET
    public Response limits(@Context UriInfo address) {
        return Pages.show(page(LimitList.read(address.getQueryParameters()), Map.of(), Map.of()));
    }

    /** The list as it is filtered and sorted. */
    @GET
    @Path("/export.csv")
    public Response export(@Context UriInfo address) {
        LimitList list = LimitList.read(address.getQueryParameters());
        return Csv.download("limits", LimitCsv.write(list.rows(rows())));
    }

    private List<LimitRow> rows() {
        long organizationId = visitor.organizationId();
        LimitSubjects subjects = LimitSubjects.of(organizations, identity, organizationId);
        return ledger.budgets(organizationId).stream()
                .map(state -> LimitRow.of(state, subjects))
                .toList();
    }

    /** Says what a new limit, or none, will do. Changes nothing. */
    @GET
    @Path("/{kind}")
    @Needs(Access.PAY)
    public Response confirmation(
            @PathParam("kind") String kind,
            @RestQuery @DefaultValue("") String amount,
            @RestQuery @DefaultValue("") String remove) {
        return change(kind, amount, remove)
                .map(
                        change ->
                                Pages.show(
                                        new LimitConfirm(
                                                change,
                                                ledger.monthSpending(visitor.organizationId()))))
                .orElseGet(() -> unreadable(kind, amount));
    }

    @POST
    @Path("/{kind}")
    @Needs(Access.PAY)
    public Response set(
            @PathParam("kind") String kind,
            @RestForm @DefaultValue("") String amount,
            @RestForm @DefaultValue("") String remove) {
        Optional<LimitChange> read = change(kind, amount, remove);
        if (read.isEmpty()) {
            return unreadable(kind, amount);
        }
        LimitChange change = read.get();
        long organizationId = visitor.organizationId();
        ledger.setLimit(organizationId, change.kind(), change.amount());
        flash.say(
                change.amount()
                        .map(
                                set ->
                                        "The %s is %s from now on."
                                                .formatted(change.name(), page.exact(set)))
                        .orElse("The %s is removed.".formatted(change.name())));
        return Pages.redirect("/limits");
    }

    private Response unreadable(String kind, String amount) {
        return Pages.refused(
                page(
                        LimitList.read(new MultivaluedHashMap<>()),
                        Map.of(kind, amount),
                        Map.of(kind, "Enter an amount of dollars, such as 50 or 12.50.")));
    }

    private Limits page(LimitList list, Map<String, String> typed, Map<String, String> errors) {
        long organizationId = visitor.organizationId();
        List<LimitRow> all = rows();
        MonthSpending month = ledger.monthSpending(organizationId);
        return new Limits(
                month,
                LimitView.of(month.hardLimit(), month.spent()),
                LimitView.of(month.softLimit(), month.spent()),
                list,
                list.rows(all),
                !all.isEmpty(),
                Map.of(
                        "hard", typed.getOrDefault("hard", prefilled(month.hardLimit())),
                        "soft", typed.getOrDefault("soft", prefilled(month.softLimit()))),
                errors,
                BillingPages.payers(organizations, identity, organizationId),
                EXAMPLE);
    }

    private static String prefilled(Optional<Money> limit) {
        return limit.map(Money::exact).orElse("");
    }

    private Optional<LimitChange> change(String kind, String amount, String remove) {
        MonthSpending month = ledger.monthSpending(visitor.organizationId());
        LimitKind which = kind(kind);
        Optional<Money> before = which == LimitKind.HARD ? month.hardLimit() : month.softLimit();
        return remove.equals("yes")
                ? Optional.of(new LimitChange(which, before, Optional.empty(), month.spent()))
                : Money.parse(amount)
                        .map(
                                set ->
                                        new LimitChange(
                                                which, before, Optional.of(set), month.spent()));
    }

    private static LimitKind kind(String kind) {
        for (LimitKind each : LimitKind.values()) {
            if (each.name().toLowerCase(Locale.ROOT).equals(kind)) {
                return each;
            }
        }
        throw new NotFoundException();
    }
}
