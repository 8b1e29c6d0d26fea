package dev.scrip.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.multipart.DefaultHttpDataFactory;
import io.netty.handler.codec.http.multipart.DiskFileUpload;
import io.netty.handler.codec.http.multipart.HttpPostRequestEncoder;
import io.netty.handler.codec.http.multipart.HttpPostRequestEncoder.EncoderMode;
import io.netty.handler.codec.http.multipart.MemoryAttribute;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes a form to an upstream: reads a piece from disk, on a worker, whenever the connection takes
 * one. Used on the context of the request.
 */
final class FormWriter {

    private static final int PIECE_BYTES = 64 << 10;

    /** How the writing goes on. */
    interface Listener {

        /** The upstream took a piece. */
        void sent();

        /** It cannot go on. */
        void failed(Throwable cause);
    }

    /** A form about to be sent: the encoder, its head, and the files that it reads. */
    private record Encoded(
            HttpPostRequestEncoder encoder, HttpRequest head, List<DiskFileUpload> files) {

        /** Closes the files; they are not its own, so it removes none. */
        Void close() {
            files.forEach(DiskFileUpload::delete);
            return null;
        }
    }

    private final Vertx vertx;
    private final HttpClientRequest request;
    private final Listener listener;
    private @Nullable Encoded encoded;
    private boolean working;
    private boolean over;

    private FormWriter(Vertx vertx, HttpClientRequest request, Listener listener) {
        this.vertx = vertx;
        this.request = request;
        this.listener = listener;
    }

    /** Starts writing, head and body. */
    static FormWriter start(Vertx vertx, HttpClientRequest request, Form form, Listener listener) {
        FormWriter writer = new FormWriter(vertx, request, listener);
        writer.working = true;
        vertx.executeBlocking(() -> encode(form), false)
                .onSuccess(writer::begin)
                .onFailure(writer::fail);
        return writer;
    }

    private static Encoded encode(Form form) throws Exception {
        HttpRequest head = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.POST, "/");
        HttpPostRequestEncoder encoder =
                new HttpPostRequestEncoder(
                        new DefaultHttpDataFactory(false),
                        head,
                        true,
                        StandardCharsets.UTF_8,
                        EncoderMode.HTML5);
        for (Form.Field field : form.fields()) {
            encoder.addBodyHttpData(
                    new MemoryAttribute(field.name(), field.value(), StandardCharsets.UTF_8));
        }
        List<DiskFileUpload> files = new ArrayList<>();
        for (Form.File file : form.files()) {
            DiskFileUpload part =
                    new DiskFileUpload(
                            file.name(),
                            file.filename(),
                            file.contentType(),
                            "binary",
                            null,
                            file.bytes());
            part.setContent(file.path().toFile());
            encoder.addBodyHttpData(part);
            files.add(part);
        }
        encoder.finalizeRequest();
        return new Encoded(encoder, head, files);
    }

    private void begin(Encoded form) {
        encoded = form;
        working = false;
        if (over) {
            close();
            return;
        }
        request.putHeader(
                HttpHeaders.CONTENT_TYPE, form.head().headers().get(HttpHeaders.CONTENT_TYPE));
        // Netty would send it in chunks; a length is what every server takes.
        request.putHeader(HttpHeaders.CONTENT_LENGTH, Long.toString(form.encoder().length()));
        next(form);
    }

    private void next(Encoded form) {
        if (over || working) {
            return;
        }
        working = true;
        vertx.executeBlocking(() -> piece(form.encoder()), false)
                .onSuccess(piece -> write(form, piece))
                .onFailure(this::fail);
    }

    private static Buffer piece(HttpPostRequestEncoder encoder) throws Exception {
        Buffer piece = Buffer.buffer(PIECE_BYTES);
        while (piece.length() < PIECE_BYTES && !encoder.isEndOfInput()) {
            ByteBuf chunk = encoder.readChunk(UnpooledByteBufAllocator.DEFAULT).content();
            byte[] bytes = new byte[chunk.readableBytes()];
            chunk.readBytes(bytes);
            chunk.release();
            piece.appendBytes(bytes);
        }
        return piece;
    }

    private void write(Encoded form, Buffer piece) {
        working = false;
        if (over) {
            close();
            return;
        }
        listener.sent();
        if (piece.length() < PIECE_BYTES) {
            over = true;
            request.end(piece);
            close();
        } else {
            request.write(piece).onSuccess(_ -> next(form)).onFailure(this::fail);
        }
    }

    private void fail(Throwable cause) {
        working = false;
        if (!over) {
            over = true;
            listener.failed(cause);
        }
        close();
    }

    /** Nothing more is written. */
    void stop() {
        over = true;
        if (!working) {
            close();
        }
    }

    private void close() {
        Encoded form = encoded;
        if (form != null) {
            encoded = null;
            vertx.executeBlocking(form::close, false);
        }
    }
}
