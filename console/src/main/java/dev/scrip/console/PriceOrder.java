package dev.scrip.console;

import dev.scrip.pricing.Price;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** How a list of prices is sorted, as it stands in the address: {@code sort=output.down}. */
public record PriceOrder(Column column, boolean descending) {

    /** A column that prices can be sorted by. */
    public enum Column {
        MODEL("Model"),
        INPUT("Input"),
        CACHED("Cached input"),
        OUTPUT("Output"),
        CONTEXT("Context"),
        ANSWER("Longest answer"),
        SINCE("In force since");

        private final String title;

        Column(String title) {
            this.title = title;
        }

        private Comparator<Price> comparator() {
            return switch (this) {
                case MODEL -> Comparator.comparing(Price::model);
                case INPUT -> Comparator.comparingLong(Price::inputPicosPerToken);
                case CACHED -> Comparator.comparingLong(Price::cachedInputPicosPerToken);
                case OUTPUT -> Comparator.comparingLong(Price::outputPicosPerToken);
                case CONTEXT -> Comparator.comparingLong(Price::contextTokensMax);
                case ANSWER -> Comparator.comparingLong(Price::outputTokensMax);
                case SINCE -> Comparator.comparing(Price::effectiveFrom);
            };
        }

        private boolean isNumeric() {
            return this != MODEL && this != SINCE;
        }

        private String parameter() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * @param sorted "ascending", "descending" or empty, for {@code aria-sort}
     * @param address sorts by this column, or turns the order around
     */
    public record Heading(String title, boolean numeric, String sorted, String address) {}

    static PriceOrder read(String asked) {
        boolean descending = asked.endsWith(".down");
        String name = asked.replaceFirst("\\.(up|down)$", "");
        for (Column column : Column.values()) {
            if (column.parameter().equals(name)) {
                return new PriceOrder(column, descending);
            }
        }
        return new PriceOrder(Column.MODEL, false);
    }

    Comparator<Price> comparator() {
        Comparator<Price> ordered =
                descending ? column.comparator().reversed() : column.comparator();
        return ordered.thenComparing(Price::model)
                .thenComparing(price -> !price.isOfDefaultTier())
                .thenComparing(Price::serviceTier);
    }

    List<Heading> headings(String path, String search) {
        return Arrays.stream(Column.values()).map(each -> heading(each, path, search)).toList();
    }

    private Heading heading(Column each, String path, String search) {
        boolean current = each == column;
        return new Heading(
                each.title,
                each.isNumeric(),
                current ? (descending ? "descending" : "ascending") : "",
                "%s?q=%s&sort=%s.%s"
                        .formatted(
                                path,
                                Links.encode(search),
                                each.parameter(),
                                current && !descending ? "down" : "up"));
    }
}
