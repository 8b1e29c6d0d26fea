package dev.scrip.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scrip.testing.UpstreamScript;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that no honest client writes: refused, or answered once and the connection closed. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RawHttpTest {

    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.1 (\\d{3})");
    private static final String BODY =
            "{\"model\":\"gpt-5-nano\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";
    private static final String ANSWER =
            """
            {"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,
            "message":{"role":"assistant","content":"Hi"},"finish_reason":"stop"}],
            "usage":{"prompt_tokens":5,"completion_tokens":1,"total_tokens":6}}\
            """;

    @AutoClose private final World world = new World();
    private final World.Customer customer = world.customer("1");

    @BeforeEach
    void clear() {
        world.upstream.clear();
        world.upstream.behave(UpstreamScript.json(200, ANSWER));
    }

    private record Heard(String text, boolean closed) {

        long answers() {
            return STATUS.matcher(text).results().count();
        }

        int status() {
            return STATUS.matcher(text)
                    .results()
                    .findFirst()
                    .map(found -> Integer.parseInt(found.group(1)))
                    .orElse(0);
        }
    }

    /** Nobody waits for the body of a client that left while its key was looked up. */
    @Test
    void aClientThatLeavesBeforeItIsKnown() throws IOException {
        for (int round = 0; round < 40; round++) {
            World.Customer unknownYet = world.customer("0");
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), world.port())) {
                String head =
                        "POST /v1/chat/completions HTTP/1.1\r\nHost: scrip\r\n"
                                + "Authorization: Bearer %s\r\nContent-Length: 99\r\n\r\n"
                                        .formatted(unknownYet.secret());
                socket.getOutputStream().write(head.getBytes(StandardCharsets.ISO_8859_1));
            }
        }
        World.await(() -> world.running() == 0);
    }

    /** Sends it as it is and hears all until the server closes, or says nothing more for 3 s. */
    private Heard hear(String raw) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), world.port())) {
            socket.setSoTimeout(3_000);
            ByteArrayOutputStream heard = new ByteArrayOutputStream();
            boolean closed = false;
            try {
                socket.getOutputStream().write(raw.getBytes(StandardCharsets.ISO_8859_1));
                socket.getOutputStream().flush();
                socket.getInputStream().transferTo(heard);
                closed = true;
            } catch (SocketTimeoutException silent) {
                // It is open still.
            } catch (SocketException reset) {
                closed = true;
            }
            return new Heard(heard.toString(StandardCharsets.UTF_8), closed);
        }
    }

    private String head(String... headers) {
        return "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
                + customer.secret()
                + "\r\nContent-Type: application/json\r\n"
                + String.join("", java.util.Arrays.stream(headers).map(h -> h + "\r\n").toList())
                + "\r\n";
    }

    private static String chunked(String body) {
        return Integer.toHexString(body.length()) + "\r\n" + body + "\r\n0\r\n\r\n";
    }

    @Test
    void anOrdinaryRequestIsAnsweredAndTheConnectionKept() throws IOException {
        Heard heard = hear(head("Content-Length: " + BODY.length()) + BODY);
        assertThat(heard.status()).isEqualTo(200);
        assertThat(heard.closed()).isFalse();
    }

    @Test
    void aLongAddressIsRefused() throws IOException {
        Heard heard = hear("GET /v1/models/" + "a".repeat(5_000) + " HTTP/1.1\r\nHost: x\r\n\r\n");
        assertThat(heard.status()).isIn(414, 0); // 0: closed before we have read why
        assertThat(heard.closed()).isTrue();
    }

    @Test
    void aLargeHeadIsRefused() throws IOException {
        Heard heard = hear(head("X-Large: " + "a".repeat(40_000), "Content-Length: 2") + "{}");
        assertThat(heard.status()).isEqualTo(431);
        assertThat(heard.closed()).isTrue();
    }

    @Test
    void manyHeadersAreRefused() throws IOException {
        String[] headers = new String[200];
        for (int i = 0; i < headers.length; i++) {
            headers[i] = "X-" + i + ": 1";
        }
        Heard heard = hear(head(headers));
        assertThat(heard.status()).isEqualTo(431);
        assertThat(heard.text()).contains("too_many_headers");
        assertThat(heard.closed()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 2\r\nContent-Length: 3",
                "Content-Length: 2\r\nContent-Length: 2",
                "Content-Length: 2, 2",
                "Content-Length: +2",
                "Content-Length: -2",
                "Content-Length: two",
                "Content-Length : 2",
                "Transfer-Encoding: xchunked",
                "Transfer-Encoding: identity, chunked",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
                "Transfer-Encoding : chunked"
            })
    void aBodyWhoseLengthIsInDoubtIsRefused(String headers) throws IOException {
        String second = "GET /v1/models HTTP/1.1\r\nHost: x\r\n\r\n";
        Heard heard = hear(head(headers) + "{}" + second);
        assertThat(heard.text()).as(headers).doesNotContain("HTTP/1.1 200");
        assertThat(heard.answers()).isLessThanOrEqualTo(1);
        assertThat(heard.closed()).isTrue();
        assertThat(world.upstream.count()).isZero();
    }

    /** The server reads it by its chunks, as it may; nothing after it is taken for a request. */
    @Test
    void aLengthBesideChunksIsTheLastOfItsConnection() throws IOException {
        String smuggled = "GET /v1/models HTTP/1.1\r\nHost: x\r\n\r\n";
        Heard heard =
                hear(
                        head("Content-Length: 4", "Transfer-Encoding: chunked")
                                + chunked(BODY)
                                + smuggled);
        assertThat(heard.answers()).isLessThanOrEqualTo(1);
        assertThat(heard.closed()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"zz", "-5", "fffffffffffffffff", "5 5", ""})
    void aChunkThatIsNoneIsRefusedAndCostsNothing(String size) throws IOException {
        Heard heard = hear(head("Transfer-Encoding: chunked") + size + "\r\n{}\r\n0\r\n\r\n");
        assertThat(heard.text()).doesNotContain("HTTP/1.1 200");
        assertThat(heard.closed()).isTrue();
        assertThat(world.upstream.count()).isZero();
        world.nothingHeld(customer);
    }
}
