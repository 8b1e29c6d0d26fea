package dev.scrip.console;

import dev.scrip.console.UsageView.Row;
import jakarta.ws.rs.core.MultivaluedMap;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How one table of the usage page is sorted, as it stands in the address ({@code
 * sort=models.cost.down}); the other tables keep the order in which they come.
 */
public record UsageOrder(String table, Column column, boolean descending) {

    static final UsageOrder NONE = new UsageOrder("", Column.NAME, false);

    /** A column that a table can be sorted by. */
    public enum Column {
        NAME(""),
        REQUESTS("Requests"),
        INPUT("Input tokens"),
        CACHED("Of them cached"),
        OUTPUT("Output tokens"),
        COST("Cost");

        private final String title;

        Column(String title) {
            this.title = title;
        }

        private String parameter() {
            return name().toLowerCase(Locale.ROOT);
        }

        private Comparator<Row> comparator() {
            return switch (this) {
                case NAME -> Comparator.comparing(Row::order);
                case REQUESTS -> Comparator.comparingLong(row -> row.sum().requests());
                case INPUT -> Comparator.comparingLong(row -> row.sum().inputTokens());
                case CACHED -> Comparator.comparingLong(row -> row.sum().cachedInputTokens());
                case OUTPUT -> Comparator.comparingLong(row -> row.sum().outputTokens());
                case COST -> Comparator.comparing(row -> row.sum().amount());
            };
        }
    }

    /**
     * @param sorted "ascending", "descending" or empty, for {@code aria-sort}
     * @param address sorts by this column, or turns the order around
     */
    public record Heading(String title, boolean numeric, String sorted, String address) {}

    static UsageOrder read(MultivaluedMap<String, String> parameters) {
        String asked = Optional.ofNullable(parameters.getFirst("sort")).orElse("");
        String[] parts = asked.split("\\.", -1);
        if (parts.length != 3) {
            return NONE;
        }
        for (Column column : Column.values()) {
            if (column.parameter().equals(parts[1])) {
                return new UsageOrder(parts[0], column, parts[2].equals("down"));
            }
        }
        return NONE;
    }

    List<Row> sort(String id, List<Row> rows) {
        if (!id.equals(table)) {
            return rows;
        }
        return rows.stream()
                .sorted(descending ? column.comparator().reversed() : column.comparator())
                .toList();
    }

    List<Heading> headings(String id, String title, UsageFilter filter) {
        return Arrays.stream(Column.values())
                .map(each -> heading(id, title, each, filter))
                .toList();
    }

    private Heading heading(String id, String title, Column each, UsageFilter filter) {
        boolean current = id.equals(table) && each == column;
        boolean next = current ? !descending : each != Column.NAME;
        return new Heading(
                each == Column.NAME ? title : each.title,
                each != Column.NAME,
                current ? (descending ? "descending" : "ascending") : "",
                "/usage%s&sort=%s.%s.%s#%s"
                        .formatted(
                                filter.address(), id, each.parameter(), next ? "down" : "up", id));
    }
}
