package dev.scrip.testing;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a {@link FakeUpstream} does with one request.
 *
 * @param pieces the body, each written by itself
 * @param beforeHead how long it thinks
 * @param between how long it waits before each piece
 */
public record UpstreamScript(
        int status,
        Map<String, String> headers,
        List<Buffer> pieces,
        Duration beforeHead,
        Duration between,
        Start start,
        End end) {

    /** Whether an answer begins. */
    public enum Start {
        ANSWER,
        /** Closes the connection instead. */
        CLOSE,
        /** Says nothing, for ever. */
        STALL
    }

    /** What follows the last piece. */
    public enum End {
        COMPLETE,
        /** Closes the connection in the middle of the answer. */
        CUT,
        /** Keeps it open and says nothing more. */
        STALL
    }

    public UpstreamScript {
        headers = Map.copyOf(headers);
        pieces = List.copyOf(pieces);
    }

    /** A whole answer of any kind. */
    public static UpstreamScript answer(int status, String contentType, String body) {
        return new UpstreamScript(
                status,
                Map.of("content-type", contentType),
                List.of(Buffer.buffer(body)),
                Duration.ZERO,
                Duration.ZERO,
                Start.ANSWER,
                End.COMPLETE);
    }

    public static UpstreamScript json(int status, String body) {
        return answer(status, "application/json", body);
    }

    /** A stream: each text is one piece, written as it is. */
    public static UpstreamScript stream(String... pieces) {
        return new UpstreamScript(
                200,
                Map.of("content-type", "text/event-stream; charset=utf-8"),
                Arrays.stream(pieces).map(Buffer::buffer).toList(),
                Duration.ZERO,
                Duration.ZERO,
                Start.ANSWER,
                End.COMPLETE);
    }

    /** An answer that is no text, a piece at a time. */
    public static UpstreamScript bytes(String contentType, List<Buffer> pieces) {
        return new UpstreamScript(
                200,
                Map.of("content-type", contentType),
                pieces,
                Duration.ZERO,
                Duration.ZERO,
                Start.ANSWER,
                End.COMPLETE);
    }

    public static UpstreamScript replay(Recording recording) {
        return answer(recording.status(), recording.contentType(), recording.responseBody());
    }

    /** Closes the connection before any answer. */
    public static UpstreamScript closes() {
        return json(200, "").starting(Start.CLOSE);
    }

    /** Takes the request and never answers. */
    public static UpstreamScript stalls() {
        return json(200, "").starting(Start.STALL);
    }

    /** The same bytes in pieces of a few, so that lines and characters are split. */
    public UpstreamScript inPiecesOf(int bytes) {
        Buffer whole = Buffer.buffer();
        pieces.forEach(whole::appendBuffer);
        List<Buffer> split = new ArrayList<>();
        for (int at = 0; at < whole.length(); at += bytes) {
            split.add(whole.getBuffer(at, Math.min(whole.length(), at + bytes)));
        }
        return new UpstreamScript(status, headers, split, beforeHead, between, start, end);
    }

    public UpstreamScript thinking(Duration time) {
        return new UpstreamScript(status, headers, pieces, time, between, start, end);
    }

    public UpstreamScript paced(Duration time) {
        return new UpstreamScript(status, headers, pieces, beforeHead, time, start, end);
    }

    public UpstreamScript ending(End how) {
        return new UpstreamScript(status, headers, pieces, beforeHead, between, start, how);
    }

    public UpstreamScript header(String name, String value) {
        Map<String, String> more = new HashMap<>(headers);
        more.put(name, value);
        return new UpstreamScript(status, more, pieces, beforeHead, between, start, end);
    }

    private UpstreamScript starting(Start how) {
        return new UpstreamScript(status, headers, pieces, beforeHead, between, how, end);
    }

    /** The body in one. */
    public String body() {
        Buffer whole = Buffer.buffer();
        pieces.forEach(whole::appendBuffer);
        return whole.toString(StandardCharsets.UTF_8);
    }
}
