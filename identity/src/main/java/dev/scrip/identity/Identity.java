package dev.scrip.identity;

import dev.scrip.identity.UserStore.Credentials;
import dev.scrip.identity.UserStore.KeptToken;
import dev.scrip.identity.UserStore.Purpose;
import dev.scrip.postgres.Database;
import dev.scrip.postgres.Ids;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * Users, their passwords (Argon2), links by mail and sessions. Methods that take a {@link Handle}
 * take part in the caller's transaction; the mails are the caller's to send.
 */
public final class Identity {

    /** How long the link in a verification mail is good. */
    public static final Duration VERIFICATION_LIFE = Duration.ofHours(24);

    /** How long the link to choose a new password is good. */
    public static final Duration RESET_LIFE = Duration.ofHours(1);

    /** How long a session lives, however busy. */
    public static final Duration SESSION_LIFE = Duration.ofDays(30);

    private static final Duration SESSION_IDLE = Duration.ofDays(7);

    /** "Last seen" is written this often at most, not on every page. */
    private static final Duration SEEN_PRECISION = Duration.ofMinutes(1);

    /** Nobody's mailbox can be filled by asking for links in their name. */
    private static final int LINKS_PER_HOUR = 5;

    private static final Duration TOKENS_KEPT = Duration.ofDays(30);
    private static final int NAME_LENGTH_MAX = 64;
    private static final int USER_AGENT_LENGTH_MAX = 300;
    private static final int SESSION_ADDRESS_LENGTH_MAX = 100;

    private final Database database;
    private final InstantSource clock;
    private final PasswordHasher hasher = new PasswordHasher();
    private final SignInLimits limits;

    public Identity(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
        this.limits = new SignInLimits(clock);
    }

    /** Checks everything, then makes an unverified user with a verification token (24 hours). */
    public SignUpOutcome signUp(Handle tx, SignUp signUp) {
        Optional<EmailAddress> email = EmailAddress.parse(signUp.email());
        if (email.isEmpty()) {
            return new SignUpOutcome.Invalid("email", "That is not an e-mail address.");
        }
        Optional<SignUpOutcome.Invalid> fault =
                nameFault(signUp.name())
                        .map(reason -> new SignUpOutcome.Invalid("name", reason))
                        .or(
                                () ->
                                        PasswordRule.fault(signUp.password(), email.get())
                                                .map(
                                                        reason ->
                                                                new SignUpOutcome.Invalid(
                                                                        "password", reason)));
        if (fault.isPresent()) {
            return fault.get();
        }
        // Hashed before it is known whether the address is taken, so that both take as long.
        String hash = hasher.hash(signUp.password());
        User user = newUser(email.get(), signUp.name().strip(), false, false);
        if (!UserStore.insert(tx, user, email.get(), hash)) {
            return new SignUpOutcome.EmailTaken(credentials(tx, email.get()).user());
        }
        Token token = issue(tx, user.id(), Purpose.VERIFICATION, VERIFICATION_LIFE);
        return new SignUpOutcome.Registered(user, token.text());
    }

    /**
     * A new verification token in place of the old one; empty if there is nothing to verify, or
     * there were several within the hour.
     */
    public Optional<SignUpOutcome.Registered> renewVerification(Handle tx, String email) {
        return userOf(tx, email)
                .filter(user -> !user.verified())
                .filter(user -> mayBeMailed(tx, user, Purpose.VERIFICATION))
                .map(
                        user ->
                                new SignUpOutcome.Registered(
                                        user,
                                        issue(
                                                        tx,
                                                        user.id(),
                                                        Purpose.VERIFICATION,
                                                        VERIFICATION_LIFE)
                                                .text()));
    }

    /** Uses a verification token up: {@code Good} once, with the user now verified. */
    public TokenOutcome verify(Handle tx, String token) {
        Instant now = now();
        Token presented = new Token(token);
        TokenOutcome outcome = check(tx, presented, Purpose.VERIFICATION, now);
        if (outcome instanceof TokenOutcome.Good good) {
            UserStore.useToken(tx, presented, now);
            UserStore.setVerified(tx, good.user().id(), now);
            return new TokenOutcome.Good(existing(tx, good.user().id()));
        }
        return outcome;
    }

    /**
     * A token (1 hour) to choose a new password with; empty if nobody has this address, or there
     * were several within the hour.
     */
    public Optional<ResetToken> beginReset(Handle tx, String email) {
        return userOf(tx, email)
                .filter(user -> mayBeMailed(tx, user, Purpose.RESET))
                .map(
                        user ->
                                new ResetToken(
                                        user,
                                        issue(tx, user.id(), Purpose.RESET, RESET_LIFE).text()));
    }

    /** Uses a reset token up, sets the password, verifies the address, ends all sessions. */
    public ResetOutcome reset(Handle tx, String token, String newPassword) {
        Instant now = now();
        Token presented = new Token(token);
        return switch (check(tx, presented, Purpose.RESET, now)) {
            case TokenOutcome.Good(User user) -> {
                EmailAddress email = EmailAddress.parse(user.email()).orElseThrow();
                Optional<String> fault = PasswordRule.fault(newPassword, email);
                if (fault.isPresent()) {
                    yield new ResetOutcome.PasswordRefused(fault.get());
                }
                UserStore.useToken(tx, presented, now);
                setPassword(tx, user.id(), newPassword, now);
                yield new ResetOutcome.Changed(existing(tx, user.id()));
            }
            case TokenOutcome.Used used -> new ResetOutcome.Used();
            case TokenOutcome.Expired(User user) -> new ResetOutcome.Expired(user);
            case TokenOutcome.Unknown unknown -> new ResetOutcome.Unknown();
        };
    }

    /** Why a password is refused, as a sentence; empty if it will do. */
    public Optional<String> passwordFault(String password) {
        return PasswordRule.fault(password);
    }

    /**
     * Checks a password and opens a session. An address that nobody has takes as long as a wrong
     * password.
     *
     * @param address the network address of the browser, which tries are counted by
     */
    public SignInOutcome signIn(String email, String password, String userAgent, String address) {
        Optional<EmailAddress> parsed = EmailAddress.parse(email);
        String key = parsed.map(EmailAddress::key).orElse("");
        Optional<Duration> wait = limits.take(address, key);
        if (wait.isPresent()) {
            return new SignInOutcome.TooMany(wait.get());
        }
        Optional<Credentials> found =
                parsed.flatMap(
                        known -> database.read(handle -> UserStore.credentials(handle, known)));
        if (password.length() > 2 * PasswordRule.LENGTH_MAX || found.isEmpty()) {
            hasher.matchesNobody("");
            return new SignInOutcome.Wrong();
        }
        Credentials credentials = found.get();
        if (!hasher.matches(password, credentials.passwordHash())) {
            return new SignInOutcome.Wrong();
        }
        limits.giveBack(address, key);
        if (!credentials.user().verified()) {
            return new SignInOutcome.NotVerified(credentials.user());
        }
        return open(credentials, password, userAgent, address);
    }

    /** The session of a cookie, if it is alive; renews "last seen". */
    public Optional<Session> session(String sessionToken) {
        Instant now = now();
        Token token = new Token(sessionToken);
        Optional<Session> session =
                database.read(handle -> SessionStore.session(handle, token, now, SESSION_IDLE));
        boolean stale =
                session.filter(alive -> alive.lastSeenAt().isBefore(now.minus(SEEN_PRECISION)))
                        .isPresent();
        if (stale) {
            database.execute(tx -> SessionStore.seen(tx, token, now));
        }
        return session;
    }

    public void signOut(String sessionToken) {
        database.execute(tx -> SessionStore.delete(tx, new Token(sessionToken)));
    }

    /** The living sessions of a user, the last seen first. */
    public List<Session> sessions(long userId) {
        Instant now = now();
        return database.read(handle -> SessionStore.sessions(handle, userId, now, SESSION_IDLE));
    }

    /** False: the user has no such session. */
    public boolean endSession(long userId, long sessionId) {
        return database.transaction(tx -> SessionStore.delete(tx, userId, sessionId));
    }

    public Optional<User> user(long userId) {
        return database.read(handle -> UserStore.user(handle, userId));
    }

    /**
     * Makes the operator, or gives an existing user a new password and makes them one. They are
     * verified, and all their sessions end.
     *
     * @throws IllegalArgumentException if the address or the password will not do
     */
    public User setOperator(Handle tx, String email, String password) {
        EmailAddress address =
                EmailAddress.parse(email)
                        .orElseThrow(
                                () -> new IllegalArgumentException("no e-mail address: " + email));
        PasswordRule.fault(password, address)
                .ifPresent(
                        fault -> {
                            throw new IllegalArgumentException(fault);
                        });
        User user = newUser(address, "Operator", true, true);
        if (UserStore.insert(tx, user, address, hasher.hash(password))) {
            return user;
        }
        long existing = credentials(tx, address).user().id();
        setPassword(tx, existing, password, now());
        UserStore.setOperator(tx, existing);
        return existing(tx, existing);
    }

    public boolean hasOperator() {
        return database.read(UserStore::hasOperator);
    }

    private SignInOutcome open(
            Credentials credentials, String password, String userAgent, String address) {
        User user = credentials.user();
        Instant now = now();
        Token token = Token.random();
        Session session =
                new Session(
                        Ids.next(),
                        user,
                        printable(userAgent, USER_AGENT_LENGTH_MAX),
                        printable(address, SESSION_ADDRESS_LENGTH_MAX),
                        now,
                        now,
                        now.plus(SESSION_LIFE));
        Optional<String> newHash =
                hasher.isOutdated(credentials.passwordHash())
                        ? Optional.of(hasher.hash(password))
                        : Optional.empty();
        boolean opened =
                database.transaction(
                        tx -> {
                            // A password that was reset meanwhile must not open a session behind
                            // the one statement that ended them all.
                            if (!UserStore.lockPasswordHash(tx, user.id())
                                    .equals(credentials.passwordHash())) {
                                return false;
                            }
                            SessionStore.deleteEnded(tx, user.id(), now, SESSION_IDLE);
                            SessionStore.insert(tx, token, session);
                            newHash.ifPresent(hash -> UserStore.setPassword(tx, user.id(), hash));
                            return true;
                        });
        return opened ? new SignInOutcome.SignedIn(user, token.text()) : new SignInOutcome.Wrong();
    }

    private static TokenOutcome check(Handle tx, Token token, Purpose purpose, Instant now) {
        Optional<KeptToken> found = UserStore.lockToken(tx, token, purpose);
        if (found.isEmpty() || found.get().replaced()) {
            return new TokenOutcome.Unknown();
        }
        KeptToken kept = found.get();
        if (kept.used()) {
            return new TokenOutcome.Used();
        }
        User user = existing(tx, kept.userId());
        return kept.expiresAt().isAfter(now)
                ? new TokenOutcome.Good(user)
                : new TokenOutcome.Expired(user);
    }

    private void setPassword(Handle tx, long userId, String password, Instant now) {
        UserStore.setPassword(tx, userId, hasher.hash(password));
        UserStore.setVerified(tx, userId, now);
        SessionStore.deleteAll(tx, userId);
    }

    private Token issue(Handle tx, long userId, Purpose purpose, Duration life) {
        Instant now = now();
        Token token = Token.random();
        UserStore.replaceTokens(tx, userId, purpose, now, now.minus(TOKENS_KEPT));
        UserStore.insertToken(tx, token, userId, purpose, now, now.plus(life));
        return token;
    }

    private boolean mayBeMailed(Handle tx, User user, Purpose purpose) {
        Instant since = now().minus(Duration.ofHours(1));
        return UserStore.tokensSince(tx, user.id(), purpose, since) < LINKS_PER_HOUR;
    }

    private User newUser(EmailAddress email, String name, boolean verified, boolean operator) {
        return new User(Ids.next(), email.typed(), name, verified, operator, now());
    }

    private static Optional<User> userOf(Handle tx, String email) {
        return EmailAddress.parse(email)
                .flatMap(parsed -> UserStore.credentials(tx, parsed))
                .map(Credentials::user);
    }

    private static Credentials credentials(Handle tx, EmailAddress email) {
        return UserStore.credentials(tx, email)
                .orElseThrow(() -> new IllegalStateException("an address without its user"));
    }

    private static User existing(Handle tx, long userId) {
        return UserStore.user(tx, userId)
                .orElseThrow(() -> new IllegalStateException("no user " + userId));
    }

    private static Optional<String> nameFault(String name) {
        String stripped = name.strip();
        if (stripped.isEmpty()) {
            return Optional.of("Please tell us your name.");
        }
        if (stripped.codePointCount(0, stripped.length()) > NAME_LENGTH_MAX) {
            return Optional.of("A name has at most " + NAME_LENGTH_MAX + " characters.");
        }
        return stripped.codePoints().anyMatch(Character::isISOControl)
                ? Optional.of("A name is one line of text.")
                : Optional.empty();
    }

    /** What a browser says of itself, made fit to be stored and shown. */
    private static String printable(String text, int lengthMax) {
        String clean = text.replaceAll("\\p{Cntrl}", " ").strip();
        return clean.length() <= lengthMax ? clean : clean.substring(0, lengthMax);
    }

    /** As finely as the database keeps it, so that what is returned equals what is read later. */
    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
