package dev.scrip.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.scrip.testing.SharedData;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** Every request that OpenAI's specification shows is taken, or refused for a reason given here. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OpenApiExamplesTest {

    /** An example of a request. */
    record Example(Endpoint endpoint, String title, String body) {
        @Override
        public String toString() {
            return endpoint.path() + " " + title;
        }
    }

    private static final Pattern BODY = Pattern.compile("-d '(\\{.*})'", Pattern.DOTALL);

    private static final Pattern PART =
            Pattern.compile("-F [\"']?([a-z_\\[\\]]+)=(.*?)( \\\\)?$", Pattern.MULTILINE);

    /** What runs at the upstream and costs apart, or is kept there. */
    private static final Set<String> REFUSED = Set.of("File input", "Web search", "File search");

    private List<String> specification = List.of();

    @BeforeAll
    void read() throws IOException {
        specification = Files.readAllLines(SharedData.require("openai").resolve("openapi.yaml"));
    }

    /** One entry of the specification, which takes long to read whole. */
    private Object entry(int depth, String name) {
        String begins = " ".repeat(depth) + name + ":";
        int from = specification.indexOf(begins);
        assertThat(from).as(name).isPositive();
        int to = from + 1;
        while (specification.get(to).isBlank()
                || specification.get(to).startsWith(" ".repeat(depth + 1))) {
            to++;
        }
        String text = String.join("\n", specification.subList(from, to)).indent(-depth);
        Yaml yaml = new Yaml(new SafeConstructor(new LoaderOptions()));
        return at(yaml.load(text), name);
    }

    Stream<Example> examples() {
        List<Example> examples = new ArrayList<>();
        for (Endpoint endpoint : Gateway.ENDPOINTS) {
            Object shown = at(entry(2, endpoint.path()), "post", "x-oaiMeta", "examples");
            for (Object one : shown instanceof List<?> several ? several : List.of(shown)) {
                Object title = ((Map<?, ?>) one).get("title");
                Matcher body = BODY.matcher(at(one, "request", "curl").toString());
                if (body.find()) {
                    examples.add(new Example(endpoint, String.valueOf(title), body.group(1)));
                }
            }
        }
        return examples.stream();
    }

    /** The examples that are forms; what is a file there is a few bytes here. */
    @Test
    void formsAreTaken(@TempDir Path folder) throws IOException {
        Path file = Files.write(folder.resolve("file"), new byte[] {1, 2, 3});
        int taken = 0;
        for (Endpoint endpoint : Gateway.ENDPOINTS) {
            Object shown = at(entry(2, endpoint.path()), "post", "x-oaiMeta", "examples");
            for (Object one : shown instanceof List<?> several ? several : List.of(shown)) {
                Form form = form(at(one, "request", "curl").toString(), file);
                if (!form.fields().isEmpty()) {
                    assertThat(endpoint.parse(form, UnaryOperator.identity()))
                            .as(form.toString())
                            .isInstanceOf(Endpoint.Parsed.Request.class);
                    taken++;
                }
            }
        }
        assertThat(taken).isGreaterThan(6);
    }

    private static Form form(String curl, Path file) {
        List<Form.Field> fields = new ArrayList<>();
        List<Form.File> files = new ArrayList<>();
        Matcher part = PART.matcher(curl);
        while (part.find()) {
            String value = part.group(2).replaceAll("[\"']", "");
            if (value.startsWith("@")) {
                files.add(new Form.File(part.group(1), "a", "audio/mpeg", file, 3));
            } else {
                fields.add(new Form.Field(part.group(1), value));
            }
        }
        return new Form(fields, files);
    }

    private static Object at(Object from, String... path) {
        Object value = from;
        for (String name : path) {
            value = ((Map<?, ?>) value).get(name);
            assertThat(value).as(name).isNotNull();
        }
        return value;
    }

    @ParameterizedTest
    @MethodSource("examples")
    void isTakenOrRefusedInTheEnvelope(Example example) {
        String body = example.body();
        switch (example.endpoint().parse(body.getBytes(StandardCharsets.UTF_8))) {
            case Endpoint.Parsed.Request(ModelRequest request) -> {
                assertThat(REFUSED).doesNotContain(example.title());
                assertThat(request.input().tokensMax()).isPositive();
                JsonNode sent =
                        Streams.json(
                                request.forUpstream(new Spelling("m", null, false), 50).toString());
                Streams.json(body)
                        .fieldNames()
                        .forEachRemaining(field -> assertThat(sent.has(field)).isTrue());
            }
            case Endpoint.Parsed.Invalid(Answer answer) -> {
                assertThat(REFUSED).as(answer.body().toString()).contains(example.title());
                JsonNode error = Streams.json(answer.body().toString()).path("error");
                Object required = at(entry(4, "Error"), "required");
                assertThat((List<?>) required).isNotEmpty();
                for (Object field : (List<?>) required) {
                    assertThat(error.has(field.toString())).as(field.toString()).isTrue();
                }
            }
        }
    }
}
