package dev.scrip.gateway;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.scrip.pricing.UnitRates;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Base64;
import java.util.List;
import java.util.zip.CRC32;

/** The demonstration model's pictures, whatever they are of: always PNG. */
final class DemonstrationImages implements DemonstrationAnswer {

    private static final String SIZE = "1024x1024";
    private static final String QUALITY = "medium";
    private static final int SIDE_MAX = 4_096;
    private static final int PARTS_MAX = 3;

    private final ImagesRequest request;
    private final String size;
    private final String quality;
    private final int parts;
    private final int width;
    private final int height;
    private final long seed;
    private final long created = Clock.systemUTC().instant().getEpochSecond();

    DemonstrationImages(ImagesRequest request) {
        this.request = request;
        ImageVariant asked = request.variant();
        this.size = isDrawable(asked.size()) ? asked.size() : SIZE;
        this.quality = asked.quality().equals(UnitRates.AUTO) ? QUALITY : asked.quality();
        this.parts = Math.min(PARTS_MAX, request.json().path("partial_images").asInt());
        this.width = Integer.parseInt(size.substring(0, size.indexOf('x')));
        this.height = Integer.parseInt(size.substring(size.indexOf('x') + 1));
        this.seed = seed(request);
    }

    private static boolean isDrawable(String size) {
        if (!size.matches("[1-9]\\d{0,3}x[1-9]\\d{0,3}")) {
            return false;
        }
        return List.of(size.split("x")).stream()
                .allMatch(side -> Integer.parseInt(side) <= SIDE_MAX);
    }

    /** The words, and what is to be edited. */
    private static long seed(ImagesRequest request) {
        CRC32 sum = new CRC32();
        sum.update(request.prompt().getBytes(StandardCharsets.UTF_8));
        sum.update(request.json().path("images").toString().getBytes(StandardCharsets.UTF_8));
        Form form = request.form();
        if (form != null) {
            form.files().forEach(file -> sum.update(beginning(file.path())));
        }
        return sum.getValue();
    }

    private static byte[] beginning(Path file) {
        try (var in = Files.newInputStream(file)) {
            return in.readNBytes(64 << 10);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private String picture(int index) {
        byte[] png = DemonstrationPicture.png(width, height, seed + index);
        return Base64.getEncoder().encodeToString(png);
    }

    private ObjectNode described(ObjectNode answer) {
        return answer.put("background", "opaque")
                .put("output_format", "png")
                .put("size", size)
                .put("quality", quality);
    }

    @Override
    public Buffer whole() {
        ObjectNode answer = Json.object().put("created", created);
        ArrayNode data = answer.putArray("data");
        for (int index = 0; index < request.count(); index++) {
            data.addObject().put("b64_json", picture(index));
        }
        return Json.write(described(answer));
    }

    private Buffer event(String type, int part) {
        String name = request.endpoint().events() + "." + type;
        ObjectNode event =
                described(
                        Json.object()
                                .put("type", name)
                                .put("created_at", created)
                                .put("b64_json", picture(part)));
        if (part > 0) {
            event.put("partial_image_index", part - 1);
        }
        return SseReader.event(name, Json.write(event));
    }

    @Override
    public Buffer opening() {
        return Buffer.buffer();
    }

    @Override
    public boolean round(int round, Buffer events) {
        if (round < parts) {
            events.appendBuffer(event("partial_image", round + 1));
        }
        return round + 1 < parts;
    }

    @Override
    public Buffer closing() {
        return event("completed", 0);
    }
}
