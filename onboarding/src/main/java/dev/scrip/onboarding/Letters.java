package dev.scrip.onboarding;

import dev.scrip.identity.Identity;
import dev.scrip.identity.User;
import dev.scrip.ledger.Grant;
import dev.scrip.notifications.Mail;
import dev.scrip.organizations.Organization;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;

/**
 * The texts of the mails to newcomers. Until an address is verified its mails quote nothing that
 * was typed at sign-up: else anybody could send their words to anybody in our name.
 */
final class Letters {

    private static final DateTimeFormatter MOMENT =
            DateTimeFormatter.ofPattern("d MMMM uuuu 'at' HH:mm 'UTC'", Locale.ENGLISH)
                    .withZone(ZoneOffset.UTC);

    private final OnboardingPolicy policy;

    Letters(OnboardingPolicy policy) {
        this.policy = policy;
    }

    Mail verification(User user, String token, Instant now) {
        String trial =
                policy.trialAmount().isPositive()
                        ? "Your organization and your trial credit of $"
                                + policy.trialAmount().cents()
                                + " are ready behind it."
                        : "Your organization is ready behind it.";
        return mail(
                "verification",
                user,
                "Confirm your address",
                """
                Hello,

                welcome to Scrip. Please confirm that this address is yours:

                %s

                %s The link works once, until %s.

                If it was not you who signed up, do nothing, and nothing happens.
                """
                        .formatted(
                                link(Onboarding.VERIFY_PATH, token),
                                trial,
                                MOMENT.format(now.plus(Identity.VERIFICATION_LIFE))));
    }

    /** To somebody whose address was used to sign up again; the page did not say so. */
    Mail alreadyKnown(User user, String token, Instant now) {
        return mail(
                "already-known",
                user,
                "You are signed up already",
                """
                Hello,

                somebody, probably you, tried to sign up at Scrip with this address. It is signed up
                already%s. Sign in here:

                %s

                If you do not know the password, choose a new one here, until %s:

                %s

                If it was not you, do nothing, and nothing happens.
                """
                        .formatted(
                                user.verified() ? "" : ", but not confirmed yet",
                                policy.publicUrl() + Onboarding.SIGN_IN_PATH,
                                MOMENT.format(now.plus(Identity.RESET_LIFE)),
                                link(Onboarding.RESET_PATH, token)));
    }

    Mail reset(User user, String token, Instant now) {
        return mail(
                "reset",
                user,
                "Choose a new password",
                """
                Hello,

                you asked for a new password at Scrip. Choose it here:

                %s

                The link works once, until %s. Until you use it, nothing changes.

                If it was not you who asked, do nothing, and your password stays as it is.
                """
                        .formatted(
                                link(Onboarding.RESET_PATH, token),
                                MOMENT.format(now.plus(Identity.RESET_LIFE))));
    }

    Mail passwordChanged(User user) {
        return mail(
                "password-changed",
                user,
                "Your password was changed",
                """
                Hello %s,

                your password at Scrip was just changed, and all your sessions were ended.
                Sign in with the new one:

                %s

                If it was not you, choose a new password at once:

                %s
                """
                        .formatted(
                                user.name(),
                                policy.publicUrl() + Onboarding.SIGN_IN_PATH,
                                policy.publicUrl() + Onboarding.FORGOT_PATH));
    }

    Mail welcome(User user, Organization organization, Optional<Grant> trial) {
        return mail(
                "welcome",
                user,
                "Welcome to Scrip",
                """
                Hello %s,

                your address is confirmed, and your organization "%s" is ready.
                %s

                Next: sign in and make an API key. It takes a minute to the first call.

                %s
                """
                        .formatted(
                                user.name(),
                                organization.name(),
                                trial.map(Letters::told)
                                        .orElse("Buy credit on the billing page to begin."),
                                policy.publicUrl() + Onboarding.SIGN_IN_PATH));
    }

    private static String told(Grant trial) {
        Instant end = trial.expiresAt();
        return "It has $"
                + trial.amount().cents()
                + " of trial credit"
                + (end == null ? "." : ", good until " + MOMENT.format(end) + ".");
    }

    private Mail mail(String kind, User to, String subject, String text) {
        return new Mail(kind, to.email(), subject, text + "\nScrip, " + policy.publicUrl() + "\n");
    }

    /** A token has no character that a link would have to escape. */
    private String link(String path, String token) {
        return policy.publicUrl() + path + "?token=" + token;
    }
}
