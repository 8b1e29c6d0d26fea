package dev.scrip.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scrip.metering.UsageRecord;
import dev.scrip.money.Money;
import dev.scrip.testing.FakeUpstream;
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

    /** The only charge of a customer who was given five dollars, for an answer to its end. */
    UsageRecord charged(World.Customer customer, String dollars, boolean estimated) {
        UsageRecord record = settled(customer, "5", "completed", estimated);
        assertThat(record.amount()).isEqualTo(Money.ofDollars(dollars));
        return record;
    }

    /** The only charge of a customer, once nothing is held and no upload is left. */
    UsageRecord settled(World.Customer customer, String granted, String ending, boolean estimated) {
        UsageRecord record = world.record(customer);
        assertThat(record.ending()).isEqualTo(ending);
        assertThat(record.estimated()).isEqualTo(estimated);
        assertThat(world.credit(customer))
                .isEqualTo(Money.ofDollars(granted).minus(record.amount()));
        world.nothingHeld(customer);
        World.await(() -> uploaded().isEmpty());
        return record;
    }

    /** What the upstream was sent last. */
    FakeUpstream.Arrival arrival() {
        return world.upstream.arrivals().getLast();
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
