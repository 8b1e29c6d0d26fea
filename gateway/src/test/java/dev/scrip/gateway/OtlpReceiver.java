package dev.scrip.gateway;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;

/** A collector of traces: takes OTLP over HTTP and reads its Protocol Buffers by hand. */
final class OtlpReceiver implements AutoCloseable {

    /**
     * What it was told.
     *
     * @param kind 1: internal, 2: server, 3: client
     * @param status 0: none, 2: error
     */
    record Told(
            String trace,
            String id,
            String parent,
            String name,
            long kind,
            long status,
            Map<String, Object> attributes) {}

    private final List<Told> told = new CopyOnWriteArrayList<>();
    private final List<String> raw = new CopyOnWriteArrayList<>();
    private final HttpServer server;

    OtlpReceiver() {
        try {
            server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        server.createContext("/v1/traces", this::receive);
        server.start();
    }

    String endpoint() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private void receive(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        raw.add(new String(body, StandardCharsets.ISO_8859_1));
        // resource_spans, scope_spans, spans
        each(body, 1, resource -> each(resource, 2, scope -> each(scope, 2, this::span)));
        exchange.getResponseHeaders().add("content-type", "application/x-protobuf");
        exchange.sendResponseHeaders(200, -1);
        exchange.close();
    }

    private void span(byte[] span) {
        Map<String, Object> attributes = new TreeMap<>();
        each(
                span,
                9,
                pair -> {
                    Fields of = new Fields(pair);
                    attributes.put(of.text(1), of.bytes(2).map(OtlpReceiver::value).orElse(""));
                });
        Fields of = new Fields(span);
        told.add(
                new Told(
                        of.hex(1),
                        of.hex(2),
                        of.hex(4),
                        of.text(5),
                        of.number(6),
                        of.bytes(15).map(status -> new Fields(status).number(3)).orElse(0L),
                        attributes));
    }

    private static Object value(byte[] any) {
        Fields of = new Fields(any);
        if (of.bytes(1).isPresent()) {
            return of.text(1);
        }
        return of.has(2) ? of.number(2) == 1 : of.number(3);
    }

    private interface Message {
        void of(byte[] bytes);
    }

    private static void each(byte[] message, int field, Message told) {
        read(
                message,
                (number, value) -> {
                    if (number == field && value instanceof byte[] bytes) {
                        told.of(bytes);
                    }
                });
    }

    /** The fields of a message: numbers, and bytes for texts and messages. */
    private static final class Fields {
        private final Map<Integer, Object> values = new TreeMap<>();

        Fields(byte[] message) {
            read(message, values::put);
        }

        boolean has(int field) {
            return values.containsKey(field);
        }

        Optional<byte[]> bytes(int field) {
            return values.get(field) instanceof byte[] bytes
                    ? Optional.of(bytes)
                    : Optional.empty();
        }

        String text(int field) {
            return bytes(field).map(bytes -> new String(bytes, StandardCharsets.UTF_8)).orElse("");
        }

        String hex(int field) {
            return bytes(field).map(HexFormat.of()::formatHex).orElse("");
        }

        long number(int field) {
            return values.get(field) instanceof Long number ? number : 0;
        }
    }

    private static void read(byte[] message, BiConsumer<Integer, Object> field) {
        ByteBuffer left = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
        while (left.hasRemaining()) {
            int tag = (int) varint(left);
            Object value =
                    switch (tag & 7) {
                        case 0 -> varint(left);
                        case 1 -> left.getLong();
                        case 2 -> {
                            byte[] bytes = new byte[(int) varint(left)];
                            left.get(bytes);
                            yield bytes;
                        }
                        case 5 -> (long) left.getInt();
                        default -> throw new IllegalArgumentException("no such type: " + tag);
                    };
            field.accept(tag >>> 3, value);
        }
    }

    private static long varint(ByteBuffer left) {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte next = left.get();
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
    }

    /** All spans of a trace, once the one of its request is there. */
    List<Told> trace(String id) {
        World.await(() -> told.stream().anyMatch(span -> span.trace.equals(id) && span.kind == 2));
        return told.stream().filter(span -> span.trace.equals(id)).toList();
    }

    /** Everything that was received, a character for each byte. */
    String raw() {
        return String.join("", raw);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
