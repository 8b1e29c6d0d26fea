package dev.scrip.console;

import dev.scrip.ledger.Ledger;
import dev.scrip.metering.Metering;
import dev.scrip.metering.UsageGroup;
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

    private static final long NO_KEY = 0;

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
            String projectName,
            String keyName,
            String entry,
            RequestReceipt receipt,
            boolean operator,
            List<DrawRow> draws)
            implements TemplateInstance {}

    /** One line of the list. */
    public record Row(String id, String projectName, String keyName, UsageRecord record) {

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
    private final Visitor visitor;
    private final Page page;
    private final InstantSource clock;

    RequestPages(
            Ledger ledger,
            Metering metering,
            PriceBook prices,
            Organizations organizations,
            Visitor visitor,
            Page page,
            InstantSource clock) {
        this.ledger = ledger;
        this.metering = metering;
        this.prices = prices;
        this.organizations = organizations;
        this.visitor = visitor;
        this.page = page;
        this.clock = clock;
    }

    @GET
    public Response requests(@Context UriInfo address) {
        Instant now = clock.instant();
        MultivaluedMap<String, String> parameters = address.getQueryParameters();
        UsageFilter filter = UsageFilter.read(parameters, page.zone(), now);
        Optional<Long> before =
                Optional.ofNullable(parameters.getFirst("before"))
                        .flatMap(printed -> Ids.parse(PREFIX, printed));
        long organizationId = visitor.organizationId();
        UsageQuery query = filter.query(organizationId);
        List<UsageRecord> found = metering.requests(query, before, PAGE_ROWS + 1);
        List<UsageRecord> shown = found.subList(0, Math.min(PAGE_ROWS, found.size()));
        List<Project> projects = organizations.projects(organizationId);
        List<ApiKey> keys = organizations.keys(organizationId);
        String here = "/requests" + filter.address();
        return Pages.show(
                new Requests(
                        shown.stream().map(record -> row(record, projects, keys)).toList(),
                        metering.total(query),
                        FilterForm.of("/requests", filter, models(filter), projects, keys, now),
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
        Row row =
                row(
                        record,
                        organizations.projects(organizationId),
                        organizations.keys(organizationId));
        return Pages.show(
                new Receipt(
                        printed,
                        row.projectName(),
                        row.keyName(),
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

    private static Row row(UsageRecord record, List<Project> projects, List<ApiKey> keys) {
        return new Row(
                print(record.requestId()),
                projects.stream()
                        .filter(project -> project.id() == record.projectId())
                        .map(Project::name)
                        .findFirst()
                        .orElseGet(() -> Ids.print(Project.PREFIX, record.projectId())),
                keys.stream()
                        .filter(key -> key.id() == record.apiKeyId())
                        .map(UsageView::keyName)
                        .findFirst()
                        .orElseGet(
                                () ->
                                        record.apiKeyId() == NO_KEY
                                                ? "None"
                                                : Ids.print(ApiKey.PREFIX, record.apiKeyId())),
                record);
    }

    private List<String> models(UsageFilter filter) {
        return metering
                .sums(filter.everything().query(visitor.organizationId()), UsageGroup.MODEL)
                .stream()
                .map(UsageSum::group)
                .sorted()
                .toList();
    }

    private static String print(long requestId) {
        return Ids.print(PREFIX, requestId);
    }
}
