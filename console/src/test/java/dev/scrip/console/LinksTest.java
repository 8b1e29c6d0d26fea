package dev.scrip.console;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LinksTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "//evil.example",
                "/\\evil.example",
                "https://evil.example",
                "javascript:alert(1)",
                "keys",
                "/\t/evil.example",
                "/keys\r\nSet-Cookie: a=b",
                "/keys with spaces"
            })
    void whereToGoNextIsNeverOutsideThisServer(String given) {
        assertThat(Links.local(given)).isEqualTo("/");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/keys", "/usage?from=2026-11-01&model=gpt-4o%2Cmini"})
    void whereToGoNextIsKeptWithItsQuery(String given) {
        assertThat(Links.local(given)).isEqualTo(given);
    }

    @Test
    void textIsWrittenForAQuery() {
        assertThat(Links.encode("ada+test@example.com & co"))
                .isEqualTo("ada%2Btest%40example.com+%26+co");
    }
}
