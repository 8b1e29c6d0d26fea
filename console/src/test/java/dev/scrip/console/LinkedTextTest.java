package dev.scrip.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scrip.console.LinkedText.Part;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class LinkedTextTest {

    @Test
    void findsTheLinkOfAMail() {
        assertThat(LinkedText.parts("Follow http://localhost:8080/verify?token=a_b-c.\nBye"))
                .containsExactly(
                        new Part("Follow ", false),
                        new Part("http://localhost:8080/verify?token=a_b-c", true),
                        new Part(".\nBye", false));
    }

    @Test
    void losesNothingAndLinksOnlyToTheWeb() {
        String text = "<a href=\"http://x.example/\">x</a> javascript:alert(1) (https://y.example)";

        assertThat(LinkedText.parts(text).stream().map(Part::text).collect(Collectors.joining()))
                .isEqualTo(text);
        assertThat(LinkedText.parts(text).stream().filter(Part::link).map(Part::text))
                .containsExactly("http://x.example/", "https://y.example");
    }

    @Test
    void plainTextIsOnePart() {
        assertThat(LinkedText.parts("nothing")).containsExactly(new Part("nothing", false));
        assertThat(LinkedText.parts("")).isEmpty();
    }
}
