package dev.scrip.gateway;

import dev.scrip.testing.MediaWire;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Requests with files, answers that are no texts, and what uploads leave behind. */
record MediaCalls(World world) {

    /** Sold by other things than plain tokens, at the prices that are shipped. */
    static final Set<String> MODELS =
            Set.of(
                    "dall-e-3",
                    "gpt-image-1",
                    "tts-1",
                    "gpt-4o-mini-tts",
                    "whisper-1",
                    "gpt-4o-transcribe");

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** An answer that is no text. */
    HttpResponse<byte[]> bytes(World.Customer customer, String path, String body) {
        return World.join(
                world.client.sendAsync(
                        world.request(customer.secret(), path, body),
                        HttpResponse.BodyHandlers.ofByteArray()));
    }

    /** The answer to a form. */
    HttpResponse<String> form(World.Customer customer, String path, MediaWire.FormBody form) {
        HttpRequest request =
                HttpRequest.newBuilder(world.url("/v1" + path))
                        .header("authorization", "Bearer " + customer.secret())
                        .header("content-type", MediaWire.formType())
                        .timeout(PATIENCE)
                        .POST(HttpRequest.BodyPublishers.ofByteArray(form.whole()))
                        .build();
        return World.join(world.client.sendAsync(request, HttpResponse.BodyHandlers.ofString()));
    }

    /** The files that were uploaded and are still there. */
    List<Path> uploaded() {
        try (Stream<Path> files = Files.list(world.uploads)) {
            return files.toList();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
