package dev.scrip.console;

import dev.scrip.identity.Identity;
import dev.scrip.ledger.Ledger;
import dev.scrip.metering.Metering;
import dev.scrip.metering.UsageQuery;
import dev.scrip.metering.UsageRecord;
import dev.scrip.metering.UsageSum;
import dev.scrip.organizations.ApiKey;
import dev.scrip.organizations.Organizations;
import dev.scrip.organizations.Project;
import dev.scrip.postgres.Ids;
import dev.scrip.pricing.Price;
import dev.scrip.pricing.PriceBook;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Every request, and for each one the explanation of its cost. */
@Path("/requests")
@RunOnVirtualThread
class RequestPages {

    /** How a request's id is written in public. */
    static final String PREFIX = "req_";

    /** Whoever ran the request named its amount. */
    private static final long NO_PRICE = 0;

    private static final int PAGE_ROWS = 50;

    /**
     * @param first the newest requests; null: these are they
     * @param next the page behind this one; null: there is none
     */
    @CheckedTemplate(basePath = "")
    record Requests(
            List<Row> rows,
            UsageSum total,
            FilterForm form,
            String export,
            @Nullable String first,
            @Nullable String next)
            implements TemplateInstance {}

    /**
     * @param operator the visitor is one, and may see what the upstream asked
     */
    @CheckedTemplate(basePath = "")
    record Receipt(
            String id,
            Row row,
            String entry,
            RequestReceipt receipt,
            boolean operator,
            List<DrawRow> draws)
            implements TemplateInstance {}

    /**
     * One request, with names in place of ids.
     *
     * @param memberName whose key it was; empty: it came without one
     */
    public record Row(
            String id, String projectName, String keyName, String memberName, UsageRecord record) {

        /** Opens what else this end user asked for. */
        public String ofEndUser() {
            String name = Objects.requireNonNullElse(record.endUser(), "");
            return "/requests?range=30d" + UsageOf.EVERYTHING.ofEndUser(name).address();
        }

        /** "2 images 1024x1024/high, 61 seconds of audio"; empty for plain tokens. */
        public String units() {
            return RequestReceipt.unpriced(record).used().stream()
                    .map(used -> used.quantity() + " " + used.what().toLowerCase(Locale.ROOT))
                    .collect(Collectors.joining(", "));
        }

        /** "client gone". */
        public String ending() {
            return record.ending().replace('_', ' ');
        }
    }

    private final Ledger ledger;
    private final Metering metering;
    private final PriceBook prices;
    private final Organizations organizations;
    private final Identity identity;
    private final Visitor visitor;
    private final Page page;
    private final InstantSource clock;

    RequestPages(
            Ledger ledger,
            Metering metering,
            PriceBook prices,
            Organizations organizations,
            Identity identity,
            Visitor visitor,
            Page page,
            InstantSource clock) {
        this.ledger = ledger;
        this.metering = metering;
        this.prices = prices;
        this.organizations = organizations;
        this.identity = identity;
        this.visitor = visitor;
        this.page = page;
        this.clock = clock;
    }

    @GET
    public Response requests(@Context UriInfo address) {
        Instant now = clock.instant();
        MultivaluedMap<String, String> parameters = address.getQueryParameters();
        UsageFilter filter =
                UsageFilter.read(parameters, page.zone(), now, UsageFilter.LIST_DAYS_MAX);
        Optional<Long> before =
                Optional.ofNullable(parameters.getFirst("before"))
                        .flatMap(printed -> Ids.parse(PREFIX, printed));
        long organizationId = visitor.organizationId();
        FilterParts parts = FilterParts.of(organizations, identity, organizationId);
        UsageQuery query = filter.query(organizationId, parts.keys());
        List<UsageRecord> found = metering.requests(query, before, PAGE_ROWS + 1);
        List<UsageRecord> shown = found.subList(0, Math.min(PAGE_ROWS, found.size()));
        String here = "/requests" + filter.address();
        return Pages.show(
                new Requests(
                        shown.stream().map(record -> row(record, parts)).toList(),
                        metering.total(query),
                        FilterForm.of(
                                "/requests",
                                filter,
                                FilterForm.models(metering, organizationId, filter),
                                parts,
                                now),
                        "/usage/export.csv" + filter.address(),
                        before.isPresent() ? here : null,
                        found.size() > shown.size()
                                ? here + "&before=" + print(shown.getLast().requestId())
                                : null));
    }

    @GET
    @Path("/{id}")
    public Response receipt(@PathParam("id") String printed) {
        long organizationId = visitor.organizationId();
        UsageRecord record =
                Ids.parse(PREFIX, printed)
                        .flatMap(id -> metering.request(organizationId, id))
                        .orElseThrow(NotFoundException::new);
        Row row = row(record, FilterParts.of(organizations, identity, organizationId));
        return Pages.show(
                new Receipt(
                        printed,
                        row,
                        Ids.print(BillingPages.ENTRY_PREFIX, record.entryId()),
                        explain(record),
                        visitor.isOperator(),
                        ledger
                                .explain(organizationId, record.entryId(), record.requestId())
                                .stream()
                                .map(DrawRow::of)
                                .toList()));
    }

    private RequestReceipt explain(UsageRecord record) {
        if (record.priceId() == NO_PRICE) {
            return RequestReceipt.unpriced(record);
        }
        Price price =
                prices.version(record.priceId())
                        .orElseThrow(
                                () ->
                                        new IllegalStateException(
                                                "no price version " + record.priceId()));
        return RequestReceipt.explain(record, price);
    }

    private static Row row(UsageRecord record, FilterParts parts) {
        Optional<ApiKey> key =
                parts.keys().stream().filter(each -> each.id() == record.apiKeyId()).findFirst();
        return new Row(
                print(record.requestId()),
                parts.projects().stream()
                        .filter(project -> project.id() == record.projectId())
                        .map(Project::name)
                        .findFirst()
                        .orElseGet(() -> Ids.print(Project.PREFIX, record.projectId())),
                key.map(UsageView::keyName)
                        .orElseGet(
                                () ->
                                        record.apiKeyId() == UsageView.NO_KEY
                                                ? "None"
                                                : Ids.print(ApiKey.PREFIX, record.apiKeyId())),
                key.map(each -> parts.people().getOrDefault(each.createdBy(), "")).orElse(""),
                record);
    }

    private static String print(long requestId) {
        return Ids.print(PREFIX, requestId);
    }
}
