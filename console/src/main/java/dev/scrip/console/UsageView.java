package dev.scrip.console;

import dev.scrip.metering.DayModelSum;
import dev.scrip.metering.UsageSum;
import dev.scrip.organizations.ApiKey;
import dev.scrip.organizations.Project;
import dev.scrip.postgres.Ids;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Everything on the usage page that depends on the filter.
 *
 * @param total the whole of the filter, as one line
 * @param days the bars of the chart, in order of days
 * @param order how one of the tables is sorted
 */
public record UsageView(
        UsageFilter filter,
        UsageSum total,
        List<DayModelSum> days,
        List<Table> tables,
        UsageOrder order) {

    /** What ran elsewhere may have come without a key, and so without a member. */
    static final long NO_KEY = 0;

    private static final long NOBODY = 0;
    private static final String WITHOUT_KEY = "Without a key";

    /**
     * Usage by one heading. Its rows add up to the view's total: each request has one day, one
     * model, one project and one key, and a key has one owner.
     *
     * @param id names the table in the page
     */
    public record Table(String id, String heading, List<Row> rows) {

        public String title() {
            return "By " + (heading.equals("API key") ? heading : heading.toLowerCase(Locale.ROOT));
        }
    }

    /**
     * @param address opens the requests behind the row
     */
    public record Row(String name, String address, UsageSum sum) {

        /** What rows are sorted by when they are sorted by name; days by their date. */
        String order() {
            return sum.group().matches("\\d{4}-\\d{2}-\\d{2}") ? sum.group() : name;
        }
    }

    /**
     * @param requests opens the requests behind the bar
     * @param usage opens the bar's day on this page
     * @param opens what a click on the bar opens: its day, or on a page of one day its requests
     */
    public record Bar(DayModelSum sum, String usage, String requests, String opens) {}

    public List<Row> rows(Table table) {
        return order.sort(table.id(), table.rows());
    }

    public List<UsageOrder.Heading> headings(Table table) {
        return order.headings(table.id(), table.heading(), filter);
    }

    /** Input and output; the cached input is part of the input. */
    public long tokens() {
        return Math.addExact(total.inputTokens(), total.outputTokens());
    }

    /** Whether something was used that is no plain token. */
    public boolean withUnits() {
        return total.images() > 0 || total.audioSeconds() > 0 || total.characters() > 0;
    }

    /** Opens all requests of the filter. */
    public String requests() {
        return "/requests" + filter.address();
    }

    /** What each end user cost. */
    public String endUsers() {
        return "/usage/end-users" + filter.address();
    }

    public String export() {
        return "/usage/export.csv" + filter.address();
    }

    public boolean isEmpty() {
        return total.requests() == 0;
    }

    public List<Bar> bars() {
        return days.stream()
                .map(
                        sum -> {
                            UsageFilter day = filter.onDay(sum.day());
                            String usage = "/usage" + day.address();
                            String requests =
                                    "/requests" + day.of(day.of().ofModel(sum.model())).address();
                            boolean oneDay = filter.from().equals(filter.to());
                            return new Bar(sum, usage, requests, oneDay ? requests : usage);
                        })
                .toList();
    }

    static Table byDay(UsageFilter filter, List<UsageSum> sums, Function<LocalDate, String> name) {
        return new Table(
                "days",
                "Day",
                sums.stream()
                        .map(
                                sum -> {
                                    LocalDate day = LocalDate.parse(sum.group());
                                    return row(name.apply(day), filter.onDay(day), sum);
                                })
                        .toList());
    }

    static Table byModel(UsageFilter filter, List<UsageSum> sums) {
        return named("models", "Model", filter, sums, filter.of()::ofModel);
    }

    static Table byProject(UsageFilter filter, List<UsageSum> sums, List<Project> projects) {
        Map<Long, String> names =
                projects.stream().collect(Collectors.toMap(Project::id, Project::name));
        return new Table(
                "projects",
                "Project",
                sums.stream()
                        .map(
                                sum -> {
                                    long id = Long.parseLong(sum.group());
                                    String name =
                                            names.getOrDefault(id, Ids.print(Project.PREFIX, id));
                                    return row(name, filter.of(filter.of().ofProject(id)), sum);
                                })
                        .toList());
    }

    static Table byKey(UsageFilter filter, List<UsageSum> sums, List<ApiKey> keys) {
        Map<Long, String> names =
                keys.stream().collect(Collectors.toMap(ApiKey::id, UsageView::keyName));
        return new Table(
                "keys",
                "API key",
                sums.stream()
                        .map(
                                sum -> {
                                    long id = Long.parseLong(sum.group());
                                    String name =
                                            id == NO_KEY
                                                    ? WITHOUT_KEY
                                                    : names.getOrDefault(
                                                            id, Ids.print(ApiKey.PREFIX, id));
                                    return row(name, filter.of(filter.of().ofKey(id)), sum);
                                })
                        .toList());
    }

    /**
     * What came with each member's keys.
     *
     * @param byKey the sums by API key, whose owners are looked up
     */
    static Table byMember(UsageFilter filter, List<UsageSum> byKey, FilterParts parts) {
        Map<Long, Long> owners =
                parts.keys().stream().collect(Collectors.toMap(ApiKey::id, ApiKey::createdBy));
        Map<Long, UsageSum> sums = new TreeMap<>();
        for (UsageSum sum : byKey) {
            long owner = owners.getOrDefault(Long.parseLong(sum.group()), NOBODY);
            sums.merge(owner, sum, UsageSum::plus);
        }
        return new Table(
                "members",
                "Member",
                sums.entrySet().stream()
                        .map(each -> member(filter, each.getKey(), each.getValue(), parts))
                        .sorted(
                                Comparator.comparing((Row row) -> row.sum().amount())
                                        .reversed()
                                        .thenComparing(Row::name))
                        .toList());
    }

    static Table byEndUser(UsageFilter filter, List<UsageSum> sums) {
        return named("end-users", "End user", filter, sums, filter.of()::ofEndUser);
    }

    /** Where what is added up is its own name. */
    private static Table named(
            String id,
            String title,
            UsageFilter filter,
            List<UsageSum> sums,
            Function<String, UsageOf> narrowed) {
        return new Table(
                id,
                title,
                sums.stream()
                        .map(sum -> row(sum.group(), filter.of(narrowed.apply(sum.group())), sum))
                        .toList());
    }

    private static Row member(UsageFilter filter, long id, UsageSum sum, FilterParts parts) {
        if (id == NOBODY) {
            return row(WITHOUT_KEY, filter.of(filter.of().ofKey(NO_KEY)), sum);
        }
        String name = parts.people().getOrDefault(id, Ids.print(LimitSubjects.MEMBER_PREFIX, id));
        return row(name, filter.of(filter.of().ofMember(id)), sum);
    }

    /** A key as people recognize it, the revoked ones marked. */
    static String keyName(ApiKey key) {
        String name = "%s (%s…%s)".formatted(key.name(), key.start(), key.end());
        return key.revokedAt() == null ? name : name + ", revoked";
    }

    private static Row row(String name, UsageFilter filter, UsageSum sum) {
        return new Row(name, "/requests" + filter.address(), sum);
    }
}
