package dev.scrip.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The table in the README is the code, for every combination. */
class SettlementMatrixTest {

    record Cell(Fate fate, boolean usage, boolean relayed, boolean gone) {}

    static Stream<Cell> cells() {
        List<Cell> cells = new ArrayList<>();
        for (Fate fate : Fate.values()) {
            for (int bits = 0; bits < 8; bits++) {
                cells.add(new Cell(fate, (bits & 1) > 0, (bits & 2) > 0, (bits & 4) > 0));
            }
        }
        return cells.stream();
    }

    @ParameterizedTest
    @MethodSource("cells")
    void saysWhatTheReadmeSays(Cell cell) throws IOException {
        List<List<String>> rows =
                table().stream()
                        .filter(
                                row ->
                                        row.get(0).equals(cell.fate.name())
                                                && matches(row.get(1), cell.usage)
                                                && matches(row.get(2), cell.relayed)
                                                && matches(row.get(3), cell.gone))
                        .toList();

        assertThat(rows).as("rows for %s", cell).hasSize(1);
        assertThat(words(SettlementMatrix.decide(cell.fate, cell.usage, cell.relayed, cell.gone)))
                .isEqualTo(rows.getFirst().subList(4, 6));
    }

    private static boolean matches(String said, boolean is) {
        return said.equals("any") || said.equals(is ? "yes" : "no");
    }

    private static List<String> words(SettlementMatrix.Verdict verdict) {
        return switch (verdict) {
            case SettlementMatrix.Verdict.Release() -> List.of("nothing", "-");
            case SettlementMatrix.Verdict.ByUsage(Ending ending) -> List.of("usage", ending.word());
            case SettlementMatrix.Verdict.ByCount(Ending ending) ->
                    List.of("our count", ending.word());
        };
    }

    private static List<List<String>> table() throws IOException {
        return Files.readAllLines(Path.of("README.md")).stream()
                .filter(line -> line.matches("\\| [A-Z_]+ \\|.*"))
                .map(line -> Arrays.stream(line.split("\\|")).skip(1).map(String::strip).toList())
                .toList();
    }
}
