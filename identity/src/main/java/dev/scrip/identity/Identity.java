package dev.scrip.identity;

import dev.scrip.postgres.Database;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * Users, their passwords (Argon2), links by mail and sessions. Methods that take a {@link Handle}
 * take part in the caller's transaction; the mails are the caller's to send.
 */
public final class Identity {

    public Identity(Database database, InstantSource clock) {
        throw new UnsupportedOperationException("identity: to be written");
    }

    /** Checks everything, then makes an unverified user with a verification token (24 hours). */
    public SignUpOutcome signUp(Handle tx, SignUp signUp) {
        throw new UnsupportedOperationException();
    }

    /** A new verification token in place of the old one; empty if there is nothing to verify. */
    public Optional<SignUpOutcome.Registered> renewVerification(Handle tx, String email) {
        throw new UnsupportedOperationException();
    }

    /** Uses a verification token up: {@code Good} once, with the user now verified. */
    public TokenOutcome verify(Handle tx, String token) {
        throw new UnsupportedOperationException();
    }

    /** A token (1 hour) to choose a new password with; empty if nobody has this address. */
    public Optional<String> beginReset(Handle tx, String email) {
        throw new UnsupportedOperationException();
    }

    /** Uses a reset token up, sets the password, verifies the address, ends all sessions. */
    public TokenOutcome reset(Handle tx, String token, String newPassword) {
        throw new UnsupportedOperationException();
    }

    /** Why a password is refused, as a sentence; empty if it will do. */
    public Optional<String> passwordFault(String password) {
        throw new UnsupportedOperationException();
    }

    public SignInOutcome signIn(String email, String password, String userAgent, String address) {
        throw new UnsupportedOperationException();
    }

    /** The session of a cookie, if it is alive; renews "last seen". */
    public Optional<Session> session(String sessionToken) {
        throw new UnsupportedOperationException();
    }

    public void signOut(String sessionToken) {
        throw new UnsupportedOperationException();
    }

    public List<Session> sessions(long userId) {
        throw new UnsupportedOperationException();
    }

    public boolean endSession(long userId, long sessionId) {
        throw new UnsupportedOperationException();
    }

    public Optional<User> user(long userId) {
        throw new UnsupportedOperationException();
    }

    /** Makes the operator, or gives an existing one a new password. */
    public User setOperator(Handle tx, String email, String password) {
        throw new UnsupportedOperationException();
    }

    public boolean hasOperator() {
        throw new UnsupportedOperationException();
    }
}
