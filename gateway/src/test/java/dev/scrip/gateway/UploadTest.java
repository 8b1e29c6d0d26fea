package dev.scrip.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scrip.testing.MediaWire;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The folder of uploads, the names in forms, and how long sound is. */
class UploadTest {

    @TempDir Path folder;

    private Spool spool(long freeBytesMin) {
        return Spool.open(
                new UploadSettings(folder, 100, 250, freeBytesMin, Duration.ofSeconds(1)));
    }

    @Test
    void whatAKilledProcessLeftIsRemoved() throws IOException {
        Path left = spool(0).newFile();
        Files.write(left, new byte[10]);
        Path other = Files.write(folder.resolve("not-ours"), new byte[10]);

        spool(0);

        assertThat(left).doesNotExist();
        assertThat(other).exists();
    }

    @Test
    void allUploadsTogetherAreBounded() throws IOException {
        Spool spool = spool(0);
        assertThat(spool.take(200)).isTrue();
        assertThat(spool.take(51)).isFalse();
        assertThat(spool.take(50)).isTrue();
        spool.give(250);
        assertThat(spool.take(250)).isTrue();
        assertThat(spool.hasRoom()).isTrue();
        assertThat(spool(Long.MAX_VALUE).hasRoom()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"file, true", "image[], true", "image[3], true", "a b, false", "'', false"})
    void namesOfParts(String name, boolean taken) {
        assertThat(Form.isName(name)).isEqualTo(taken);
        assertThat(Form.isName("a\"b\r\nc: d")).isFalse();
    }

    @Test
    void namesAndTypesOfFilesCannotBreakOutOfAHeader() {
        assertThat(Form.filename("a\"; x=\"\r\n/b\\c.wav")).isEqualTo("a-; x=---" + "-b-c.wav");
        assertThat(Form.filename(" ")).isEqualTo("file");
        assertThat(Form.filename("x".repeat(900) + ".wav")).hasSize(255).endsWith(".wav");
        assertThat(Form.contentType("audio/wav; codecs=1")).isEqualTo("audio/wav");
        assertThat(Form.contentType("audio/wav\r\nx: y")).isEqualTo("application/octet-stream");
    }

    @Test
    void fieldsOfAFormAreReadAsIfTheyWereJson() {
        Form form =
                new Form(
                        List.of(
                                new Form.Field("n", "2"),
                                new Form.Field("stream", "True"),
                                new Form.Field("prompt", "true"),
                                new Form.Field("include[]", "logprobs"),
                                new Form.Field("include[]", "more")),
                        List.of());
        assertThat(form.json().toString())
                .isEqualTo(
                        "{\"n\":2,\"stream\":true,\"prompt\":\"true\",\"include\":"
                                + "[\"logprobs\",\"more\"]}");
        assertThat(form.with("n", "3").with("model", "m").fields())
                .contains(new Form.Field("n", "3"), new Form.Field("model", "m"))
                .hasSize(6);
    }

    @Test
    void uncompressedSoundTellsItsLength() {
        for (int seconds : new int[] {1, 7, 600}) {
            byte[] head = Arrays.copyOf(MediaWire.wav(1), 36);
            Sound sound = Sound.of(head, MediaWire.wav(1).length * (long) seconds);
            assertThat(sound).isEqualTo(new Sound(seconds, seconds, true));
            assertThat(sound.tokensMax()).isGreaterThan(sound.tokensLikely());
        }
    }

    /** What claims to be longer or shorter than it can be is measured by its bytes. */
    @ParameterizedTest
    @CsvSource({"22, 255", "24, 127", "34, 127", "20, 9", "0, 65"})
    void aHeadThatIsNoneTellsNothing(int at, int value) {
        byte[] head = Arrays.copyOf(MediaWire.wav(1), 36);
        head[at + (at == 24 ? 3 : at == 22 || at == 34 ? 1 : 0)] = (byte) value;
        assertThat(Sound.of(head, 24_000)).isEqualTo(new Sound(32, 3, false));
        assertThat(Sound.of(new byte[3], 3)).isEqualTo(new Sound(1, 1, false));
    }
}
