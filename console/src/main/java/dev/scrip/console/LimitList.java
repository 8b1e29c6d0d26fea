package dev.scrip.console;

import dev.scrip.ledger.BudgetPeriod;
import dev.scrip.ledger.LimitKind;
import dev.scrip.ledger.Subject;
import jakarta.ws.rs.core.MultivaluedMap;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Which limits the list shows and how it is sorted, exactly as it stands in the address.
 *
 * @param whose a kind of subject; empty: all
 * @param period empty: all
 * @param kind hard or soft; empty: both
 * @param near only what is nearly or wholly used
 */
public record LimitList(
        Optional<Subject.Kind> whose,
        Optional<BudgetPeriod> period,
        Optional<LimitKind> kind,
        boolean near,
        Column column,
        boolean descending) {

    /** A column that limits can be sorted by. */
    public enum Column {
        WHOSE("Whose"),
        KIND("Kind"),
        LIMIT("Limit"),
        SPENT("Spent in this period"),
        RESETS("From zero again");

        private final String title;

        Column(String title) {
            this.title = title;
        }

        private Comparator<LimitRow> comparator() {
            return switch (this) {
                case WHOSE ->
                        Comparator.comparing((LimitRow row) -> row.subject().kind())
                                .thenComparing(LimitRow::whose)
                                .thenComparing(row -> row.state().budget().period());
                case KIND -> Comparator.comparing(row -> row.state().budget().kind());
                case LIMIT -> Comparator.comparing(LimitRow::amount);
                case SPENT -> Comparator.comparingLong(row -> row.view().percent());
                case RESETS ->
                        Comparator.comparing(
                                LimitRow::resetsAt,
                                Comparator.nullsLast(Comparator.naturalOrder()));
            };
        }
    }

    /**
     * @param sorted "ascending", "descending" or empty, for {@code aria-sort}
     * @param address sorts by this column, or turns the order around
     */
    public record Heading(String title, boolean numeric, String sorted, String address) {}

    /** A line of one of the filters. */
    public record Choice(String value, String name, boolean chosen) {}

    static LimitList read(MultivaluedMap<String, String> address) {
        String sort = Optional.ofNullable(address.getFirst("sort")).orElse("");
        return new LimitList(
                constant(Subject.Kind.values(), address.getFirst("whose")),
                constant(BudgetPeriod.values(), address.getFirst("period")),
                constant(LimitKind.values(), address.getFirst("kind")),
                "yes".equals(address.getFirst("near")),
                constant(Column.values(), sort.replaceFirst("\\.(up|down)$", ""))
                        .orElse(Column.WHOSE),
                sort.endsWith(".down"));
    }

    private static <E extends Enum<E>> Optional<E> constant(E[] all, @Nullable String typed) {
        return Arrays.stream(all).filter(each -> parameter(each).equals(typed)).findFirst();
    }

    private static String parameter(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    List<LimitRow> rows(List<LimitRow> all) {
        Comparator<LimitRow> order = column.comparator();
        return all.stream()
                .filter(row -> whose.isEmpty() || whose.get() == row.subject().kind())
                .filter(row -> period.isEmpty() || period.get() == row.state().budget().period())
                .filter(row -> kind.isEmpty() || kind.get() == row.state().budget().kind())
                .filter(row -> !near || row.isNear())
                .sorted(
                        (descending ? order.reversed() : order)
                                .thenComparing(Column.WHOSE.comparator()))
                .toList();
    }

    public boolean isNarrowed() {
        return whose.isPresent() || period.isPresent() || kind.isPresent() || near;
    }

    public List<Choice> kinds() {
        return choices(
                Subject.Kind.values(), whose, each -> LimitSubjects.kindName((Subject.Kind) each));
    }

    public List<Choice> periods() {
        return choices(BudgetPeriod.values(), period, each -> LimitForm.name((BudgetPeriod) each));
    }

    public List<Choice> hardness() {
        return choices(LimitKind.values(), kind, each -> each == LimitKind.HARD ? "Hard" : "Soft");
    }

    private static List<Choice> choices(
            Enum<?>[] all, Optional<? extends Enum<?>> chosen, Function<Enum<?>, String> name) {
        return Arrays.stream(all)
                .map(
                        each ->
                                new Choice(
                                        parameter(each),
                                        name.apply(each),
                                        chosen.filter(one -> one == each).isPresent()))
                .toList();
    }

    /** The filters as they stand in an address, without the order. */
    private String filters() {
        StringBuilder address = new StringBuilder("?");
        whose.ifPresent(each -> address.append("whose=").append(parameter(each)).append('&'));
        period.ifPresent(each -> address.append("period=").append(parameter(each)).append('&'));
        kind.ifPresent(each -> address.append("kind=").append(parameter(each)).append('&'));
        return address + (near ? "near=yes&" : "");
    }

    /** How it is sorted, for the form that changes the filters. */
    public String sort() {
        return "%s.%s".formatted(parameter(column), descending ? "down" : "up");
    }

    /** The same list as a file. */
    public String export() {
        return "/limits/export.csv%ssort=%s".formatted(filters(), sort());
    }

    public List<Heading> headings() {
        return Arrays.stream(Column.values()).map(this::heading).toList();
    }

    private Heading heading(Column each) {
        boolean current = each == column;
        return new Heading(
                each.title,
                each == Column.LIMIT,
                current ? (descending ? "descending" : "ascending") : "",
                "/limits%ssort=%s.%s#all"
                        .formatted(
                                filters(),
                                parameter(each),
                                current ? (descending ? "up" : "down") : firstOrder(each)));
    }

    /** What is most used is looked for first. */
    private static String firstOrder(Column each) {
        return each == Column.SPENT || each == Column.LIMIT ? "down" : "up";
    }
}
