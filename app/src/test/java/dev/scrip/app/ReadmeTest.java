package dev.scrip.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the documents tell people to type and to open is there. */
class ReadmeTest {

    @Test
    void everyMakeTargetThatIsNamedExists() throws Exception {
        Process help = new ProcessBuilder("make", "help").directory(TidyTest.ROOT.toFile()).start();
        String targets =
                new String(
                        help.getInputStream().readAllBytes(),
                        java.nio.charset.StandardCharsets.UTF_8);
        assertThat(help.waitFor(30, TimeUnit.SECONDS)).isTrue();
        for (Path document : documents()) {
            Pattern.compile("(?:`|^)make ([a-z]+)", Pattern.MULTILINE)
                    .matcher(Files.readString(document))
                    .results()
                    .map(match -> match.group(1))
                    .forEach(
                            target ->
                                    assertThat(targets)
                                            .as(document.toString())
                                            .containsPattern("make " + target + "\\b"));
        }
    }

    @Test
    void everyLinkToAFileLeadsSomewhere() throws IOException {
        List<String> broken = new ArrayList<>();
        for (Path document : documents()) {
            Pattern.compile("\\]\\((?!https?:|#)([^)#]+)")
                    .matcher(Files.readString(document))
                    .results()
                    .map(match -> match.group(1))
                    .filter(link -> !Files.exists(document.resolveSibling(link)))
                    .forEach(link -> broken.add(TidyTest.ROOT.relativize(document) + " → " + link));
        }
        assertThat(broken).isEmpty();
    }

    private static List<Path> documents() throws IOException {
        List<Path> documents = new ArrayList<>();
        try (Stream<Path> root = Files.list(TidyTest.ROOT);
                Stream<Path> docs = Files.walk(TidyTest.ROOT.resolve("docs"))) {
            Stream.concat(root, docs)
                    .filter(file -> file.toString().endsWith(".md"))
                    .forEach(documents::add);
        }
        for (String module : TidyTest.modules()) {
            documents.add(TidyTest.ROOT.resolve(module).resolve("README.md"));
        }
        return documents;
    }
}
