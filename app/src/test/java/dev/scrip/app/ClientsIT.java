package dev.scrip.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.impl.driver.Driver;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.model.openai.OpenAiEmbeddingModel;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.document.MetadataMode;
import org.springframework.ai.openai.OpenAiChatOptions;
import org.springframework.ai.openai.OpenAiEmbeddingOptions;
import org.springframework.ai.openai.api.OpenAiApi;

/** The programs that people already have, with nothing changed but the address and the key. */
class ClientsIT {

    private static final int SCRIPT_SECONDS = 300;
    private static final Path SCRIPTS = Path.of("src/test/clients");

    @TempDir static Path folder;
    private static ScripProcess scrip;

    @BeforeAll
    static void start() {
        scrip =
                ScripProcess.start(
                        folder.resolve("data"), Map.of("SCRIP_DEMO_TOKENS_PER_SECOND", "0"));
    }

    @AfterAll
    static void stop() {
        scrip.close();
    }

    /** OpenAI's SDK, the Vercel AI SDK and LangChain.js: see {@code src/test/clients}. */
    @Test
    void nodeClients() throws IOException, InterruptedException {
        Path scripts = Files.createDirectories(Path.of("target/clients"));
        try (var files = Files.list(SCRIPTS)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.write(scripts.resolve(file.getFileName()), Files.readAllBytes(file));
            }
        }
        run(scripts, "npm", "ci", "--no-progress", "--loglevel=error");
        Path node = Driver.ensureDriverInstalled(Map.of(), false).driverDir().resolve("node");
        String said = run(scripts, node.toString(), "clients.mjs");
        assertThat(said).doesNotContain("FAILED").contains("checks passed");
    }

    private static String run(Path folder, String... command)
            throws IOException, InterruptedException {
        Path output = Files.createTempFile(ClientsIT.folder, "clients", ".out");
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().put("SCRIP_URL", scrip.url());
        builder.environment().put("SCRIP_KEY", scrip.firstKey());
        Process process = builder.redirectErrorStream(true).redirectOutput(output.toFile()).start();
        boolean ended = process.waitFor(SCRIPT_SECONDS, TimeUnit.SECONDS);
        process.destroyForcibly();
        String said = Files.readString(output);
        assertThat(ended).as("%s did not end: %s", command[0], said).isTrue();
        assertThat(process.exitValue()).as(said).isZero();
        return said;
    }

    @Test
    void langChain4j() throws Exception {
        ChatResponse answer =
                OpenAiChatModel.builder()
                        .baseUrl(scrip.url() + "/v1")
                        .apiKey(scrip.firstKey())
                        .modelName("scrip-demo")
                        .maxCompletionTokens(20)
                        .build()
                        .chat(hello());
        assertThat(answer.aiMessage().text()).isNotBlank();
        assertThat(answer.tokenUsage().outputTokenCount()).isPositive();

        CompletableFuture<ChatResponse> streamed = new CompletableFuture<>();
        StringBuilder parts = new StringBuilder();
        OpenAiStreamingChatModel.builder()
                .baseUrl(scrip.url() + "/v1")
                .apiKey(scrip.firstKey())
                .modelName("scrip-demo")
                .maxCompletionTokens(20)
                .build()
                .chat(hello(), collecting(parts, streamed));
        ChatResponse whole = streamed.get(60, TimeUnit.SECONDS);
        assertThat(whole.aiMessage().text()).isEqualTo(parts.toString()).isNotBlank();
        assertThat(whole.tokenUsage().outputTokenCount()).isPositive();

        var embeddings =
                OpenAiEmbeddingModel.builder()
                        .baseUrl(scrip.url() + "/v1")
                        .apiKey(scrip.firstKey())
                        .modelName("scrip-demo-embedding")
                        .build()
                        .embedAll(
                                List.of(
                                        TextSegment.from("a small boat"),
                                        TextSegment.from("a large ship")));
        assertThat(embeddings.content()).hasSize(2);
        assertThat(embeddings.content().getFirst().vector()).hasSizeGreaterThan(10);
    }

    private static ChatRequest hello() {
        return ChatRequest.builder()
                .messages(dev.langchain4j.data.message.UserMessage.from("Say hello."))
                .build();
    }

    private static StreamingChatResponseHandler collecting(
            StringBuilder parts, CompletableFuture<ChatResponse> whole) {
        return new StreamingChatResponseHandler() {
            @Override
            public void onPartialResponse(String part) {
                parts.append(part);
            }

            @Override
            public void onCompleteResponse(ChatResponse response) {
                whole.complete(response);
            }

            @Override
            public void onError(Throwable failure) {
                whole.completeExceptionally(failure);
            }
        };
    }

    @Test
    void springAi() {
        OpenAiApi api = OpenAiApi.builder().baseUrl(scrip.url()).apiKey(scrip.firstKey()).build();
        var chat =
                org.springframework.ai.openai.OpenAiChatModel.builder()
                        .openAiApi(api)
                        .defaultOptions(
                                OpenAiChatOptions.builder()
                                        .model("scrip-demo")
                                        .maxTokens(20)
                                        .streamUsage(true)
                                        .build())
                        .build();
        Prompt prompt = new Prompt(new UserMessage("Say hello."));
        var answer = chat.call(prompt);
        assertThat(answer.getResult().getOutput().getText()).isNotBlank();
        assertThat(answer.getMetadata().getUsage().getCompletionTokens()).isPositive();

        var chunks = Objects.requireNonNull(chat.stream(prompt).collectList().block());
        String text =
                chunks.stream()
                        .filter(chunk -> chunk.getResult() != null)
                        .map(chunk -> chunk.getResult().getOutput().getText())
                        .filter(Objects::nonNull)
                        .collect(Collectors.joining());
        assertThat(text).isNotBlank();

        var embeddings =
                new org.springframework.ai.openai.OpenAiEmbeddingModel(
                                api,
                                MetadataMode.EMBED,
                                OpenAiEmbeddingOptions.builder()
                                        .model("scrip-demo-embedding")
                                        .build())
                        .embed(List.of("a small boat", "a large ship"));
        assertThat(embeddings).hasSize(2);
        assertThat(embeddings.getFirst()).hasSizeGreaterThan(10);
    }
}
