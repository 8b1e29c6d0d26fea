package dev.scrip.onboarding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.scrip.identity.Identity;
import dev.scrip.identity.ResetOutcome;
import dev.scrip.identity.SignInOutcome;
import dev.scrip.identity.SignUp;
import dev.scrip.identity.TokenOutcome;
import dev.scrip.identity.User;
import dev.scrip.ledger.GrantKind;
import dev.scrip.ledger.Ledger;
import dev.scrip.money.Money;
import dev.scrip.notifications.Mail;
import dev.scrip.notifications.Outbox;
import dev.scrip.notifications.OutboxMail;
import dev.scrip.organizations.KeyOutcome;
import dev.scrip.organizations.Membership;
import dev.scrip.organizations.Organization;
import dev.scrip.organizations.Organizations;
import dev.scrip.organizations.Role;
import dev.scrip.postgres.Database;
import dev.scrip.testing.SettableClock;
import dev.scrip.testing.TestPostgres;
import java.time.Duration;
import java.time.Instant;
import java.time.Period;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OnboardingTest {

    private static final String URL = "https://scrip.example";
    private static final String EMAIL = "Ada@example.com";
    private static final String PASSWORD = "analytical engine";
    private static final Money FIVE = Money.ofDollars("5.00");

    private final SettableClock clock = new SettableClock(Instant.parse("2026-03-01T10:00:00Z"));
    private static Database database;
    private Identity identity;
    private Organizations organizations;
    private Ledger ledger;
    private Outbox outbox;
    private Onboarding onboarding;

    @BeforeAll
    static void openDatabase() {
        database = TestPostgres.database();
    }

    @AfterAll
    static void closeDatabase() {
        database.close();
    }

    @BeforeEach
    void open() {
        identity = new Identity(database, clock);
        organizations = new Organizations(database, clock);
        ledger = new Ledger(database, clock);
        outbox = new Outbox(database, Optional.empty(), clock);
        onboarding = onboarding(FIVE);
    }

    @AfterEach
    void close() {
        organizations.close();
        outbox.close();
        database.owner(OnboardingTest::empty);
    }

    /** Emptying the tables takes a fraction of the time that a new database takes. */
    private static void empty(Handle tx) {
        String tables =
                tx.createQuery(
                                """
                                SELECT string_agg(quote_ident(relname), ', ')
                                  FROM pg_class
                                 WHERE relkind IN ('r', 'p')
                                   AND NOT relispartition
                                   AND relnamespace = 'public'::regnamespace
                                   AND relname <> 'flyway_schema_history'
                                """)
                        .mapTo(String.class)
                        .one();
        tx.execute("TRUNCATE " + tables);
    }

    private Onboarding onboarding(Money trial) {
        return new Onboarding(
                database,
                identity,
                organizations,
                ledger,
                outbox,
                new OnboardingPolicy(trial, Period.ofMonths(3), URL),
                clock);
    }

    private void signUp(String email, String organization) {
        assertThat(onboarding.signUp(new SignUp(email, PASSWORD, "Ada"), organization))
                .isEqualTo(new SignUpAnswer.MailSent(email.strip()));
    }

    private User settled(String email, String organization) {
        signUp(email, organization);
        return ((TokenOutcome.Good) onboarding.verify(tokenOf(lastMail()))).user();
    }

    private List<Mail> mails() {
        return outbox.mails("", Optional.empty(), 100).stream().map(OutboxMail::mail).toList();
    }

    private Mail lastMail() {
        return mails().getFirst();
    }

    private static String tokenOf(Mail mail) {
        Matcher link =
                Pattern.compile(Pattern.quote(URL) + "/[a-z-]+\\?token=([A-Za-z0-9_-]+)\\s")
                        .matcher(mail.text());
        assertThat(link.find()).as(mail.text()).isTrue();
        return link.group(1);
    }

    private Organization onlyOrganization(User user) {
        List<Membership> memberships = organizations.memberships(user.id());
        assertThat(memberships).hasSize(1);
        assertThat(memberships.getFirst().role()).isEqualTo(Role.OWNER);
        return memberships.getFirst().organization();
    }

    private Money credit(Organization organization) {
        return ledger.balance(organization.id()).credit();
    }

    private SignInOutcome signIn(String email, String password) {
        return identity.signIn(email, password, "Firefox", "192.0.2.1");
    }

    @Test
    void fromAStrangerToSomebodyWithCredit() {
        signUp(EMAIL, "  Analytical Engines ");
        assertThat(lastMail().kind()).isEqualTo("verification");
        assertThat(lastMail().to()).isEqualTo(EMAIL);
        assertThat(lastMail().text())
                .contains(URL + "/verify?token=", "$5.00", "2 March 2026 at 10:00 UTC")
                .doesNotContain("Ada,", "Analytical");
        assertThat(signIn(EMAIL, PASSWORD)).isInstanceOf(SignInOutcome.NotVerified.class);

        TokenOutcome outcome = onboarding.verify(tokenOf(lastMail()));

        User user = ((TokenOutcome.Good) outcome).user();
        Organization organization = onlyOrganization(user);
        assertThat(organization.name()).isEqualTo("Analytical Engines");
        assertThat(organization.personal()).isFalse();
        assertThat(credit(organization)).isEqualTo(FIVE);
        assertThat(ledger.grants(organization.id()))
                .singleElement()
                .satisfies(
                        grant -> {
                            assertThat(grant.kind()).isEqualTo(GrantKind.TRIAL);
                            assertThat(grant.amount()).isEqualTo(FIVE);
                            assertThat(grant.expiresAt())
                                    .isEqualTo(Instant.parse("2026-06-01T10:00:00Z"));
                        });
        assertThat(lastMail().kind()).isEqualTo("welcome");
        assertThat(lastMail().text())
                .contains("Hello Ada,", "Analytical Engines", "$5.00", "1 June 2026 at 10:00 UTC");
        assertThat(signIn(EMAIL, PASSWORD)).isInstanceOf(SignInOutcome.SignedIn.class);
    }

    @Test
    void withoutANameTheOrganizationIsPersonal() {
        Organization organization = onlyOrganization(settled(EMAIL, " "));
        assertThat(organization.name()).isEqualTo("Ada's organization");
        assertThat(organization.personal()).isTrue();
    }

    @Test
    void aLongNameStillMakesAPersonalOrganization() {
        onboarding.signUp(new SignUp(EMAIL, PASSWORD, "😀".repeat(64)), "");
        User user = ((TokenOutcome.Good) onboarding.verify(tokenOf(lastMail()))).user();
        assertThat(onlyOrganization(user).name()).isEqualTo("😀".repeat(49) + "'s organization");
    }

    @Test
    void aSecondClickSaysUsedAndGrantsNothing() {
        User user = settled(EMAIL, "Engines");
        String token = tokenOf(mails().getLast());
        int mails = mails().size();

        assertThat(onboarding.verify(token)).isEqualTo(new TokenOutcome.Used());

        assertThat(credit(onlyOrganization(user))).isEqualTo(FIVE);
        assertThat(mails()).hasSize(mails);
    }

    @Test
    void sixteenClicksAtOnceGrantOnce() throws Exception {
        signUp(EMAIL, "Engines");
        String token = tokenOf(lastMail());

        List<TokenOutcome> outcomes = together(16, () -> onboarding.verify(token));

        assertThat(outcomes).filteredOn(TokenOutcome.Used.class::isInstance).hasSize(15);
        TokenOutcome good =
                outcomes.stream().filter(TokenOutcome.Good.class::isInstance).findAny().get();
        Organization organization = onlyOrganization(((TokenOutcome.Good) good).user());
        assertThat(ledger.grants(organization.id())).hasSize(1);
        assertThat(credit(organization)).isEqualTo(FIVE);
        assertThat(mails()).extracting(Mail::kind).containsExactly("welcome", "verification");
    }

    @Test
    void badAndExpiredLinksSaySo() {
        assertThat(onboarding.verify("made-up")).isEqualTo(new TokenOutcome.Unknown());
        signUp(EMAIL, "");
        String token = tokenOf(lastMail());
        clock.advance(Duration.ofHours(24));
        assertThat(onboarding.verify(token)).isInstanceOf(TokenOutcome.Expired.class);
        assertThat(organizations.organizations(Optional.empty(), 10)).isEmpty();

        onboarding.resendVerification(EMAIL);
        assertThat(onboarding.verify(token)).isEqualTo(new TokenOutcome.Unknown());
        assertThat(onboarding.verify(tokenOf(lastMail()))).isInstanceOf(TokenOutcome.Good.class);

        int mails = mails().size();
        onboarding.resendVerification(EMAIL);
        onboarding.resendVerification("nobody@example.com");
        assertThat(mails()).as("nothing to verify").hasSize(mails);
    }

    @Test
    void oneTrialForAMailboxForEver() {
        assertThat(credit(onlyOrganization(settled("ada.l@gmail.com", "")))).isEqualTo(FIVE);
        assertThat(credit(onlyOrganization(settled("a.d.a.l+2@GoogleMail.com", ""))))
                .isEqualTo(Money.ZERO);
        assertThat(lastMail().text()).contains("Buy credit").doesNotContain("trial");
        assertThat(credit(onlyOrganization(settled("bob@example.com", "")))).isEqualTo(FIVE);
        assertThat(credit(onlyOrganization(settled("Bob+x@example.com", ""))))
                .isEqualTo(Money.ZERO);
        assertThat(credit(onlyOrganization(settled("b.ob@example.com", "")))).isEqualTo(FIVE);
        assertThat(Mailbox.of("+tag@example.com").name()).isEqualTo("+tag@example.com");
    }

    @Test
    void aliasesVerifiedAtOnceShareOneTrial() throws Exception {
        List<String> tokens = Collections.synchronizedList(new ArrayList<>());
        for (int i = 0; i < 8; i++) {
            signUp("ada+" + i + "@example.com", "");
            tokens.add(tokenOf(lastMail()));
        }
        together(8, () -> onboarding.verify(tokens.removeLast()));
        assertThat(organizations.organizations(Optional.empty(), 100))
                .hasSize(8)
                .extracting(this::credit)
                .containsOnlyOnce(FIVE);
    }

    @Test
    void withoutATrialThereIsNone() {
        onboarding = onboarding(Money.ZERO);
        User user = settled(EMAIL, "");
        assertThat(ledger.grants(onlyOrganization(user).id())).isEmpty();
        assertThat(mails()).noneMatch(mail -> mail.text().contains("trial"));
    }

    @Test
    void whetherAnAddressIsKnownIsToldByMailOnly() {
        settled(EMAIL, "Engines");
        signUp(" ADA@example.com ", "Mallory's");
        Mail mail = lastMail();
        assertThat(mail.kind()).isEqualTo("already-known");
        assertThat(mail.to()).isEqualTo(EMAIL);
        assertThat(mail.text()).contains(URL + "/sign-in").doesNotContain("Mallory");
        assertThat(onboarding.resetPassword(tokenOf(mail), "another password"))
                .isInstanceOf(ResetOutcome.Changed.class);
        assertThat(organizations.organizations(Optional.empty(), 10)).hasSize(1);
    }

    @Test
    void whoIsSignedUpUnderSomebodyElsesPasswordTakesTheirAddressBack() {
        onboarding.signUp(new SignUp(EMAIL, "password of mallory", "Mallory"), "");
        String mallorys = tokenOf(lastMail());
        signUp(EMAIL, "");
        assertThat(lastMail().text()).contains("not confirmed yet");

        ResetOutcome outcome = onboarding.resetPassword(tokenOf(lastMail()), PASSWORD);

        User user = ((ResetOutcome.Changed) outcome).user();
        assertThat(credit(onlyOrganization(user))).isEqualTo(FIVE);
        assertThat(signIn(EMAIL, "password of mallory")).isInstanceOf(SignInOutcome.Wrong.class);
        assertThat(signIn(EMAIL, PASSWORD)).isInstanceOf(SignInOutcome.SignedIn.class);
        onboarding.verify(mallorys);
        assertThat(credit(onlyOrganization(user))).as("no second grant").isEqualTo(FIVE);
    }

    @Test
    void saysWhatWillNotDoAndSendsNothing() {
        assertThat(onboarding.signUp(new SignUp(EMAIL, PASSWORD, "Ada"), "x".repeat(65)))
                .isEqualTo(
                        new SignUpAnswer.Invalid(
                                "organization", "A name has at most 64 characters."));
        assertThat(onboarding.signUp(new SignUp("ada", PASSWORD, "Ada"), ""))
                .isInstanceOf(SignUpAnswer.Invalid.class);
        assertThat(mails()).isEmpty();
    }

    @Test
    void aForgottenPasswordIsChosenAnew() {
        User user = settled(EMAIL, "Engines");
        int before = mails().size();
        onboarding.forgotPassword("nobody@example.com");
        assertThat(mails()).hasSize(before);

        onboarding.forgotPassword("ada@EXAMPLE.com");
        Mail mail = lastMail();
        assertThat(mail.to()).isEqualTo(EMAIL);
        assertThat(mail.text())
                .contains(URL + "/reset-password?token=", "1 March 2026 at 11:00 UTC");
        assertThat(onboarding.resetPassword(tokenOf(mail), "short"))
                .isInstanceOf(ResetOutcome.PasswordRefused.class);
        assertThat(onboarding.resetPassword(tokenOf(mail), "another password"))
                .isInstanceOf(ResetOutcome.Changed.class);
        assertThat(onboarding.resetPassword(tokenOf(mail), "a third password"))
                .isEqualTo(new ResetOutcome.Used());

        assertThat(lastMail().kind()).isEqualTo("password-changed");
        assertThat(signIn(EMAIL, "another password")).isInstanceOf(SignInOutcome.SignedIn.class);
        assertThat(credit(onlyOrganization(user))).isEqualTo(FIVE);
    }

    @Test
    void anotherOrganizationHasAnEmptyWalletOfItsOwn() {
        User user = settled(EMAIL, "Engines");
        Organization second = onboarding.openOrganization(user.id(), " Second ");
        assertThat(second.name()).isEqualTo("Second");
        assertThat(credit(second)).isEqualTo(Money.ZERO);
        assertThat(organizations.memberships(user.id()))
                .extracting(membership -> membership.organization().name())
                .containsExactly("Engines", "Second");
        assertThatThrownBy(() -> onboarding.openOrganization(user.id(), " "))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theFirstStartMakesAnOperatorWhoCanCall() {
        Bootstrap made = onboarding.firstStart("operator@example.com").orElseThrow();

        assertThat(made.operatorPassword()).matches("([a-km-np-z2-9]{5}-){3}[a-km-np-z2-9]{5}");
        assertThat(made.toString()).doesNotContain(made.operatorPassword(), made.apiKey());
        assertThat(made.operator().operator()).isTrue();
        assertThat(signIn("operator@example.com", made.operatorPassword()))
                .isInstanceOf(SignInOutcome.SignedIn.class);
        assertThat(onlyOrganization(made.operator())).isEqualTo(made.organization());
        assertThat(credit(made.organization())).isEqualTo(FIVE);
        assertThat(organizations.authenticate(made.apiKey()).toCompletableFuture().join())
                .isInstanceOfSatisfying(
                        KeyOutcome.Known.class,
                        known ->
                                assertThat(known.caller().organizationId())
                                        .isEqualTo(made.organization().id()));
        assertThat(organizations.keys(made.organization().id()))
                .singleElement()
                .satisfies(key -> assertThat(key.name()).isEqualTo("first key"));

        assertThat(onboarding.firstStart("operator@example.com")).isEmpty();
        assertThat(onboarding.firstStart("another@example.com")).isEmpty();
    }

    @Test
    void ofSeveralFirstStartsAtOnceOneIsTheFirst() throws Exception {
        List<Optional<Bootstrap>> starts =
                together(4, () -> onboarding.firstStart("operator@example.com"));
        assertThat(starts).filteredOn(Optional::isPresent).hasSize(1);
        assertThat(organizations.organizations(Optional.empty(), 10)).hasSize(1);
    }

    @Test
    void theOperatorsPasswordCanBeSetAnew() {
        Bootstrap made = onboarding.firstStart("operator@example.com").orElseThrow();
        String password = onboarding.resetOperatorPassword("operator@example.com");
        assertThat(signIn("operator@example.com", made.operatorPassword()))
                .isInstanceOf(SignInOutcome.Wrong.class);
        assertThat(signIn("operator@example.com", password))
                .isInstanceOf(SignInOutcome.SignedIn.class);
        assertThat(onlyOrganization(made.operator())).isEqualTo(made.organization());

        String others = onboarding.resetOperatorPassword("second@example.com");
        SignInOutcome second = signIn("second@example.com", others);
        assertThat(onlyOrganization(((SignInOutcome.SignedIn) second).user()).name())
                .isEqualTo("Operator");

        signUp(EMAIL, "Engines");
        onboarding.resetOperatorPassword(EMAIL);
        assertThat(organizations.organizations(Optional.empty(), 10))
                .filteredOn(organization -> organization.name().equals("Engines"))
                .hasSize(1);
        assertThat(organizations.organizations(Optional.empty(), 10)).hasSize(3);
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
