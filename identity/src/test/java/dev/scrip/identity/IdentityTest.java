package dev.scrip.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.password4j.Argon2Function;
import com.password4j.Password;
import com.password4j.types.Argon2;
import dev.scrip.postgres.Database;
import dev.scrip.testing.SettableClock;
import dev.scrip.testing.TestPostgres;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class IdentityTest {

    private static final String PASSWORD = "analytical engine";
    private static final String BROWSER = "Firefox";
    private static final String NETWORK = "192.0.2.1";
    private static final AtomicInteger PEOPLE = new AtomicInteger();

    private static Database database;

    /** Each test has a clock and limits of its own; they share the database. */
    private final SettableClock clock = new SettableClock(Instant.parse("2026-03-01T10:00:00Z"));

    private final Identity identity = new Identity(database, clock);
    private final String email = "Ada" + PEOPLE.incrementAndGet() + "@Example.com";

    @BeforeAll
    static void open() {
        database = TestPostgres.database();
    }

    @AfterAll
    static void close() {
        database.close();
    }

    private SignUpOutcome signUp(String address, String password, String name) {
        return database.transaction(tx -> identity.signUp(tx, new SignUp(address, password, name)));
    }

    private SignUpOutcome.Registered registered() {
        return (SignUpOutcome.Registered) signUp(email, PASSWORD, "Ada");
    }

    private User verified() {
        SignUpOutcome.Registered registered = registered();
        assertThat(verify(registered.verificationToken())).isInstanceOf(TokenOutcome.Good.class);
        return registered.user();
    }

    private TokenOutcome verify(String token) {
        return database.transaction(tx -> identity.verify(tx, token));
    }

    private SignInOutcome signIn(String address, String password) {
        return identity.signIn(address, password, BROWSER, NETWORK);
    }

    private String signedIn() {
        return ((SignInOutcome.SignedIn) signIn(email, PASSWORD)).sessionToken();
    }

    private ResetOutcome reset(String token, String password) {
        return database.transaction(tx -> identity.reset(tx, token, password));
    }

    private Optional<String> beginReset(String address) {
        return database.transaction(tx -> identity.beginReset(tx, address)).map(ResetToken::token);
    }

    private Optional<SignUpOutcome.Registered> renew(String address) {
        return database.transaction(tx -> identity.renewVerification(tx, address));
    }

    @Test
    void signsUpVerifiesAndSignsIn() {
        SignUpOutcome.Registered registered =
                (SignUpOutcome.Registered) signUp("  " + email + " ", PASSWORD, " Ada ");
        User user = registered.user();
        assertThat(user)
                .isEqualTo(new User(user.id(), email, "Ada", false, false, clock.instant()));
        assertThat(identity.user(user.id())).contains(user);
        assertThat(signIn(email, PASSWORD)).isEqualTo(new SignInOutcome.NotVerified(user));

        User verified = new User(user.id(), email, "Ada", true, false, user.createdAt());
        assertThat(verify(registered.verificationToken()))
                .isEqualTo(new TokenOutcome.Good(verified));

        assertThat(signIn(email.toUpperCase(Locale.ROOT), PASSWORD))
                .isInstanceOf(SignInOutcome.SignedIn.class);
        Session session = identity.session(signedIn()).orElseThrow();
        assertThat(session.user()).isEqualTo(verified);
        assertThat(session.userAgent()).isEqualTo(BROWSER);
        assertThat(session.address()).isEqualTo(NETWORK);
        assertThat(session.expiresAt()).isEqualTo(clock.instant().plus(Duration.ofDays(30)));
    }

    @Test
    void saysWhatWillNotDo() {
        assertThat(signUp("ada", PASSWORD, "Ada"))
                .isEqualTo(new SignUpOutcome.Invalid("email", "That is not an e-mail address."));
        assertThat(signUp(email, "short", "Ada"))
                .isEqualTo(
                        new SignUpOutcome.Invalid(
                                "password", "A password has at least 10 characters."));
        assertThat(signUp(email, email, "Ada"))
                .isEqualTo(
                        new SignUpOutcome.Invalid(
                                "password", "The password must not be the e-mail address."));
        assertThat(signUp(email, PASSWORD, " "))
                .isEqualTo(new SignUpOutcome.Invalid("name", "Please tell us your name."));
        assertThat(signUp(email, PASSWORD, "Ada\nLovelace"))
                .isEqualTo(new SignUpOutcome.Invalid("name", "A name is one line of text."));
        assertThat(identity.passwordFault("short")).isPresent();
        assertThat(identity.passwordFault(PASSWORD)).isEmpty();
    }

    @Test
    void anAddressIsTakenHoweverItIsWritten() {
        User user = registered().user();
        assertThat(signUp(" " + email.toLowerCase(Locale.ROOT), "another password", "B"))
                .isEqualTo(new SignUpOutcome.EmailTaken(user));
        assertThat(signIn(email, "another password")).isInstanceOf(SignInOutcome.Wrong.class);
    }

    @Test
    void ofManyWhoTakeAnAddressAtOnceOneGetsIt() throws Exception {
        List<SignUpOutcome> outcomes = together(8, () -> signUp(email, PASSWORD, "Ada"));
        assertThat(outcomes).filteredOn(SignUpOutcome.Registered.class::isInstance).hasSize(1);
        assertThat(outcomes).filteredOn(SignUpOutcome.EmailTaken.class::isInstance).hasSize(7);
    }

    @Test
    void aVerificationLinkIsGoodOnceForADay() {
        SignUpOutcome.Registered registered = registered();
        clock.advance(Duration.ofHours(24));
        assertThat(verify(registered.verificationToken()))
                .isEqualTo(new TokenOutcome.Expired(registered.user()));

        String renewed = renew(email).orElseThrow().verificationToken();
        assertThat(verify(registered.verificationToken())).isEqualTo(new TokenOutcome.Unknown());
        clock.advance(Duration.ofHours(24).minusSeconds(1));
        assertThat(verify(renewed)).isInstanceOf(TokenOutcome.Good.class);
        assertThat(verify(renewed)).isEqualTo(new TokenOutcome.Used());
        assertThat(verify(renewed.substring(1))).isEqualTo(new TokenOutcome.Unknown());
        assertThat(verify("")).isEqualTo(new TokenOutcome.Unknown());
        assertThat(renew(email)).as("nothing left to verify").isEmpty();
        assertThat(renew("nobody@example.com")).isEmpty();
    }

    @Test
    void ofManyWhoFollowALinkAtOnceOneIsGood() throws Exception {
        String token = registered().verificationToken();
        List<TokenOutcome> outcomes = together(16, () -> verify(token));
        assertThat(outcomes).filteredOn(TokenOutcome.Good.class::isInstance).hasSize(1);
        assertThat(outcomes).filteredOn(TokenOutcome.Used.class::isInstance).hasSize(15);
    }

    @Test
    void aTokenIsForOnePurpose() {
        String verification = registered().verificationToken();
        String reset = beginReset(email).orElseThrow();
        assertThat(verify(reset)).isEqualTo(new TokenOutcome.Unknown());
        assertThat(reset(verification, "another password")).isEqualTo(new ResetOutcome.Unknown());
    }

    @Test
    void aResetSetsThePasswordVerifiesAndEndsAllSessions() {
        verified();
        String session = signedIn();
        String token = beginReset(email).orElseThrow();

        assertThat(reset(token, "short"))
                .isEqualTo(
                        new ResetOutcome.PasswordRefused("A password has at least 10 characters."));
        assertThat(reset(token, email)).isInstanceOf(ResetOutcome.PasswordRefused.class);
        assertThat(reset(token, "another password")).isInstanceOf(ResetOutcome.Changed.class);
        assertThat(reset(token, "a third password")).isEqualTo(new ResetOutcome.Used());

        assertThat(identity.session(session)).isEmpty();
        assertThat(signIn(email, PASSWORD)).isInstanceOf(SignInOutcome.Wrong.class);
        assertThat(signIn(email, "another password")).isInstanceOf(SignInOutcome.SignedIn.class);
    }

    @Test
    void aResetLinkIsGoodForAnHourAndVerifiesWhoWasNotYet() {
        User user = registered().user();
        String late = beginReset(email).orElseThrow();
        clock.advance(Duration.ofHours(1));
        assertThat(reset(late, "another password")).isEqualTo(new ResetOutcome.Expired(user));

        String token = beginReset(email).orElseThrow();
        assertThat(reset(token, "another password"))
                .isInstanceOfSatisfying(
                        ResetOutcome.Changed.class,
                        changed -> assertThat(changed.user().verified()).isTrue());
        assertThat(beginReset("nobody@example.com")).isEmpty();
        assertThat(beginReset("nonsense")).isEmpty();
    }

    @Test
    void aMailboxIsNotFilledByAskingForLinks() {
        registered();
        for (int i = 0; i < 5; i++) {
            assertThat(beginReset(email)).isPresent();
        }
        assertThat(beginReset(email)).isEmpty();
        for (int i = 1; i < 5; i++) { // one was made at sign-up
            assertThat(renew(email)).isPresent();
        }
        assertThat(renew(email)).isEmpty();
        clock.advance(Duration.ofHours(1));
        assertThat(beginReset(email)).isPresent();
        assertThat(renew(email)).isPresent();
    }

    @Test
    void aSessionEndsAtSignOutAfterIdlingAndInAMonth() {
        User user = verified();
        String first = signedIn();
        String second = signedIn();
        identity.signOut(first);
        assertThat(identity.session(first)).isEmpty();
        assertThat(identity.session(second)).isPresent();
        assertThat(identity.session("made up")).isEmpty();

        for (int day = 0; day < 29; day += 6) {
            clock.advance(Duration.ofDays(6).minusSeconds(1));
            assertThat(identity.session(second)).as("day %s", day).isPresent();
        }
        clock.advance(Duration.ofSeconds(5));
        assertThat(identity.session(second)).as("30 days").isEmpty();

        String idle = signedIn();
        clock.advance(Duration.ofDays(7));
        assertThat(identity.session(idle)).isEmpty();
        assertThat(identity.sessions(user.id())).isEmpty();
    }

    @Test
    void aUserSeesAndEndsTheirOwnSessions() {
        User user = verified();
        String first = signedIn();
        clock.advance(Duration.ofMinutes(2));
        String second = signedIn();
        assertThat(identity.sessions(user.id()))
                .extracting(Session::createdAt)
                .containsExactly(clock.instant(), clock.instant().minus(Duration.ofMinutes(2)));

        clock.advance(Duration.ofMinutes(2));
        long id = identity.session(first).orElseThrow().id();
        assertThat(identity.sessions(user.id()).getFirst().id()).as("seen last").isEqualTo(id);
        assertThat(identity.endSession(user.id() + 1, id)).isFalse();
        assertThat(identity.endSession(user.id(), id)).isTrue();
        assertThat(identity.session(first)).isEmpty();
        assertThat(identity.session(second)).isPresent();
    }

    @Test
    void aPasswordThatWasResetMeanwhileOpensNoSession() throws Exception {
        User user = verified();
        String token = beginReset(email).orElseThrow();
        try (ExecutorService thread = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<SignInOutcome> signingIn =
                    database.transaction(
                            tx -> {
                                UserStore.lockPasswordHash(tx, user.id());
                                Future<SignInOutcome> running =
                                        thread.submit(() -> signIn(email, PASSWORD));
                                awaitSomebodyWaitingForALock();
                                // The password was right; its session is not written yet.
                                identity.reset(tx, token, "another password");
                                return running;
                            });
            assertThat(signingIn.get()).isEqualTo(new SignInOutcome.Wrong());
        }
        assertThat(identity.sessions(user.id())).isEmpty();
    }

    private static void awaitSomebodyWaitingForALock() {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        AtomicBoolean waiting = new AtomicBoolean();
        while (!waiting.get()) {
            assertThat(System.nanoTime()).as("nobody waited").isLessThan(deadline);
            // The owner alone sees what the other connections do.
            database.owner(
                    handle ->
                            waiting.set(
                                    handle.createQuery(
                                                    """
                                                    SELECT EXISTS (
                                                        SELECT FROM pg_stat_activity
                                                         WHERE datname = current_database()
                                                           AND wait_event_type = 'Lock')
                                                    """)
                                            .mapTo(Boolean.class)
                                            .one()));
        }
    }

    @Test
    void manyWrongPasswordsAreSlowedDownTheRightOneToo() {
        verified();
        for (int i = 0; i < 5; i++) {
            assertThat(signIn(email, "wrong password")).isEqualTo(new SignInOutcome.Wrong());
        }
        assertThat(signIn(email, PASSWORD)).isInstanceOf(SignInOutcome.TooMany.class);
        assertThat(identity.signIn(email, PASSWORD, BROWSER, "198.51.100.7"))
                .isInstanceOf(SignInOutcome.SignedIn.class);
        clock.advance(Duration.ofMinutes(1));
        assertThat(signIn(email, PASSWORD)).isInstanceOf(SignInOutcome.SignedIn.class);
    }

    @Test
    void nobodysAddressIsWrongLikeAWrongPassword() {
        assertThat(signIn("nobody@example.com", PASSWORD)).isEqualTo(new SignInOutcome.Wrong());
        assertThat(signIn("nonsense", PASSWORD)).isEqualTo(new SignInOutcome.Wrong());
        assertThat(signIn(email, "x".repeat(100_000))).isEqualTo(new SignInOutcome.Wrong());
    }

    @Test
    void anOlderHashIsReplacedAtSignIn() {
        User user = verified();
        String older =
                Password.hash(PASSWORD)
                        .addRandomSalt(16)
                        .with(Argon2Function.getInstance(4096, 1, 1, 32, Argon2.ID))
                        .getResult();
        database.execute(tx -> UserStore.setPassword(tx, user.id(), older));

        signedIn();

        String now = database.read(handle -> UserStore.lockPasswordHash(handle, user.id()));
        assertThat(now).startsWith("$argon2id$v=19$m=19456,t=2,p=1$");
        signedIn();
    }

    @Test
    void nothingThatOpensADoorIsKept() {
        SignUpOutcome.Registered registered = registered();
        String reset = beginReset(email).orElseThrow();
        verify(registered.verificationToken());
        String session = signedIn();

        String kept =
                database.read(
                        handle ->
                                handle.createQuery(
                                                """
                                                SELECT (SELECT string_agg(users::text, '') FROM users)
                                                    || (SELECT string_agg(user_token::text, '')
                                                          FROM user_token)
                                                    || (SELECT string_agg(user_session::text, '')
                                                          FROM user_session)
                                                """)
                                        .mapTo(String.class)
                                        .one());
        assertThat(kept)
                .contains(email)
                .doesNotContain(PASSWORD, registered.verificationToken(), reset, session);
        assertThat(new SignUp(email, PASSWORD, "Ada").toString()).doesNotContain(PASSWORD);
    }

    @Test
    void theOperatorIsMadeAndGetsANewPassword() {
        User made = database.transaction(tx -> identity.setOperator(tx, email, PASSWORD));
        assertThat(made.operator()).isTrue();
        assertThat(made.verified()).isTrue();
        assertThat(identity.hasOperator()).isTrue();
        String session = signedIn();

        User again =
                database.transaction(tx -> identity.setOperator(tx, email, "another password"));
        assertThat(again.id()).isEqualTo(made.id());
        assertThat(identity.session(session)).isEmpty();
        assertThat(signIn(email, "another password")).isInstanceOf(SignInOutcome.SignedIn.class);
        assertThatThrownBy(() -> database.execute(tx -> identity.setOperator(tx, "x", PASSWORD)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /** What several get who do the same at once. */
    private static <T> List<T> together(int people, Callable<T> work) throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<T>> running = threads.invokeAll(Collections.nCopies(people, work));
            List<T> results = new ArrayList<>();
            for (Future<T> future : running) {
                results.add(future.get());
            }
            return results;
        }
    }
}
