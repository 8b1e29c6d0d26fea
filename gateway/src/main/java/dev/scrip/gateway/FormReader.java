package dev.scrip.gateway;

import io.netty.handler.codec.DecoderException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerFileUpload;
import io.vertx.core.http.HttpServerRequest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a form from a client: its files go to disk as they come and as fast as the disk takes them,
 * only its fields stand in memory. Used on the request's context.
 */
final class FormReader {

    private static final Logger LOG = LoggerFactory.getLogger(FormReader.class);

    /** No endpoint takes more: 16 pictures and a mask. */
    private static final int FILES_MAX = 17;

    private static final long FIELDS_BYTES_MAX = 4 << 20;

    /** What is read of a file may wait this long for the disk once all has arrived. */
    private static final long LAST_BYTES_MILLIS = 10_000;

    private final Vertx vertx;
    private final Answers answers;
    private final Spool spool;
    private final Running running;
    private final HttpServerRequest request;
    private final Promise<Form> read = Promise.promise();
    private final List<HttpServerFileUpload> uploads = new ArrayList<>();
    private final List<Path> paths = new ArrayList<>();
    private long timer;
    private long bytes;
    private int fieldsBytes;
    private int writing;
    private boolean ended;
    private boolean released;

    private FormReader(Parts parts, Running running, HttpServerRequest request) {
        this.vertx = parts.vertx();
        this.answers = parts.answers();
        this.spool = parts.spool();
        this.running = running;
        this.request = request;
    }

    static boolean isForm(HttpServerRequest request) {
        String type = request.getHeader(HttpHeaders.CONTENT_TYPE);
        return type != null && type.toLowerCase(Locale.ROOT).startsWith("multipart/form-data");
    }

    /** Starts reading a request that is paused; its files are kept until {@link #release}. */
    static FormReader start(Parts parts, Running running, HttpServerRequest request) {
        FormReader reader = new FormReader(parts, running, request);
        reader.timer =
                reader.vertx.setTimer(
                        reader.spool.settings().timeMax().toMillis(),
                        _ -> reader.refuse(reader.answers.bodyTooSlow()));
        reader.read.future().onComplete(_ -> reader.vertx.cancelTimer(reader.timer));
        request.exceptionHandler(reader::failed);
        if (reader.isTooLarge(request.getHeader(HttpHeaders.CONTENT_LENGTH))) {
            reader.refuse(reader.tooLarge());
        } else {
            reader.vertx
                    .executeBlocking(reader.spool::hasRoom, false)
                    .onSuccess(reader::begin)
                    .onFailure(reader.read::tryFail);
        }
        return reader;
    }

    private boolean isTooLarge(@Nullable String length) {
        return length != null
                && length.matches("\\d{1,18}")
                && Long.parseLong(length) > spool.settings().bytesMax();
    }

    private Answer tooLarge() {
        return answers.uploadTooLarge(spool.settings().bytesMax());
    }

    private void begin(boolean room) {
        if (read.future().isComplete()) {
            return;
        }
        if (!room) {
            refuse(answers.noRoomForUpload());
            return;
        }
        try {
            request.setExpectMultipart(true);
        } catch (IllegalStateException noBoundary) {
            refuse(answers.malformedForm());
            return;
        }
        request.uploadHandler(this::upload);
        request.handler(this::count);
        request.endHandler(_ -> arrived());
        if ("100-continue".equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT))) {
            request.response().writeContinue();
        }
        request.resume();
    }

    private void upload(HttpServerFileUpload upload) {
        if (read.future().isComplete()) {
            upload.handler(_ -> {});
            return;
        }
        if (uploads.size() == FILES_MAX || !Form.isName(upload.name())) {
            upload.handler(_ -> {});
            refuse(answers.malformedForm());
            return;
        }
        Path path = spool.newFile();
        uploads.add(upload);
        paths.add(path);
        writing++;
        upload.streamToFileSystem(path.toString())
                .onComplete(
                        written -> {
                            writing--;
                            if (released) {
                                remove(path);
                            } else if (written.failed() && !read.future().isComplete()) {
                                refuse(answers.noRoomForUpload());
                            } else {
                                finish();
                            }
                        });
    }

    /** All bytes pass here, after the files have taken theirs. */
    private void count(Buffer piece) {
        if (read.future().isComplete()) {
            return;
        }
        if (bytes + piece.length() > spool.settings().bytesMax()) {
            refuse(tooLarge());
        } else if (!spool.take(piece.length())) {
            refuse(answers.noRoomForUpload());
        } else {
            bytes += piece.length();
            countFields();
        }
    }

    /** What is not in files is in memory. */
    private void countFields() {
        long inFiles = uploads.stream().mapToLong(HttpServerFileUpload::size).sum();
        long more = bytes - inFiles - fieldsBytes;
        if (more <= 0) {
            return;
        }
        if (fieldsBytes + more > FIELDS_BYTES_MAX) {
            refuse(answers.uploadTooLarge(FIELDS_BYTES_MAX));
        } else if (!running.take((int) more)) {
            refuse(answers.overloaded());
        } else {
            fieldsBytes += (int) more;
        }
    }

    private void arrived() {
        ended = true;
        finish();
        if (!read.future().isComplete()) {
            // A part without an end never tells that it has one.
            long last = vertx.setTimer(LAST_BYTES_MILLIS, _ -> refuse(answers.malformedForm()));
            read.future().onComplete(_ -> vertx.cancelTimer(last));
        }
    }

    private void finish() {
        if (!ended || writing > 0 || read.future().isComplete()) {
            return;
        }
        List<Form.Field> fields = new ArrayList<>();
        for (var field : request.formAttributes()) {
            if (!Form.isName(field.getKey())) {
                refuse(answers.malformedForm());
                return;
            }
            fields.add(new Form.Field(field.getKey(), field.getValue()));
        }
        List<Form.File> files = new ArrayList<>();
        for (int index = 0; index < uploads.size(); index++) {
            HttpServerFileUpload upload = uploads.get(index);
            files.add(
                    new Form.File(
                            upload.name(),
                            Form.filename(upload.filename()),
                            Form.contentType(upload.contentType()),
                            paths.get(index),
                            upload.size()));
        }
        read.tryComplete(new Form(fields, files));
    }

    private void failed(Throwable failure) {
        if (failure instanceof DecoderException) {
            refuse(answers.malformedForm());
        } else {
            refuse(null);
        }
    }

    private void refuse(@Nullable Answer answer) {
        read.tryFail(new Unread(answer));
    }

    /** Fails with {@link Unread}. */
    Future<Form> form() {
        return read.future();
    }

    /** The files are of no more use; whatever of them is still being written goes too. */
    void release() {
        if (released) {
            return;
        }
        released = true;
        read.tryFail(new Unread(null));
        spool.give(bytes);
        running.give(fieldsBytes);
        uploads.forEach(FormReader::cancel);
        paths.forEach(this::remove);
    }

    private static void cancel(HttpServerFileUpload upload) {
        try {
            upload.cancelStreamToFileSystem();
        } catch (IllegalStateException closing) {
            // It is all written and being closed, which Vert.x does not let anybody cancel.
            LOG.debug("an upload is at its end already", closing);
        }
    }

    private void remove(Path path) {
        vertx.fileSystem()
                .delete(path.toString())
                .onFailure(_ -> {}); // it was never made, or is gone already
    }
}
