package dev.scrip.gateway;

import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Tells a request from every other one: its path and its body to the byte; of a form its parts,
 * since each sending has another boundary between them.
 */
final class RequestHash {

    private static final int PIECE_BYTES = 64 << 10;

    private final MessageDigest digest;

    private RequestHash(Endpoint endpoint) {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
        add("POST " + endpoint.path());
    }

    /** Takes time that grows with the body. */
    static String of(Endpoint endpoint, Buffer body) {
        RequestHash hash = new RequestHash(endpoint);
        hash.add(body.getBytes());
        return hash.done();
    }

    /** Reads the form's files. */
    static String of(Endpoint endpoint, Form form) throws IOException {
        RequestHash hash = new RequestHash(endpoint);
        for (Form.Field field : form.fields()) {
            hash.add("field");
            hash.add(field.name());
            hash.add(field.value());
        }
        for (Form.File file : form.files()) {
            hash.add("file");
            hash.add(file.name());
            hash.add(file.filename());
            hash.add(file.contentType());
            hash.length(file.bytes());
            hash.content(file);
        }
        return hash.done();
    }

    private void add(String text) {
        add(text.getBytes(StandardCharsets.UTF_8));
    }

    /** With its length first, so that no two rows of parts are the same bytes. */
    private void add(byte[] bytes) {
        length(bytes.length);
        digest.update(bytes);
    }

    private void length(long bytes) {
        digest.update(ByteBuffer.allocate(Long.BYTES).putLong(bytes).flip());
    }

    private void content(Form.File file) throws IOException {
        byte[] piece = new byte[PIECE_BYTES];
        try (InputStream in = Files.newInputStream(file.path())) {
            for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
                digest.update(piece, 0, read);
            }
        }
    }

    private String done() {
        return HexFormat.of().formatHex(digest.digest());
    }
}
