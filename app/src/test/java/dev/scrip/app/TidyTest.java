package dev.scrip.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A test of the source text itself: what a review would have to say again and again. */
class TidyTest {

    static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    /** Files longer than this are no longer one thing. */
    private static final int LINES_MAX = 450;

    /** Banned, with what to use instead. */
    private static final Map<Pattern, String> BANNED =
            Map.of(
                    Pattern.compile(
                            "System\\.currentTimeMillis|Instant\\.now\\(\\)(?!;? *// edge)"),
                    "the InstantSource that the class was given",
                    Pattern.compile("\\b(double|float)\\b(?!\\w)"),
                    "Money, or integers; where no money is near, say so with '// not money'",
                    Pattern.compile("printStackTrace|TODO|FIXME|XXX"),
                    "do it, or leave it out",
                    Pattern.compile("UnsupportedOperationException"),
                    "nothing unbuilt stands in the product",
                    Pattern.compile("Thread\\.sleep\\(\\d{4,}"),
                    "a condition to wait for");

    @Test
    void bannedCallsAreAbsent() throws IOException {
        List<String> faults = new ArrayList<>();
        for (Path file : sources("src/main/java")) {
            if (file.startsWith(ROOT.resolve("bench"))) {
                continue;
            }
            List<String> lines = Files.readAllLines(file);
            for (int i = 0; i < lines.size(); i++) {
                String line = lines.get(i);
                if (line.strip().startsWith("*") || line.contains("// not money")) {
                    continue;
                }
                for (Map.Entry<Pattern, String> banned : BANNED.entrySet()) {
                    if (banned.getKey().matcher(line).find()) {
                        faults.add(
                                "%s:%d: %s → use %s"
                                        .formatted(
                                                ROOT.relativize(file),
                                                i + 1,
                                                line.strip(),
                                                banned.getValue()));
                    }
                }
            }
        }
        assertThat(faults).isEmpty();
    }

    @Test
    void filesStayShort() throws IOException {
        List<String> faults = new ArrayList<>();
        for (Path file : sources("src")) {
            long lines;
            try (Stream<String> text = Files.lines(file)) {
                lines = text.count();
            }
            if (lines > LINES_MAX) {
                faults.add(ROOT.relativize(file) + " has " + lines + " lines");
            }
        }
        assertThat(faults).isEmpty();
    }

    @Test
    void sqlIsSpokenByStoresAlone() throws IOException {
        Pattern sql =
                Pattern.compile(
                        "\"\"\"\\s*(SELECT|INSERT|UPDATE|DELETE|WITH|COPY|LISTEN)\\b"
                                + "|\"(SELECT|INSERT INTO|UPDATE|DELETE FROM|COPY) ");
        List<String> faults = new ArrayList<>();
        for (Path file : sources("src/main/java")) {
            String name = file.getFileName().toString();
            boolean speaks = name.endsWith("Store.java") || file.startsWith(ROOT.resolve("bench"));
            if (!speaks && sql.matcher(Files.readString(file)).find()) {
                faults.add(ROOT.relativize(file) + " speaks SQL; only *Store classes may");
            }
        }
        assertThat(faults).isEmpty();
    }

    @Test
    void everyModuleSaysWhatItNeverDoes() throws IOException {
        List<String> faults = new ArrayList<>();
        for (String module : modules()) {
            Path readme = ROOT.resolve(module).resolve("README.md");
            if (!Files.exists(readme)) {
                faults.add(module + " has no README.md");
            } else if (!Files.readString(readme)
                    .toLowerCase(java.util.Locale.ROOT)
                    .contains("never")) {
                faults.add(module + "/README.md does not say what the module never does");
            }
        }
        assertThat(faults).isEmpty();
    }

    @Test
    void everyDependencyHasItsReason() throws IOException {
        String reasons = Files.readString(ROOT.resolve("docs/dependencies.md"));
        Pattern artifact = Pattern.compile("<artifactId>([^<]+)</artifactId>");
        List<String> missing = new ArrayList<>();
        for (String module : modules()) {
            String pom = Files.readString(ROOT.resolve(module).resolve("pom.xml"));
            String dependencies =
                    pom.replaceFirst("(?s).*?<dependencies>", "").replaceFirst("(?s)<build>.*", "");
            artifact.matcher(dependencies)
                    .results()
                    .map(match -> match.group(1))
                    .filter(name -> !name.startsWith("scrip-"))
                    .filter(name -> !reasons.contains("`" + name + "`"))
                    .forEach(name -> missing.add(module + " needs " + name));
        }
        assertThat(missing).as("dependencies without a line in docs/dependencies.md").isEmpty();
    }

    @Test
    void theRepositoryNamesNoMachineAndNoRegistry() throws IOException {
        Pattern leaks =
                Pattern.compile(
                        "/work/|/root/|repo\\.maven|repo1\\.|registry\\.npm|deb\\.debian|pypi\\.org|crates\\.io");
        List<String> faults = new ArrayList<>();
        try (Stream<Path> files = Files.walk(ROOT)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String path = ROOT.relativize(file).toString();
                boolean text =
                        path.matches(
                                ".*\\.(java|md|xml|sql|html|js|css|json|properties|sh|yaml)|Makefile|mvnw|tools/.*|\\.ci/.*|\\.mvn/.*");
                boolean ours = !path.matches("(.*/)?(target|data|\\.git|\\.jqwik-database)(/.*)?");
                if (text
                        && ours
                        && !path.endsWith("TidyTest.java")
                        && leaks.matcher(Files.readString(file)).find()) {
                    faults.add(path);
                }
            }
        }
        assertThat(faults).isEmpty();
    }

    static List<String> modules() throws IOException {
        return Pattern.compile("<module>([^<]+)</module>")
                .matcher(Files.readString(ROOT.resolve("pom.xml")))
                .results()
                .map(match -> match.group(1))
                .toList();
    }

    private static List<Path> sources(String under) throws IOException {
        List<Path> sources = new ArrayList<>();
        for (String module : modules()) {
            Path folder = ROOT.resolve(module).resolve(under);
            if (Files.exists(folder)) {
                try (Stream<Path> files = Files.walk(folder)) {
                    files.filter(file -> file.toString().endsWith(".java")).forEach(sources::add);
                }
            }
        }
        assertThat(sources).as("the test must not pass by seeing nothing").hasSizeGreaterThan(3);
        return sources;
    }
}
