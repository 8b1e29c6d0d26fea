package dev.scrip.organizations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.scrip.postgres.Database;
import dev.scrip.testing.TestPostgres;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Operators' keys: shown once, known by their hash, dead at once. */
class OperatorKeysTest {

    private static final Database DATABASE = TestPostgres.database();
    private final OperatorKeys keys =
            new OperatorKeys(DATABASE, () -> Instant.parse("2026-03-15T12:00:00.123456789Z"));

    @AfterAll
    static void close() {
        DATABASE.close();
    }

    @Test
    void keyLivesUntilItIsRevoked() {
        NewOperatorKey made = keys.create(" billing script ", 7);
        assertThat(made.secret()).startsWith("sk-scrip-admin-").startsWith(made.key().start());
        assertThat(made.toString()).doesNotContain(made.secret());
        assertThat(keys.authenticate(made.secret())).contains(made.key());
        assertThat(keys.keys()).contains(made.key());
        assertThat(keys.revoke(made.key().id())).isTrue();
        assertThat(keys.authenticate(made.secret())).isEmpty();
        assertThat(keys.revoke(made.key().id())).isTrue();
        assertThat(keys.revoke(1)).isFalse();
    }

    @Test
    void anythingElseIsRefused() {
        String secret = keys.create("one", 7).secret();
        assertThat(keys.authenticate("")).isEmpty();
        assertThat(keys.authenticate(secret + "x")).isEmpty();
        assertThat(keys.authenticate(secret.toUpperCase(Locale.ROOT))).isEmpty();
        assertThat(keys.authenticate("sk-scrip-" + secret.substring(15))).isEmpty();
        assertThatThrownBy(() -> keys.create("", 7)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void onlyAHashIsKept() {
        String secret = keys.create("hashed", 7).secret();
        byte[] kept =
                DATABASE.read(
                        tx ->
                                tx.createQuery(
                                                "SELECT secret_hash FROM operator_key"
                                                        + " WHERE name = 'hashed'")
                                        .mapTo(byte[].class)
                                        .one());
        assertThat(Arrays.equals(kept, SecretHash.of(secret).bytes())).isTrue();
    }
}
