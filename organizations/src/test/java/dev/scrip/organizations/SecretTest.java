package dev.scrip.organizations;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SecretTest {

    private final SecureRandom random = new SecureRandom();

    @Test
    void hasItsPrefixAndNoTwoAreAlike() {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            String secret = Secret.random(random);
            assertThat(secret).matches("sk-scrip-[0-9A-Za-z]{49}");
            assertThat(Secret.isWellFormed(secret)).isTrue();
            assertThat(seen.add(secret)).isTrue();
        }
    }

    @Test
    void anyOtherCharacterAnywhereBreaksTheChecksum() {
        String secret = Secret.random(random);
        for (int i = 0; i < secret.length(); i++) {
            char other = secret.charAt(i) == 'x' ? 'y' : 'x';
            String changed = secret.substring(0, i) + other + secret.substring(i + 1);
            assertThat(Secret.isWellFormed(changed)).as(changed).isFalse();
        }
    }

    @Test
    void shorterLongerAndForeignTextsAreNoSecrets() {
        String secret = Secret.random(random);
        assertThat(Secret.isWellFormed("")).isFalse();
        assertThat(Secret.isWellFormed("sk-scrip-")).isFalse();
        assertThat(Secret.isWellFormed(secret + "0")).isFalse();
        assertThat(Secret.isWellFormed(secret.substring(1))).isFalse();
        assertThat(Secret.isWellFormed("Bearer " + secret)).isFalse();
        assertThat(Secret.isWellFormed("é".repeat(secret.length()))).isFalse();
    }

    @Test
    void theHashIsTheSha256OfTheSecret() {
        // printf abc | sha256sum
        assertThat(HexFormat.of().formatHex(SecretHash.of("abc").bytes()))
                .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assertThat(SecretHash.of(SecretHash.of("abc").bytes())).isEqualTo(SecretHash.of("abc"));
    }
}
