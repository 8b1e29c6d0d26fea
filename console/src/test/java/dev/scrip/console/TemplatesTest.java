package dev.scrip.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Mistakes in templates that the build does not see. */
class TemplatesTest {

    private static final Path TEMPLATES = Path.of("src/main/resources/templates");

    /** A quoted parameter of a tag is text as it stands: an expression in it is not replaced. */
    private static final Pattern EXPRESSION_IN_QUOTES =
            Pattern.compile("\\{#\\w+[^}\"]*(\"[^\"{]*\"[^}\"]*)*\"[^\"]*\\{[a-z]");

    /** The Content-Security-Policy forbids them, so they would do nothing. */
    private static final Pattern INLINE =
            Pattern.compile("<script(?![^>]*(src=|application/json))|\\sstyle=|\\son[a-z]+=\"");

    @Test
    void noTagIsGivenAnExpressionInQuotes() throws IOException {
        assertThat(matches(EXPRESSION_IN_QUOTES)).isEmpty();
    }

    @Test
    void noScriptAndNoStyleIsInline() throws IOException {
        assertThat(matches(INLINE)).isEmpty();
    }

    @Test
    void everyFormThatChangesSomethingCarriesItsToken() throws IOException {
        for (Path template : templates()) {
            String text = Files.readString(template);
            int forms = count(text, "method=\"post\"");
            assertThat(count(text, "{#csrf /}")).as(template.toString()).isEqualTo(forms);
        }
    }

    private static List<String> matches(Pattern pattern) throws IOException {
        List<String> found = new ArrayList<>();
        for (Path template : templates()) {
            Matcher matcher = pattern.matcher(Files.readString(template));
            while (matcher.find()) {
                found.add(template.getFileName() + ": " + matcher.group());
            }
        }
        return found;
    }

    private static List<Path> templates() throws IOException {
        try (Stream<Path> files = Files.walk(TEMPLATES)) {
            return files.filter(file -> file.toString().endsWith(".html")).toList();
        }
    }

    private static int count(String text, String part) {
        return (text.length() - text.replace(part, "").length()) / part.length();
    }
}
