package dev.scrip.gateway;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.buffer.Buffer;

/** Events of one picture: it comes in parts, and then whole, with the usage. */
final class ImageStream extends LastEventStream {

    /** Stands for a part of a picture in what was written. */
    private static final char PART = '\u25a6';

    /** The largest pictures are some 15 million bytes, in base 64 a third more. */
    private static final int EVENT_BYTES_MAX = 24 << 20;

    private static final String PICTURE = "b64_json";

    private final UsageDialect dialect;
    private final String events;
    private final ImageVariant asked;
    private final boolean costWanted;
    private final StringBuilder written = new StringBuilder();

    /**
     * @param events how their types begin
     */
    ImageStream(UsageDialect dialect, String events, ImageVariant asked, boolean costWanted) {
        this.dialect = dialect;
        this.events = events;
        this.asked = asked;
        this.costWanted = costWanted;
    }

    @Override
    public int eventBytesMax() {
        return EVENT_BYTES_MAX;
    }

    @Override
    public Handling event(Buffer data) {
        ObjectNode event = Json.readBeside(data, PICTURE);
        if (event == null || event.hasNonNull("error")) {
            return Handling.BROKEN;
        }
        String type = event.path("type").asText();
        if (type.equals(completed())) {
            used(ImagesRequest.used(dialect.read(event), 1, asked.made(event)));
            return endsWith(data);
        }
        if (!type.startsWith(events + ".")) {
            return Handling.BROKEN;
        }
        written.append(PART);
        return Handling.RELAY;
    }

    private String completed() {
        return events + ".completed";
    }

    @Override
    public CharSequence written() {
        return written;
    }

    @Override
    public Buffer ending(Receipt receipt) {
        Buffer data = last();
        ObjectNode event = costWanted ? Json.readObject(data) : null;
        if (event != null) {
            if (!event.path("usage").isObject()) {
                event.set("usage", ToldUsage.images(receipt.usage()));
            }
            receipt.addTo(event, (ObjectNode) event.path("usage"));
            data = Json.write(event);
        }
        return SseReader.event(completed(), data);
    }

    @Override
    public Buffer broken(String code, String message) {
        return SseReader.event("error", SseReader.error(code, message));
    }
}
