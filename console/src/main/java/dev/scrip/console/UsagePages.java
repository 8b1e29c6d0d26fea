package dev.scrip.console;

import dev.scrip.identity.Identity;
import dev.scrip.ledger.Ledger;
import dev.scrip.metering.Metering;
import dev.scrip.metering.UsageGroup;
import dev.scrip.metering.UsageQuery;
import dev.scrip.metering.UsageSum;
import dev.scrip.organizations.Organizations;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import jakarta.ws.rs.core.UriInfo;
import java.io.BufferedWriter;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/** What was used and what it cost, by day, model, project, key and member. */
@Path("/usage")
@RunOnVirtualThread
class UsagePages {

    @CheckedTemplate(basePath = "")
    record Usage(WalletFigures wallet, UsageView usage, FilterForm form)
            implements TemplateInstance {}

    /** Every request of these days is read, so there are few of them: a month. */
    private static final int END_USER_DAYS_MAX = 31;

    private static final int END_USERS_MAX = 100;

    /**
     * @param more end users than are shown
     */
    @CheckedTemplate(basePath = "")
    record EndUsers(UsageView.Table table, boolean more, FilterForm form)
            implements TemplateInstance {}

    private final Ledger ledger;
    private final Metering metering;
    private final Organizations organizations;
    private final Identity identity;
    private final Visitor visitor;
    private final Page page;
    private final InstantSource clock;

    UsagePages(
            Ledger ledger,
            Metering metering,
            Organizations organizations,
            Identity identity,
            Visitor visitor,
            Page page,
            InstantSource clock) {
        this.ledger = ledger;
        this.metering = metering;
        this.organizations = organizations;
        this.identity = identity;
        this.visitor = visitor;
        this.page = page;
        this.clock = clock;
    }

    @GET
    public Response usage(@Context UriInfo address) {
        Instant now = clock.instant();
        long organizationId = visitor.organizationId();
        MultivaluedMap<String, String> parameters = address.getQueryParameters();
        UsageFilter filter =
                UsageFilter.read(parameters, page.zone(), now, UsageFilter.CHART_DAYS_MAX);
        FilterParts parts = FilterParts.of(organizations, identity, organizationId);
        return Pages.show(
                new Usage(
                        WalletFigures.read(ledger, metering, organizationId, now),
                        view(filter, UsageOrder.read(parameters), parts),
                        FilterForm.of(
                                "/usage",
                                filter,
                                FilterForm.models(metering, organizationId, filter),
                                parts,
                                now)));
    }

    /** The end users that cost most. */
    @GET
    @Path("/end-users")
    public Response endUsers(@Context UriInfo address) {
        Instant now = clock.instant();
        long organizationId = visitor.organizationId();
        UsageFilter filter =
                UsageFilter.read(address.getQueryParameters(), page.zone(), now, END_USER_DAYS_MAX);
        FilterParts parts = FilterParts.of(organizations, identity, organizationId);
        List<UsageSum> found =
                metering.endUsers(filter.query(organizationId, parts.keys()), END_USERS_MAX + 1);
        return Pages.show(
                new EndUsers(
                        UsageView.byEndUser(
                                filter, found.subList(0, Math.min(END_USERS_MAX, found.size()))),
                        found.size() > END_USERS_MAX,
                        FilterForm.of(
                                "/usage/end-users",
                                filter,
                                FilterForm.models(metering, organizationId, filter),
                                parts,
                                now)));
    }

    /** The requests behind the page, with exact amounts. */
    @GET
    @Path("/export.csv")
    public Response export(@Context UriInfo address) {
        UsageFilter filter =
                UsageFilter.read(
                        address.getQueryParameters(),
                        page.zone(),
                        clock.instant(),
                        UsageFilter.LIST_DAYS_MAX);
        long organizationId = visitor.organizationId();
        UsageQuery query = filter.query(organizationId, organizations.keys(organizationId));
        StreamingOutput body =
                out -> {
                    Writer text =
                            new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
                    UsageCsv.write(metering, query, text);
                    text.flush();
                };
        return Csv.download("usage-%s-to-%s".formatted(filter.from(), filter.to()), body);
    }

    private UsageView view(UsageFilter filter, UsageOrder order, FilterParts parts) {
        UsageQuery query = filter.query(visitor.organizationId(), parts.keys());
        List<UsageSum> byKey = sums(query, UsageGroup.API_KEY);
        return new UsageView(
                filter,
                metering.total(query),
                metering.byDayAndModel(query),
                List.of(
                        UsageView.byDay(filter, sums(query, UsageGroup.DAY), page.formats()::day),
                        UsageView.byModel(filter, sums(query, UsageGroup.MODEL)),
                        UsageView.byProject(
                                filter, sums(query, UsageGroup.PROJECT), parts.projects()),
                        UsageView.byKey(filter, byKey, parts.keys()),
                        UsageView.byMember(filter, byKey, parts)),
                order);
    }

    private List<UsageSum> sums(UsageQuery query, UsageGroup group) {
        return metering.sums(query, group);
    }
}
