package dev.scrip.console;

import dev.scrip.console.TableOrder.Column;
import dev.scrip.console.UsageOrder.Heading;
import dev.scrip.metering.Metering;
import dev.scrip.metering.UsageSum;
import dev.scrip.money.Money;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/** What all organizations used of each model, what it brought, what it cost, what was left. */
@Path("/operator/usage")
@Needs(Access.OPERATOR)
@RunOnVirtualThread
class OperatorUsagePages {

    private static final String PATH = "/operator/usage";

    private static final TableOrder<MarginRow> ORDER =
            new TableOrder<>(
                    "models",
                    List.of(
                            new Column<>(
                                    "model",
                                    "Model",
                                    false,
                                    Comparator.comparing(MarginRow::model)),
                            count("requests", "Requests", UsageSum::requests),
                            count("input", "Input tokens", UsageSum::inputTokens),
                            count("output", "Output tokens", UsageSum::outputTokens),
                            amount("charged", "Charged", UsageSum::amount),
                            amount("costed", "Of it with known cost", UsageSum::costed),
                            amount("cost", "Upstreams’ cost", UsageSum::upstreamCost),
                            amount("margin", "Margin", UsageSum::margin),
                            new Column<>(
                                    "percent",
                                    "Margin, %",
                                    true,
                                    Comparator.comparingLong(MarginRow::marginPercent))));

    private static Column<MarginRow> count(String key, String title, ToLongFunction<UsageSum> of) {
        return new Column<>(
                key, title, true, Comparator.comparingLong(row -> of.applyAsLong(row.sum())));
    }

    private static Column<MarginRow> amount(
            String key, String title, Function<UsageSum, Money> of) {
        return new Column<>(key, title, true, Comparator.comparing(row -> of.apply(row.sum())));
    }

    @CheckedTemplate(basePath = "")
    record OperatorUsage(
            FilterForm form,
            List<MarginRow> rows,
            MarginRow total,
            List<Heading> headings,
            String export)
            implements TemplateInstance {}

    private final Metering metering;
    private final Page page;
    private final InstantSource clock;

    OperatorUsagePages(Metering metering, Page page, InstantSource clock) {
        this.metering = metering;
        this.page = page;
        this.clock = clock;
    }

    @GET
    public Response usage(@Context UriInfo address) {
        MultivaluedMap<String, String> parameters = address.getQueryParameters();
        UsageFilter filter = filter(parameters);
        List<MarginRow> rows = rows(filter);
        return Pages.show(
                new OperatorUsage(
                        FilterForm.of(PATH, filter, List.of(), FilterParts.NONE, clock.instant()),
                        ORDER.sort(rows, parameters),
                        total(rows),
                        ORDER.headings(PATH + filter.address(), parameters),
                        PATH + "/export.csv" + filter.address()));
    }

    /** The same with exact amounts. */
    @GET
    @Path("/export.csv")
    public Response export(@Context UriInfo address) {
        UsageFilter filter = filter(address.getQueryParameters());
        return Csv.download(
                "margins-%s-to-%s".formatted(filter.from(), filter.to()),
                MarginCsv.write(rows(filter)));
    }

    /** Only days count here: all organizations and models are shown. */
    private UsageFilter filter(MultivaluedMap<String, String> parameters) {
        UsageFilter read =
                UsageFilter.read(
                        parameters, page.zone(), clock.instant(), UsageFilter.CHART_DAYS_MAX);
        return new UsageFilter(
                read.preset(),
                read.from(),
                read.to(),
                read.zone(),
                UsageOf.EVERYTHING,
                read.notices());
    }

    private List<MarginRow> rows(UsageFilter filter) {
        return metering.modelsOfAll(filter.from(), filter.to(), filter.zone()).stream()
                .map(MarginRow::new)
                .toList();
    }

    private static MarginRow total(List<MarginRow> rows) {
        return new MarginRow(
                rows.stream().map(MarginRow::sum).reduce(UsageSum.NOTHING, UsageSum::plus));
    }
}
