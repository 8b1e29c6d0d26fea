package dev.scrip.identity;

import static org.assertj.core.api.Assertions.assertThat;

import com.password4j.Argon2Function;
import com.password4j.Password;
import com.password4j.types.Argon2;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordTest {

    private final PasswordHasher hasher = new PasswordHasher();

    @Test
    void isHashedByArgon2idWithItsParametersInTheHash() {
        String hash = hasher.hash("a long enough one");

        assertThat(hash).startsWith("$argon2id$v=19$m=19456,t=2,p=1$");
        assertThat(hash).isNotEqualTo(hasher.hash("a long enough one"));
        assertThat(hasher.matches("a long enough one", hash)).isTrue();
        assertThat(hasher.matches("A long enough one", hash)).isFalse();
        assertThat(hasher.matches("", hash)).isFalse();
        assertThat(hasher.isOutdated(hash)).isFalse();
    }

    @Test
    void anOlderHashStillChecksAndIsKnownAsOlder() {
        String older =
                Password.hash("a long enough one")
                        .addRandomSalt(16)
                        .with(Argon2Function.getInstance(4096, 1, 1, 32, Argon2.ID))
                        .getResult();

        assertThat(hasher.matches("a long enough one", older)).isTrue();
        assertThat(hasher.isOutdated(older)).isTrue();
    }

    @Test
    void theSameTextTypedOnAnotherKeyboardIsTheSamePassword() {
        String composed = "caf\u00e9 caf\u00e9 caf\u00e9";
        String decomposed = "cafe\u0301 cafe\u0301 cafe\u0301";

        assertThat(hasher.matches(decomposed, hasher.hash(composed))).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    ninechars            | at least 10
                    ''                   | at least 10
                    password123          | anybody tries
                    PassWord123          | anybody tries
                    qwertyuiop           | anybody tries
                    aaaaaaaaaaaa         | anybody tries
                    ada@example.com      | e-mail address
                    ADA@Example.com      | e-mail address
                    """)
    void isRefusedWithAReason(String password, String reason) {
        EmailAddress email = EmailAddress.parse("Ada@example.com").orElseThrow();
        assertThat(PasswordRule.fault(password, email))
                .hasValueSatisfying(fault -> assertThat(fault).contains(reason));
    }

    @Test
    void isTenToTwoHundredCharacters() {
        assertThat(PasswordRule.fault("tencharact")).isEmpty();
        assertThat(PasswordRule.fault("all lower case words")).isEmpty();
        assertThat(PasswordRule.fault("ab".repeat(100))).isEmpty();
        assertThat(PasswordRule.fault("😀😁".repeat(100))).isEmpty();
        assertThat(PasswordRule.fault("ab".repeat(100) + "c"))
                .contains("A password has at most 200 characters.");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a@b.co",
                " Ada.Lovelace+scrip@mail.example.co.uk ",
                "o'hara@example.com",
                "x_y-z%1@example-host.io"
            })
    void theseAreAddresses(String address) {
        assertThat(EmailAddress.parse(address))
                .hasValueSatisfying(email -> assertThat(email.typed()).isEqualTo(address.strip()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "ada",
                "ada@",
                "@example.com",
                "ada@localhost",
                "ada@example..com",
                "ada@.example.com",
                "ada@example.com.",
                ".ada@example.com",
                "a@b@example.com",
                "ada lovelace@example.com",
                "ada@example.com\r\nBcc: all@example.com",
                "Ada <ada@example.com>",
                "ada@example.com,bob@example.com",
                "ada@exa_mple.com",
                "ada@ex\u00e4mple.com"
            })
    void theseAreNot(String address) {
        assertThat(EmailAddress.parse(address)).isEmpty();
        assertThat(EmailAddress.parse("x".repeat(65) + "@example.com")).isEmpty();
        assertThat(EmailAddress.parse("x@" + "y".repeat(250) + ".com")).isEmpty();
    }
}
