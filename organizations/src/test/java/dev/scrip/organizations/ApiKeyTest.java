package dev.scrip.organizations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import dev.scrip.postgres.Database;
import dev.scrip.testing.SettableClock;
import dev.scrip.testing.TestPostgres;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ApiKeyTest {

    private static final long ADA = 1;
    private static final Instant START = Instant.parse("2026-03-01T10:00:00Z");

    private final SettableClock clock = new SettableClock(START);
    private Database database;
    private Organizations here;
    private Organization organization;
    private long projectId;

    @BeforeEach
    void open() {
        database = TestPostgres.database();
        here = new Organizations(database, clock);
        organization = database.transaction(tx -> here.create(tx, "Engines", false, ADA));
        projectId = here.projects(organization.id()).getFirst().id();
    }

    @AfterEach
    void close() {
        here.close();
        database.close();
    }

    @Test
    void itsSecretIsShownOnceAndKeptAsAHash() {
        NewApiKey made = newKey("  CI  ");

        assertThat(made.key().name()).isEqualTo("CI");
        assertThat(made.secret()).startsWith(made.key().start()).endsWith(made.key().end());
        assertThat(made.toString()).doesNotContain(made.secret());
        assertThat(here.keys(organization.id())).containsExactly(made.key());
        String stored =
                database.read(
                        handle ->
                                handle.createQuery(
                                                "SELECT (SELECT string_agg(api_key::text, ',') FROM"
                                                        + " api_key) || (SELECT"
                                                        + " string_agg(api_key_hash::text, ',')"
                                                        + " FROM api_key_hash)")
                                        .mapTo(String.class)
                                        .one());
        assertThat(stored).doesNotContain(made.secret().substring(made.key().start().length()));
    }

    @Test
    void tellsWhoCalls() {
        NewApiKey made = newKey("CI");
        KeyOutcome expected =
                new KeyOutcome.Known(
                        new Caller(
                                organization.id(),
                                projectId,
                                made.key().id(),
                                made.key().createdBy()));

        assertThat(outcome(here, made.secret())).isEqualTo(expected);
        assertThat(outcome(here, made.secret())).isEqualTo(expected);
        assertThat(outcome(here, Secret.random(new SecureRandom())))
                .isEqualTo(new KeyOutcome.Unknown());
    }

    @Test
    void diesAtOnceHereAndSoonInEveryOtherProcess() throws Exception {
        NewApiKey made = newKey("CI");
        NewApiKey other = newKey("Other");
        try (Organizations there = new Organizations(database, clock)) {
            assertThat(outcome(here, made.secret())).isInstanceOf(KeyOutcome.Known.class);
            assertThat(outcome(there, made.secret())).isInstanceOf(KeyOutcome.Known.class);

            clock.advance(Duration.ofMinutes(1));
            assertThat(here.revokeKey(organization.id(), made.key().id())).isTrue();

            assertThat(outcome(here, made.secret())).isEqualTo(new KeyOutcome.Unknown());
            // Well before a remembered key would expire by itself.
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
            while (outcome(there, made.secret()) instanceof KeyOutcome.Known
                    && System.nanoTime() < deadline) {
                Thread.onSpinWait();
            }
            assertThat(outcome(there, made.secret())).isEqualTo(new KeyOutcome.Unknown());
        }
        assertThat(outcome(here, other.secret())).isInstanceOf(KeyOutcome.Known.class);
        assertThat(here.keys(organization.id()))
                .extracting(ApiKey::revokedAt)
                .containsExactly(null, START.plus(Duration.ofMinutes(1)));
    }

    @Test
    void isRevokedByItsOrganizationOnlyAndForGood() {
        NewApiKey made = newKey("CI");

        assertThat(here.revokeKey(organization.id() + 1, made.key().id())).isFalse();
        assertThat(here.revokeKey(organization.id(), made.key().id() + 1)).isFalse();
        assertThat(outcome(here, made.secret())).isInstanceOf(KeyOutcome.Known.class);

        assertThat(here.revokeKey(organization.id(), made.key().id())).isTrue();
        clock.advance(Duration.ofDays(1));
        assertThat(here.revokeKey(organization.id(), made.key().id())).isTrue();
        assertThat(here.keys(organization.id()).getFirst().revokedAt()).isEqualTo(START);
    }

    @Test
    void isNeverAliveAgainHoweverManyAskWhileItIsRevoked() throws Exception {
        for (int round = 0; round < 20; round++) {
            NewApiKey made = newKey("CI");
            Set<Class<?>> afterwards = ConcurrentHashMap.newKeySet();
            CountDownLatch asking = new CountDownLatch(8);
            CountDownLatch revoked = new CountDownLatch(1);
            Thread[] askers = new Thread[8];
            for (int i = 0; i < askers.length; i++) {
                askers[i] =
                        Thread.startVirtualThread(
                                () -> {
                                    asking.countDown();
                                    while (revoked.getCount() > 0) {
                                        outcome(here, made.secret());
                                    }
                                    afterwards.add(outcome(here, made.secret()).getClass());
                                });
            }
            asking.await();
            here.revokeKey(organization.id(), made.key().id());
            revoked.countDown();
            for (Thread asker : askers) {
                asker.join();
            }
            assertThat(afterwards).containsExactly(KeyOutcome.Unknown.class);
        }
    }

    @Test
    void itsLastUseIsWrittenAtTheEndAtLatest() {
        NewApiKey made = newKey("CI");
        NewApiKey idle = newKey("Idle");
        outcome(here, made.secret());
        clock.advance(Duration.ofSeconds(30));
        outcome(here, made.secret());

        here.close();

        assertThat(here.keys(organization.id()))
                .extracting(ApiKey::id, ApiKey::lastUsedAt)
                .containsExactly(
                        tuple(idle.key().id(), null),
                        tuple(made.key().id(), START.plusSeconds(30)));
    }

    @Test
    void livesInAProjectOfItsOrganization() {
        Organization other = database.transaction(tx -> here.create(tx, "Other", false, ADA));
        long foreign = here.projects(other.id()).getFirst().id();

        assertThatThrownBy(() -> here.createKey(organization.id(), foreign, "CI", ADA))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> newKey(" ")).hasMessage("Please give it a name.");
        assertThat(here.keys(organization.id())).isEmpty();
    }

    @Test
    void aWrongChecksumIsRefusedWithoutTheDatabaseAndARightOneNeedsIt() {
        NewApiKey made = newKey("CI");
        String secret = made.secret();
        String mistyped =
                secret.substring(0, 20)
                        + (secret.charAt(20) == 'a' ? 'b' : 'a')
                        + secret.substring(21);
        here.close();
        database.close();

        assertThat(outcome(here, mistyped)).isEqualTo(new KeyOutcome.Unknown());
        assertThat(outcome(here, secret)).isEqualTo(new KeyOutcome.Unavailable());
    }

    private NewApiKey newKey(String name) {
        return here.createKey(organization.id(), projectId, name, ADA);
    }

    private static KeyOutcome outcome(Organizations organizations, String secret) {
        return organizations.authenticate(secret).toCompletableFuture().join();
    }
}
