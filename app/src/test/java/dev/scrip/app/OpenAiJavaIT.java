package dev.scrip.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.MultipartField;
import com.openai.core.http.HttpResponse;
import com.openai.core.http.StreamResponse;
import com.openai.models.audio.speech.SpeechCreateParams;
import com.openai.models.audio.transcriptions.TranscriptionCreateParams;
import com.openai.models.audio.translations.TranslationCreateParams;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.completions.Completion;
import com.openai.models.completions.CompletionCreateParams;
import com.openai.models.embeddings.CreateEmbeddingResponse;
import com.openai.models.embeddings.EmbeddingCreateParams;
import com.openai.models.images.ImageEditParams;
import com.openai.models.images.ImageGenerateParams;
import com.openai.models.images.ImagesResponse;
import com.openai.models.moderations.ModerationCreateParams;
import com.openai.models.responses.Response;
import com.openai.models.responses.ResponseCreateParams;
import com.openai.models.responses.ResponseStreamEvent;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every endpoint by OpenAI's own SDK for Java, which also checks that each answer has all that it
 * must have ({@code validate}).
 */
class OpenAiJavaIT {

    @TempDir static Path folder;
    private static ScripProcess scrip;
    private static OpenAIClient client;

    @BeforeAll
    static void start() {
        scrip =
                ScripProcess.start(
                        folder.resolve("data"), Map.of("SCRIP_DEMO_TOKENS_PER_SECOND", "0"));
        client =
                OpenAIOkHttpClient.builder()
                        .baseUrl(scrip.url() + "/v1")
                        .apiKey(scrip.firstKey())
                        .maxRetries(0)
                        .build();
    }

    @AfterAll
    static void stop() {
        client.close();
        scrip.close();
    }

    @Test
    void models() {
        assertThat(client.models().list().data())
                .allSatisfy(model -> model.validate())
                .anySatisfy(model -> assertThat(model.id()).isEqualTo("scrip-demo"));
        assertThat(client.models().retrieve("scrip-demo").validate().id()).isEqualTo("scrip-demo");
    }

    @Test
    void chatCompletions() {
        var params =
                ChatCompletionCreateParams.builder()
                        .model("scrip-demo")
                        .addUserMessage("Say hello.")
                        .maxCompletionTokens(20)
                        .n(2)
                        .build();
        var answer = client.chat().completions().create(params).validate();
        assertThat(answer.choices()).hasSize(2);
        assertThat(answer.usage().orElseThrow().completionTokens()).isPositive();
        try (var chunks = client.chat().completions().createStreaming(params)) {
            assertThat(chunks.stream().map(chunk -> chunk.validate()).toList())
                    .anySatisfy(chunk -> assertThat(chunk.choices()).isNotEmpty());
        }
    }

    @Test
    void theSameRequestAgain() {
        var params =
                ChatCompletionCreateParams.builder()
                        .model("scrip-demo")
                        .addUserMessage("Say hello.")
                        .putAdditionalHeader("Idempotency-Key", "order 17")
                        .build();
        var first = client.chat().completions().create(params).validate();
        try (var raw = client.chat().completions().withRawResponse().create(params)) {
            assertThat(raw.headers().values("idempotency-replayed")).containsExactly("true");
        }
        assertThat(client.chat().completions().create(params)).isEqualTo(first);
        var streamed =
                params.toBuilder().replaceAdditionalHeaders("Idempotency-Key", "order 18").build();
        assertThat(chunks(streamed)).isEqualTo(chunks(streamed)).isNotEmpty();
    }

    private static List<ChatCompletionChunk> chunks(ChatCompletionCreateParams params) {
        try (var chunks = client.chat().completions().createStreaming(params)) {
            return chunks.stream().map(ChatCompletionChunk::validate).toList();
        }
    }

    @Test
    void responses() {
        ResponseCreateParams params =
                ResponseCreateParams.builder()
                        .model("scrip-demo")
                        .input("Say hello.")
                        .maxOutputTokens(32)
                        .store(false)
                        .build();
        Response answer = client.responses().create(params).validate();
        assertThat(answer.output()).isNotEmpty();
        assertThat(answer.usage().orElseThrow().outputTokens()).isPositive();
        try (StreamResponse<ResponseStreamEvent> streamed =
                client.responses().createStreaming(params)) {
            List<ResponseStreamEvent> events =
                    streamed.stream().map(ResponseStreamEvent::validate).toList();
            assertThat(events.getFirst().isCreated()).isTrue();
            assertThat(events).anyMatch(ResponseStreamEvent::isOutputTextDelta);
            assertThat(events.getLast())
                    .satisfies(
                            last -> assertThat(last.isCompleted() || last.isIncomplete()).isTrue());
        }
    }

    @Test
    void completions() {
        Completion answer =
                client.completions()
                        .create(
                                CompletionCreateParams.builder()
                                        .model("scrip-demo")
                                        .prompt("Once upon a time")
                                        .maxTokens(10)
                                        .build())
                        .validate();
        assertThat(answer.choices().getFirst().text()).isNotBlank();
        assertThat(answer.usage().orElseThrow().completionTokens()).isPositive();
    }

    @Test
    void embeddings() {
        CreateEmbeddingResponse answer =
                client.embeddings()
                        .create(
                                EmbeddingCreateParams.builder()
                                        .model("scrip-demo-embedding")
                                        .inputOfArrayOfStrings(
                                                List.of("a small boat", "a large ship"))
                                        .build())
                        .validate();
        assertThat(answer.data()).hasSize(2);
        assertThat(answer.data().getFirst().embedding()).hasSizeGreaterThan(10);
        assertThat(answer.usage().promptTokens()).isPositive();
    }

    @Test
    void moderations() {
        var answer =
                client.moderations()
                        .create(
                                ModerationCreateParams.builder()
                                        .model("scrip-demo-moderation")
                                        .input("A friendly word.")
                                        .build())
                        .validate();
        assertThat(answer.results().getFirst().flagged()).isFalse();
    }

    @Test
    void images() {
        ImagesResponse drawn =
                client.images()
                        .generate(
                                ImageGenerateParams.builder()
                                        .model("scrip-demo-image")
                                        .prompt("A small boat.")
                                        .size("1024x1024")
                                        .build())
                        .validate();
        byte[] picture = Base64.getDecoder().decode(base64(drawn));
        assertThat(picture).startsWith(0x89, 'P', 'N', 'G');
        ImagesResponse edited =
                client.images()
                        .edit(
                                ImageEditParams.builder()
                                        .model("scrip-demo-image")
                                        .image(
                                                MultipartField.<ImageEditParams.Image>builder()
                                                        .value(
                                                                ImageEditParams.Image.ofInputStream(
                                                                        new ByteArrayInputStream(
                                                                                picture)))
                                                        .filename("boat.png")
                                                        .contentType("image/png")
                                                        .build())
                                        .prompt("Add a sail.")
                                        .build())
                        .validate();
        assertThat(base64(edited)).isNotEmpty();
    }

    private static String base64(ImagesResponse answer) {
        return answer.data().orElseThrow().getFirst().b64Json().orElseThrow();
    }

    @Test
    void audio() throws IOException {
        byte[] sound;
        try (HttpResponse speech =
                client.audio()
                        .speech()
                        .create(
                                SpeechCreateParams.builder()
                                        .model("scrip-demo-speech")
                                        .voice("alloy")
                                        .input("Good morning.")
                                        .responseFormat(SpeechCreateParams.ResponseFormat.WAV)
                                        .build())) {
            sound = speech.body().readAllBytes();
        }
        assertThat(new String(sound, 0, 4, StandardCharsets.ISO_8859_1)).isEqualTo("RIFF");
        var heard =
                client.audio()
                        .transcriptions()
                        .create(
                                TranscriptionCreateParams.builder()
                                        .model("scrip-demo-transcribe")
                                        .file(wav(sound))
                                        .build())
                        .validate();
        assertThat(heard.asTranscription().text()).isNotBlank();
        assertThat(translated(sound)).isNotBlank();
    }

    /** The SDK gives translations up; programs that have them go on. */
    @SuppressWarnings("deprecation")
    private static String translated(byte[] sound) {
        return client.audio()
                .translations()
                .create(
                        TranslationCreateParams.builder()
                                .model("scrip-demo-transcribe")
                                .file(wav(sound))
                                .build())
                .validate()
                .asTranslation()
                .text();
    }

    private static MultipartField<InputStream> wav(byte[] sound) {
        return MultipartField.<InputStream>builder()
                .value(new ByteArrayInputStream(sound))
                .filename("morning.wav")
                .contentType("audio/wav")
                .build();
    }
}
