package dev.scrip.ledger;

import static dev.scrip.ledger.LedgerFixture.START;
import static dev.scrip.ledger.LedgerFixture.wallet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.scrip.ledger.Exchange.ChargeOrder;
import dev.scrip.ledger.Exchange.LeaseDemand;
import dev.scrip.ledger.Exchange.Share;
import dev.scrip.ledger.LedgerFixture.Holder;
import dev.scrip.money.Money;
import dev.scrip.postgres.Ids;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Credit that is bound to models or projects, and credit that is taken back. */
class ScopedCreditTest {

    private static final LedgerFixture FIXTURE = new LedgerFixture();

    private final Ledger ledger = FIXTURE.ledger;
    private final long organization = FIXTURE.organization();
    private final Payer payer = new Payer(organization, 1, 2, 3, null);
    private final PoolId wallet = wallet(organization);

    @BeforeEach
    void setUp() {
        FIXTURE.now = START;
        FIXTURE.credit(organization, "5.00");
    }

    @AfterEach
    void booksBalance() {
        FIXTURE.balances();
    }

    @AfterAll
    static void close() {
        FIXTURE.close();
    }

    private Grant scoped(Set<String> models, Set<Long> projects, String dollars) {
        return scoped(models, projects, dollars, null);
    }

    private Grant scoped(
            Set<String> models, Set<Long> projects, String dollars, @Nullable Instant expiresAt) {
        GrantOrder order =
                new GrantOrder(
                        organization,
                        "key-" + Ids.next(),
                        GrantKind.PROMOTION,
                        Money.ofDollars(dollars),
                        50,
                        new GrantScope(models, projects),
                        START,
                        expiresAt,
                        "bound");
        return ((GrantOutcome.Granted) FIXTURE.grant(order)).grant();
    }

    private List<PoolId> credit(String model) {
        return ledger.pools(payer, model, FIXTURE.now).credit().stream().map(Pool::id).toList();
    }

    private ExchangeReply charge(Holder holder, String amount, List<Share> shares) {
        Money left = Money.ofDollars(amount);
        for (Share share : shares) {
            Money part = left.min(share.held());
            left = left.minus(part);
            holder.spend(new PoolId(organization, share.poolId()), part);
        }
        ChargeOrder order =
                new ChargeOrder(payer, Ids.next(), Money.ofDollars(amount), shares, FIXTURE.now);
        List<PoolId> pools =
                shares.stream().map(share -> new PoolId(organization, share.poolId())).toList();
        return holder.exchange(organization, holder.reports(pools), List.of(order), List.of());
    }

    private static Share share(PoolId pool, String held) {
        return new Share(pool.poolId(), Money.ofDollars(held), FIXTURE.now);
    }

    private Money remaining(Grant grant) {
        return ledger.grants(organization).stream()
                .filter(one -> one.grantId() == grant.grantId())
                .findFirst()
                .orElseThrow()
                .remaining();
    }

    @Test
    void narrowestIsHeldFirstAndOnlyByWhomItIsFor() {
        Grant model = scoped(Set.of("gpt"), Set.of(), "1.00");
        Grant both = scoped(Set.of("gpt"), Set.of(1L), "1.00");
        Grant foreign = scoped(Set.of(), Set.of(77L), "1.00");
        assertThat(credit("gpt")).hasSize(3).endsWith(wallet);
        assertThat(credit("other")).containsExactly(wallet);
        assertThat(ledger.balance(organization).credit()).isEqualTo(Money.ofDollars("8.00"));
        assertThat(ledger.balance(organization).scoped()).isEqualTo(Money.ofDollars("3.00"));
        Holder holder = FIXTURE.process();
        PoolId first = credit("gpt").getFirst();
        holder.demand(first, "0.40", "0.40");
        holder.demand(wallet, "0.60", "0.60");
        charge(holder, "0.75", List.of(share(first, "0.40"), share(wallet, "0.60")));
        assertThat(remaining(both)).isEqualTo(Money.ofDollars("0.60"));
        assertThat(remaining(model)).isEqualTo(Money.ofDollars("1.00"));
        assertThat(remaining(foreign)).isEqualTo(Money.ofDollars("1.00"));
        assertThat(ledger.balance(organization).credit()).isEqualTo(Money.ofDollars("7.25"));
    }

    @Test
    void sameScopeIsOnePool() {
        scoped(Set.of("a", "b"), Set.of(1L, 2L), "1.00");
        scoped(Set.of("b", "a"), Set.of(2L, 1L), "1.00");
        assertThat(credit("a")).hasSize(2);
    }

    @Test
    void partialDemandTakesWhatIsThere() {
        scoped(Set.of("gpt"), Set.of(), "0.30");
        PoolId first = credit("gpt").getFirst();
        Holder holder = FIXTURE.process();
        Money some = Money.ofDollars("0.50");
        ExchangeReply reply =
                holder.exchange(
                        organization,
                        List.of(),
                        List.of(),
                        List.of(new LeaseDemand(first, some, some, true)));
        assertThat(reply.leases().getFirst().granted()).isEqualTo(Money.ofDollars("0.30"));
        List<LedgerEvent> told = FIXTURE.database.transaction(tx -> ledger.takeEvents(tx, 10));
        assertThat(told).as("another pool gives the rest: nothing is short").isEmpty();
    }

    @Test
    void boundCreditExpiresOnItsOwn() {
        Instant end = START.plus(Duration.ofHours(1));
        Grant grant = scoped(Set.of("gpt"), Set.of(), "1.00", end);
        PoolId first = credit("gpt").getFirst();
        Holder holder = FIXTURE.process();
        assertThat(holder.demand(first, "0.40", "0.40").endsAt()).isEqualTo(end);
        assertThat(holder.demand(wallet, "1.00", "1.00").endsAt()).isNull();
        FIXTURE.now = end;
        assertThat(ledger.expireDue(10)).isEqualTo(1);
        assertThat(remaining(grant)).as("pinned").isEqualTo(Money.ofDollars("0.40"));
        assertThat(ledger.balance(organization).credit()).isEqualTo(Money.ofDollars("5.40"));
        FIXTURE.now = START;
        charge(holder, "0.10", List.of(share(first, "0.40")));
        FIXTURE.now = end;
        holder.giveBack(first, "0.30");
        assertThat(remaining(grant)).isEqualTo(Money.ZERO);
        assertThat(ledger.balance(organization).scoped()).isEqualTo(Money.ZERO);
    }

    @Test
    void revokedGrantGoesBackExceptWhatRunningRequestsMayUse() {
        Grant trial = FIXTURE.credit(organization, GrantKind.TRIAL, "2.00", null);
        Holder holder = FIXTURE.process();
        holder.demand(wallet, "0.50", "0.50");
        FIXTURE.pass(Duration.ofSeconds(1));
        RevokeOutcome asked = ledger.revocation(organization, trial.grantId());
        assertThat(ledger.balance(organization).credit())
                .as("asking does nothing")
                .isEqualTo(Money.ofDollars("7.00"));
        RevokeOutcome outcome = ledger.revoke(organization, trial.grantId());
        assertThat(asked).isEqualTo(outcome);
        assertThat(ledger.revocation(organization, trial.grantId()))
                .isInstanceOf(RevokeOutcome.NothingLeft.class);
        assertThat(outcome)
                .isInstanceOfSatisfying(
                        RevokeOutcome.Revoked.class,
                        revoked -> {
                            assertThat(revoked.revoked()).isEqualTo(Money.ofDollars("1.50"));
                            assertThat(revoked.pinned()).isEqualTo(Money.ofDollars("0.50"));
                        });
        assertThat(ledger.balance(organization).credit()).isEqualTo(Money.ofDollars("5.50"));
        assertThat(ledger.revoke(organization, trial.grantId()))
                .isInstanceOf(RevokeOutcome.NothingLeft.class);
        holder.charge("0.20", "0.50", START, wallet);
        holder.giveBack(wallet, "0.30");
        assertThat(remaining(trial)).isEqualTo(Money.ZERO);
        assertThat(ledger.balance(organization).credit()).isEqualTo(Money.ofDollars("5.00"));
        assertThat(ledger.revoke(organization, 4711)).isInstanceOf(RevokeOutcome.Unknown.class);
    }

    @Test
    void revokedBeforeItsStartItNeverCounts() {
        Grant later =
                ((GrantOutcome.Granted)
                                FIXTURE.grant(
                                        new GrantOrder(
                                                organization,
                                                "later",
                                                GrantKind.PROMOTION,
                                                Money.ofDollars("2.00"),
                                                50,
                                                START.plus(Duration.ofDays(2)),
                                                null,
                                                "")))
                        .grant();
        assertThat(ledger.revoke(organization, later.grantId()))
                .isInstanceOf(RevokeOutcome.Revoked.class);
        FIXTURE.pass(Duration.ofDays(3));
        ledger.expireDue(10);
        assertThat(ledger.balance(organization).credit()).isEqualTo(Money.ofDollars("5.00"));
    }

    @Test
    void anotherOrganizationsGrantIsUnknown() {
        Grant grant = FIXTURE.credit(organization, "1.00");
        assertThat(ledger.revoke(FIXTURE.organization(), grant.grantId()))
                .isInstanceOf(RevokeOutcome.Unknown.class);
    }
}
