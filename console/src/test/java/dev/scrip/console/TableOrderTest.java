package dev.scrip.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scrip.console.TableOrder.Column;
import dev.scrip.console.UsageOrder.Heading;
import jakarta.ws.rs.core.MultivaluedHashMap;
import jakarta.ws.rs.core.MultivaluedMap;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;

class TableOrderTest {

    private static final TableOrder<String> WORDS =
            new TableOrder<>(
                    "words",
                    List.of(
                            new Column<String>("word", "Word", false, Comparator.naturalOrder()),
                            new Column<String>(
                                    "length",
                                    "Length",
                                    true,
                                    Comparator.comparingInt(String::length))));
    private static final List<String> ROWS = List.of("pear", "fig", "apple");

    private static MultivaluedMap<String, String> sort(String value) {
        MultivaluedMap<String, String> parameters = new MultivaluedHashMap<>();
        parameters.add("sort", value);
        return parameters;
    }

    @Test
    void sortsAsTheAddressAsks() {
        assertThat(WORDS.sort(ROWS, sort("words.word.up"))).containsExactly("apple", "fig", "pear");
        assertThat(WORDS.sort(ROWS, sort("words.length.down")))
                .containsExactly("apple", "pear", "fig");
        assertThat(WORDS.sort(ROWS, sort("other.length.down"))).isEqualTo(ROWS);
        assertThat(WORDS.sort(ROWS, new MultivaluedHashMap<>())).isEqualTo(ROWS);
    }

    @Test
    void headingsTurnTheOrderAround() {
        assertThat(WORDS.headings("/p?a=1", sort("words.length.down")))
                .containsExactly(
                        new Heading("Word", false, "", "/p?a=1&sort=words.word.up#words"),
                        new Heading(
                                "Length", true, "descending", "/p?a=1&sort=words.length.up#words"));
        assertThat(WORDS.headings("/p?a=1", sort("words.word.up")).getFirst())
                .isEqualTo(
                        new Heading(
                                "Word", false, "ascending", "/p?a=1&sort=words.word.down#words"));
    }
}
