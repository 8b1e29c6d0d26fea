package dev.scrip.console;

import dev.scrip.console.UsageOrder.Heading;
import jakarta.ws.rs.core.MultivaluedMap;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A table whose rows come in an order of their own until the address asks for another one ({@code
 * sort=accounts.debit.down}).
 *
 * @param id names the table on its page
 * @param columns in their order
 */
record TableOrder<R>(String id, List<Column<R>> columns) {

    /**
     * One column.
     *
     * @param key names it in the address
     */
    record Column<R>(String key, String title, boolean numeric, Comparator<R> order) {}

    List<R> sort(List<R> rows, MultivaluedMap<String, String> parameters) {
        for (Column<R> column : columns) {
            if (asked(parameters).equals(address(column, true))) {
                return rows.stream().sorted(column.order.reversed()).toList();
            }
            if (asked(parameters).equals(address(column, false))) {
                return rows.stream().sorted(column.order).toList();
            }
        }
        return rows;
    }

    /**
     * @param page the page's address with its filters, to which a parameter can be added
     */
    List<Heading> headings(String page, MultivaluedMap<String, String> parameters) {
        return columns.stream().map(column -> heading(column, page, parameters)).toList();
    }

    private Heading heading(
            Column<R> column, String page, MultivaluedMap<String, String> parameters) {
        boolean up = asked(parameters).equals(address(column, false));
        boolean down = asked(parameters).equals(address(column, true));
        boolean next = up || (column.numeric && !down);
        return new Heading(
                column.title,
                column.numeric,
                down ? "descending" : up ? "ascending" : "",
                page + "&sort=" + address(column, next) + "#" + id);
    }

    private String address(Column<R> column, boolean descending) {
        return id + "." + column.key + (descending ? ".down" : ".up");
    }

    private static String asked(MultivaluedMap<String, String> parameters) {
        return Optional.ofNullable(parameters.getFirst("sort")).orElse("");
    }
}
