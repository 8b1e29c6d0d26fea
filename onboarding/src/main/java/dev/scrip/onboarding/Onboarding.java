package dev.scrip.onboarding;

import dev.scrip.identity.Identity;
import dev.scrip.identity.ResetOutcome;
import dev.scrip.identity.SignUp;
import dev.scrip.identity.SignUpOutcome;
import dev.scrip.identity.TokenOutcome;
import dev.scrip.identity.User;
import dev.scrip.ledger.Grant;
import dev.scrip.ledger.GrantKind;
import dev.scrip.ledger.GrantOrder;
import dev.scrip.ledger.GrantOutcome;
import dev.scrip.ledger.Ledger;
import dev.scrip.notifications.Outbox;
import dev.scrip.organizations.Organization;
import dev.scrip.organizations.Organizations;
import dev.scrip.postgres.Database;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * The steps from a stranger to somebody who can call: sign-up, the mailed link, an organization
 * with its wallet, trial credit once per address. Each step is one transaction over the modules
 * concerned.
 */
public final class Onboarding {

    /** Where the mailed links lead, behind the public address; links carry {@code ?token=}. */
    public static final String VERIFY_PATH = "/verify";

    public static final String RESET_PATH = "/reset-password";
    public static final String SIGN_IN_PATH = "/sign-in";
    public static final String FORGOT_PATH = "/forgot-password";

    private static final String OPERATOR_ORGANIZATION = "Operator";
    private static final String TRIAL_KEY = "trial";
    private static final String TRIAL_NOTE = "Trial credit";
    private static final String FIRST_KEY = "first key";

    private final Database database;
    private final Identity identity;
    private final Organizations organizations;
    private final Ledger ledger;
    private final Outbox outbox;
    private final OnboardingPolicy policy;
    private final InstantSource clock;
    private final Letters letters;

    public Onboarding(
            Database database,
            Identity identity,
            Organizations organizations,
            Ledger ledger,
            Outbox outbox,
            OnboardingPolicy policy,
            InstantSource clock) {
        this.database = database;
        this.identity = identity;
        this.organizations = organizations;
        this.ledger = ledger;
        this.outbox = outbox;
        this.policy = policy;
        this.clock = clock;
        this.letters = new Letters(policy);
    }

    /**
     * Makes an unverified user and mails the link. An address that is known gets another mail and
     * the same answer.
     *
     * @param organizationName blank: a personal organization is made at verification
     */
    public SignUpAnswer signUp(SignUp signUp, String organizationName) {
        String wished = organizationName.strip();
        Optional<String> fault =
                wished.isEmpty() ? Optional.empty() : Organizations.nameFault(wished);
        if (fault.isPresent()) {
            return new SignUpAnswer.Invalid("organization", fault.get());
        }
        Instant now = now();
        SignUpAnswer sent = new SignUpAnswer.MailSent(signUp.email().strip());
        return database.transaction(
                tx ->
                        switch (identity.signUp(tx, signUp)) {
                            case SignUpOutcome.Registered(User user, String token) -> {
                                OnboardingStore.addNewcomer(tx, user.id(), wished, now);
                                outbox.send(tx, letters.verification(user, token, now));
                                yield sent;
                            }
                            case SignUpOutcome.EmailTaken(User existing) -> {
                                identity.beginReset(tx, existing.email())
                                        .map(
                                                reset ->
                                                        letters.alreadyKnown(
                                                                existing, reset.token(), now))
                                        .ifPresent(mail -> outbox.send(tx, mail));
                                yield sent;
                            }
                            case SignUpOutcome.Invalid(String field, String reason) ->
                                    new SignUpAnswer.Invalid(field, reason);
                        });
    }

    /** Sends the verification mail again, if there is something to verify; tells nothing. */
    public void resendVerification(String email) {
        Instant now = now();
        database.execute(
                tx ->
                        identity.renewVerification(tx, email)
                                .map(
                                        renewed ->
                                                letters.verification(
                                                        renewed.user(),
                                                        renewed.verificationToken(),
                                                        now))
                                .ifPresent(mail -> outbox.send(tx, mail)));
    }

    /** Follows the mailed link: verified, organization, wallet and trial credit, all or nothing. */
    public TokenOutcome verify(String token) {
        return database.transaction(
                tx -> {
                    TokenOutcome outcome = identity.verify(tx, token);
                    if (outcome instanceof TokenOutcome.Good(User user)) {
                        settle(tx, user);
                    }
                    return outcome;
                });
    }

    /** Mails a link to choose a new password, if the address is known; tells nothing. */
    public void forgotPassword(String email) {
        Instant now = now();
        database.execute(
                tx ->
                        identity.beginReset(tx, email)
                                .ifPresent(
                                        reset ->
                                                outbox.send(
                                                        tx,
                                                        letters.reset(
                                                                reset.user(),
                                                                reset.token(),
                                                                now))));
    }

    /** Sets a new password; who had not verified their address has done so by this link. */
    public ResetOutcome resetPassword(String token, String newPassword) {
        return database.transaction(
                tx -> {
                    ResetOutcome outcome = identity.reset(tx, token, newPassword);
                    if (outcome instanceof ResetOutcome.Changed(User user)) {
                        outbox.send(tx, letters.passwordChanged(user));
                        settle(tx, user);
                    }
                    return outcome;
                });
    }

    /**
     * Another organization for a user who has one: its own empty wallet, no trial.
     *
     * @throws IllegalArgumentException if the name has an {@link Organizations#nameFault}
     */
    public Organization openOrganization(long userId, String name) {
        return database.transaction(tx -> open(tx, name, false, userId));
    }

    /**
     * Makes the operator of a new installation, verified, with an organization, a wallet, trial
     * credit and a first API key, all or nothing. Empty if there is an operator already.
     */
    public Optional<Bootstrap> firstStart(String operatorEmail) {
        return database.transaction(
                tx -> {
                    OnboardingStore.lockFirstStart(tx);
                    return identity.hasOperator()
                            ? Optional.empty()
                            : Optional.of(bootstrap(tx, operatorEmail));
                });
    }

    /**
     * Gives the operator a new random password, which is returned, and ends their sessions. An
     * address that nobody has yet becomes another operator's, with an organization of its own.
     *
     * @throws IllegalArgumentException if that is no e-mail address
     */
    public String resetOperatorPassword(String email) {
        String password = ReadablePassword.random();
        database.execute(
                tx -> {
                    User operator = identity.setOperator(tx, email, password);
                    boolean settled = settle(tx, operator);
                    if (!settled && organizations.memberships(operator.id()).isEmpty()) {
                        open(tx, OPERATOR_ORGANIZATION, false, operator.id());
                    }
                });
        return password;
    }

    private Bootstrap bootstrap(Handle tx, String email) {
        String password = ReadablePassword.random();
        User operator = identity.setOperator(tx, email, password);
        Organization organization = open(tx, OPERATOR_ORGANIZATION, false, operator.id());
        Instant now = now();
        if (policy.trialAmount().isPositive()) {
            // The operator's own credit, whatever the address had before: the first call needs it.
            OnboardingStore.claimTrial(tx, Mailbox.of(email), organization.id(), now);
            grantTrial(tx, organization, now);
        }
        long project = organizations.projects(tx, organization.id()).getFirst().id();
        String apiKey =
                organizations
                        .createKey(tx, organization.id(), project, FIRST_KEY, operator.id())
                        .secret();
        return new Bootstrap(operator, password, organization, apiKey);
    }

    /** Gives a verified newcomer their place; false if they are no newcomer any more. */
    private boolean settle(Handle tx, User user) {
        Optional<String> wished = OnboardingStore.takeNewcomer(tx, user.id());
        wished.ifPresent(
                name -> {
                    Organization organization =
                            name.isEmpty()
                                    ? open(tx, personalName(user), true, user.id())
                                    : open(tx, name, false, user.id());
                    Optional<Grant> trial = trial(tx, user, organization);
                    outbox.send(tx, letters.welcome(user, organization, trial));
                });
        return wished.isPresent();
    }

    private Organization open(Handle tx, String name, boolean personal, long ownerUserId) {
        Organization organization = organizations.create(tx, name, personal, ownerUserId);
        ledger.openWallet(tx, organization.id());
        return organization;
    }

    private Optional<Grant> trial(Handle tx, User user, Organization organization) {
        Instant now = now();
        boolean due =
                policy.trialAmount().isPositive()
                        && OnboardingStore.claimTrial(
                                tx, Mailbox.of(user.email()), organization.id(), now);
        return due ? Optional.of(grantTrial(tx, organization, now)) : Optional.empty();
    }

    private Grant grantTrial(Handle tx, Organization organization, Instant now) {
        Instant end = now.atOffset(ZoneOffset.UTC).plus(policy.trialLife()).toInstant();
        GrantOrder order =
                new GrantOrder(
                        organization.id(),
                        TRIAL_KEY,
                        GrantKind.TRIAL,
                        policy.trialAmount(),
                        GrantOrder.PRIORITY_DEFAULT,
                        now,
                        end,
                        TRIAL_NOTE);
        return switch (ledger.grant(tx, order)) {
            case GrantOutcome.Granted(Grant grant) -> grant;
            case GrantOutcome.AlreadyGranted(Grant grant) -> grant;
            case GrantOutcome.KeyReused(Grant grant) ->
                    throw new IllegalStateException("a new wallet has a trial: " + grant);
        };
    }

    /** "Ada's organization", with as much of a long name as fits. */
    private static String personalName(User user) {
        String suffix = "'s organization";
        int most = Organizations.NAME_LENGTH_MAX - suffix.length();
        String name = user.name();
        int end = name.offsetByCodePoints(0, Math.min(most, name.codePointCount(0, name.length())));
        return name.substring(0, end).strip() + suffix;
    }

    /** As finely as the database keeps it. */
    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
