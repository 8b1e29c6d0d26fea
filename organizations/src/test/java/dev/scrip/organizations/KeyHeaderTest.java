package dev.scrip.organizations;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which headers show a key. */
class KeyHeaderTest {

    @ParameterizedTest
    @ValueSource(strings = {"Bearer sk-1", "bearer sk-1", "BEARER   sk-1 "})
    void showsAKey(String header) {
        assertThat(KeyHeader.secret(header)).isEqualTo("sk-1");
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "Bearer", "Bearer ", "Bearersk-1", "Basic sk-1", "sk-1"})
    void showsNone(String header) {
        assertThat(KeyHeader.secret(header)).isNull();
    }
}
