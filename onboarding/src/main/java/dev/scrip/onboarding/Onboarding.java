package dev.scrip.onboarding;

import dev.scrip.identity.Identity;
import dev.scrip.identity.ResetOutcome;
import dev.scrip.identity.SignUp;
import dev.scrip.identity.TokenOutcome;
import dev.scrip.ledger.Ledger;
import dev.scrip.notifications.Outbox;
import dev.scrip.organizations.Organization;
import dev.scrip.organizations.Organizations;
import dev.scrip.postgres.Database;
import java.time.InstantSource;

/**
 * The steps from a stranger to somebody who can call: sign-up, the mailed link, an organization
 * with its wallet, trial credit once per address. Each step is one transaction over the modules
 * concerned.
 */
public final class Onboarding {

    public Onboarding(
            Database database,
            Identity identity,
            Organizations organizations,
            Ledger ledger,
            Outbox outbox,
            OnboardingPolicy policy,
            InstantSource clock) {
        throw new UnsupportedOperationException("onboarding: to be written");
    }

    /**
     * @param organizationName blank: a personal organization is made at verification
     */
    public SignUpAnswer signUp(SignUp signUp, String organizationName) {
        throw new UnsupportedOperationException();
    }

    /** Sends the verification mail again, if there is something to verify; tells nothing. */
    public void resendVerification(String email) {
        throw new UnsupportedOperationException();
    }

    /** Follows the mailed link: verified, organization, wallet and trial credit, all or nothing. */
    public TokenOutcome verify(String token) {
        throw new UnsupportedOperationException();
    }

    /** Mails a link to choose a new password, if the address is known; tells nothing. */
    public void forgotPassword(String email) {
        throw new UnsupportedOperationException();
    }

    public ResetOutcome resetPassword(String token, String newPassword) {
        throw new UnsupportedOperationException();
    }

    /** Another organization for a user who has one: its own empty wallet, no trial. */
    public Organization openOrganization(long userId, String name) {
        throw new UnsupportedOperationException();
    }
}
