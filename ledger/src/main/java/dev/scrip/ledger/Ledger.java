package dev.scrip.ledger;

import dev.scrip.money.Money;
import dev.scrip.postgres.Database;
import dev.scrip.postgres.Signals;
import dev.scrip.postgres.Together;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;

/**
 * The authority over money: wallets, grants, limits, leases and the journal. Its state is in
 * PostgreSQL alone; every method is one transaction or takes part in the caller's.
 */
public final class Ledger {

    /** A process not heard of for so long is shown as such; nothing else depends on it. */
    private static final Duration MISSING_AFTER = Duration.ofSeconds(15);

    private final Database database;
    private final InstantSource clock;
    private final Stores stores = Stores.create();
    private final Budgets budgets;
    private final Limits limits;
    private final Grants grants = new Grants(stores);
    private final Recurrences recurrences = new Recurrences(stores, grants);
    private final Holds holds;

    public Ledger(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
        this.budgets = new Budgets(database, stores);
        this.limits = new Limits(database, stores, budgets);
        this.holds = new Holds(database, clock, stores, budgets);
    }

    /** Makes an organization's empty wallet; doing it again changes nothing. */
    public void openWallet(Handle tx, long organizationId) {
        stores.pools().open(tx, organizationId);
    }

    /**
     * Credits a wallet, which is made if there is none. All of the order is its content, the times
     * too: whoever repeats an order must repeat those.
     *
     * @throws ArithmeticException if the balance would be more than {@link Money} can hold
     */
    public GrantOutcome grant(Handle tx, GrantOrder order) {
        return grants.grant(tx, order, clock.instant());
    }

    /** {@link #grant(Handle, GrantOrder)} as a transaction of its own. */
    public GrantOutcome grant(GrantOrder order) {
        return database.transaction(tx -> grant(tx, order));
    }

    /** The grant that was made under a key; empty: none was. */
    public Optional<Grant> granted(long organizationId, String key) {
        return database.read(tx -> stores.grants().ofKey(tx, organizationId, key));
    }

    /**
     * Ends a grant now. What nobody has set aside goes back to where it came from at once, and what
     * running requests leave of it when they end; what is used stays used.
     */
    public RevokeOutcome revoke(Handle tx, long organizationId, long grantId) {
        return grants.revoke(tx, organizationId, grantId, clock.instant());
    }

    /** {@link #revoke(Handle, long, long)} as a transaction of its own. */
    public RevokeOutcome revoke(long organizationId, long grantId) {
        return database.transaction(tx -> revoke(tx, organizationId, grantId));
    }

    /** What a revocation would do now; does nothing. */
    public RevokeOutcome revocation(long organizationId, long grantId) {
        Instant at = clock.instant();
        return database.snapshot(tx -> grants.look(tx, organizationId, grantId, at));
    }

    /**
     * Grants credit again in every period, beginning at {@code nextAt} or now. The same key and
     * order begins once.
     *
     * @return as it was begun; empty: the key was used for another order
     */
    public Optional<Recurrence> setRecurrence(Recurrence order) {
        Instant at = clock.instant();
        return database.transaction(tx -> recurrences.set(tx, order, at));
    }

    /** An organization's recurring credit, what has ended last. */
    public List<Recurrence> recurrences(long organizationId) {
        return database.read(tx -> stores.recurrences().all(tx, organizationId));
    }

    /**
     * Ends recurring credit: what has taken effect stays, what has not is taken back.
     *
     * @return false: there is none of that id
     */
    public boolean endRecurrence(long organizationId, long recurrenceId) {
        Instant at = clock.instant();
        return database.transaction(tx -> recurrences.end(tx, organizationId, recurrenceId, at));
    }

    /**
     * The wallet as it is now: what has expired counts no more, booked or not.
     *
     * @throws IllegalArgumentException if the organization has no wallet
     */
    public Balance balance(long organizationId) {
        return database.snapshot(tx -> balance(tx, organizationId));
    }

    /** {@link #balance(long)} as the caller's transaction sees it, its own grants included. */
    public Balance balance(Handle tx, long organizationId) {
        Wallet wallet =
                stores.pools()
                        .find(tx, organizationId)
                        .orElseThrow(
                                () ->
                                        new IllegalArgumentException(
                                                "organization " + organizationId + ": no wallet"));
        stores.grants().load(tx, List.of(wallet));
        Instant at = clock.instant();
        boolean _ = wallet.advance(at); // in memory alone: looking books nothing
        Money held = wallet.outstanding();
        return new Balance(
                organizationId,
                wallet.credit(),
                wallet.credit().minus(wallet.general.row.funded()),
                held,
                held.isZero()
                        ? Money.ZERO
                        : stores.leases().unseen(tx, organizationId, at.minus(MISSING_AFTER)),
                wallet.pools().stream()
                        .map(CreditPool::expiresNext)
                        .filter(Objects::nonNull)
                        .min(Comparator.naturalOrder())
                        .orElse(null),
                wallet.frozen);
    }

    /** All grants in the order they are used, then the used-up and expired ones, newest first. */
    public List<Grant> grants(long organizationId) {
        Instant at = clock.instant();
        List<Grant> all = database.read(tx -> stores.grants().all(tx, organizationId));
        return GrantOrdering.forPeople(all, at);
    }

    /** The wallet's history, newest first. */
    public List<JournalEntry> history(
            long organizationId, Optional<Long> beforeEntryId, int limit) {
        return database.read(
                tx -> stores.journal().history(tx, organizationId, beforeEntryId, limit));
    }

    /**
     * The grants that a request drew on; empty: it cost nothing, or is not of this organization.
     *
     * @param entryId the entry that charged it, as its usage record tells
     */
    public List<RequestDraw> explain(long organizationId, long entryId, long requestId) {
        return database.read(
                tx -> stores.journal().drawsOf(tx, organizationId, entryId, requestId));
    }

    /**
     * Sets or, with an empty amount, removes the organization's monthly limit of a kind, of which
     * it then has one at most; running leases follow.
     */
    public void setLimit(long organizationId, LimitKind kind, Optional<Money> amount) {
        limits.setMonthly(organizationId, kind, amount, clock.instant());
    }

    /**
     * Sets a limit: a hard one in place of the one that the subject has for such a period, a soft
     * one beside others. What was spent in the present period counts. Every process follows within
     * a second; what runs goes on.
     */
    public Budget setBudget(
            long organizationId,
            Subject subject,
            BudgetPeriod period,
            LimitKind kind,
            Money amount) {
        Budget wanted = Limits.newBudget(organizationId, subject, period, kind, amount);
        return limits.set(wanted, clock.instant());
    }

    /** Removes a limit; false: there is no such limit. */
    public boolean removeBudget(long organizationId, long budgetId) {
        return limits.remove(organizationId, budgetId, clock.instant());
    }

    /** All limits of an organization with what is spent of them. */
    public List<BudgetState> budgets(long organizationId) {
        return limits.all(organizationId, clock.instant());
    }

    /** What one subject, not each of many, has spent in the present period; settled. */
    public Money spent(long organizationId, Subject subject, BudgetPeriod period) {
        return limits.spent(organizationId, subject, period, clock.instant());
    }

    public MonthSpending monthSpending(long organizationId) {
        return limits.month(organizationId, clock.instant());
    }

    /**
     * What a request of this payer for this model must hold from, now.
     *
     * @param model only a name here: grants may be bound to it
     */
    public PoolList pools(Payer payer, String model, Instant at) {
        return budgets.list(payer, model, at);
    }

    /**
     * The same, in one question, for those of some organizations of one lane that have neither
     * limits nor scoped credit: all their requests hold from the wallet alone. The others, and
     * those without a wallet, are left out.
     */
    public Map<Long, PoolList> poolsOfUnlimited(Collection<Long> organizationIds) {
        return budgets.listsOfUnlimited(organizationIds);
    }

    /** Durable holds, and usage charged in one step, for those who run requests elsewhere. */
    public Holds holds() {
        return holds;
    }

    /** Enters a process that will take leases. Its id must be new. */
    public void enlist(UUID incarnationId, String node, Instant at) {
        database.execute(tx -> stores.leases().enlist(tx, incarnationId, node, at));
    }

    /**
     * Notes that a process was heard of, so that people see which are missing, and looks whether
     * the database still knows what it has confirmed to that process.
     *
     * @param confirmed for each lane the number of the last message that was answered; 0: none
     * @throws ForgottenMessages if it does not
     */
    public void seen(UUID incarnationId, Instant at, List<Long> confirmed) {
        Map<Integer, Long> known =
                database.transaction(
                        tx -> {
                            stores.leases().seen(tx, incarnationId, at);
                            return stores.leases().confirmed(tx, incarnationId);
                        });
        for (int lane = 0; lane < confirmed.size(); lane++) {
            Long number = known.get(lane);
            if (number == null) {
                throw new ForgottenMessages(incarnationId);
            }
            if (number < confirmed.get(lane)) {
                throw new ForgottenMessages(incarnationId, lane, confirmed.get(lane), number);
            }
        }
    }

    /** Whether an incarnation takes no further step: it is proven dead, or was never enlisted. */
    public boolean isBuried(UUID incarnationId) {
        return database.read(tx -> stores.leases().isBuried(tx, incarnationId));
    }

    /** The incarnations of a node that are not proven dead, oldest first. */
    public List<UUID> living(String node) {
        return database.read(tx -> stores.leases().living(tx, node));
    }

    /** Every process that ever took leases, oldest first. */
    public List<Incarnation> incarnations() {
        return database.read(stores.leases()::incarnations);
    }

    /**
     * Takes back what a process that can take no further step had leased and not spent. Done lane
     * by lane; when it is cut short, doing it again does the rest.
     *
     * @param proof why it is certain: "drained", "file lock of node X", "buried by ..."
     */
    public void bury(UUID incarnationId, String proof) {
        new Burial(database, stores, incarnationId).carryOut(proof, clock.instant());
    }

    /**
     * Carries out one message of one process, or repeats the stored answer. Before the caller
     * commits it must run {@code writes}, to which it may add what is to be written with it.
     *
     * @throws ClonedIncarnation if the number was used for another message
     * @throws ForgottenMessages if the number leaves a gap, or the incarnation or a pool is not
     *     known: the database is older than what it had confirmed
     * @throws IllegalStateException if a report claims more than was granted: a defect in the
     *     caller
     */
    public ExchangeReply exchange(Together writes, Exchange exchange) {
        byte[] hash = ExchangeCodec.hash(exchange);
        ExchangeReads reads = new ExchangeReads(writes.tx(), exchange, stores);
        Optional<ExchangeReply> repeated = reads.repeated(hash);
        if (repeated.isPresent()) {
            return repeated.get();
        }
        ExchangeReply answer =
                new Settlement(writes.tx(), exchange, stores, reads).carryOut(writes);
        stores.leases().saveLane(writes, exchange, hash, ExchangeCodec.encode(answer));
        return answer;
    }

    /** {@link #exchange(Together, Exchange)} with nothing else to be written. */
    public ExchangeReply exchange(Handle tx, Exchange exchange) {
        Together writes = Together.of(tx);
        ExchangeReply reply = exchange(writes, exchange);
        writes.run();
        return reply;
    }

    /**
     * Books what has expired and is not pinned by running requests, and what has taken effect, and
     * grants recurring credit a day ahead; called now and then. Nothing depends on when: no delay
     * makes expired credit usable.
     *
     * @param limit the most wallets to look at
     * @return how many wallets were due
     */
    public int expireDue(int limit) {
        Instant at = clock.instant();
        List<Long> due = database.read(tx -> stores.pools().due(tx, at, limit));
        Map<Integer, List<Long>> lanes = new TreeMap<>();
        for (long organization : due) {
            lanes.computeIfAbsent(Lanes.of(organization), key -> new ArrayList<>())
                    .add(organization);
        }
        lanes.values().forEach(lane -> database.execute(tx -> grants.advanceDue(tx, lane, at)));
        Instant horizon = Recurrences.horizon(at);
        for (Recurrence recurring :
                database.read(tx -> stores.recurrences().due(tx, horizon, limit))) {
            database.execute(tx -> recurrences.issueDue(tx, recurring, at));
        }
        return due.size();
    }

    /**
     * What the journal's charges of each organization add up to, read in the caller's snapshot, so
     * that usage records can be compared with it; organizations without charges are left out.
     */
    public Map<Long, Money> chargedTotals(Handle tx) {
        return stores.journal().chargedTotals(tx);
    }

    /**
     * Every grant of one kind, of all organizations, read in the caller's snapshot, one at a time,
     * so that whoever ordered them can compare them with its own records.
     */
    public void eachGrant(Handle tx, GrantKind kind, Consumer<Grant> reader) {
        stores.grants().each(tx, kind, reader);
    }

    /**
     * Takes the oldest events that nobody has taken yet, of organizations of one lane; they are
     * gone when the caller commits. Empty: there are none, or another taker has them in hand.
     */
    public List<LedgerEvent> takeEvents(Handle tx, int limit) {
        List<JournalStore.EventPlace> oldest = stores.journal().oldestEvents(tx, limit);
        if (oldest.isEmpty()) {
            return List.of();
        }
        // One transaction, one lane: the others' turn comes with the next call.
        int lane = Lanes.of(oldest.getFirst().organizationId());
        List<JournalStore.EventPlace> here =
                oldest.stream().filter(place -> Lanes.of(place.organizationId()) == lane).toList();
        return stores.journal()
                .takeEvents(
                        tx,
                        here.stream().map(JournalStore.EventPlace::organizationId).toList(),
                        here.stream().map(JournalStore.EventPlace::eventId).toList());
    }

    /** Lets nothing be held or leased from a wallet until it is thawed; running requests settle. */
    public void freeze(long organizationId) {
        database.execute(
                tx -> {
                    stores.pools().freeze(tx, organizationId, true);
                    Signals.send(tx, Signals.Topic.CREDIT_CHANGED, organizationId);
                });
    }

    /** Ends a freeze when its cause is resolved. */
    public void thaw(long organizationId) {
        database.execute(
                tx -> {
                    stores.pools().freeze(tx, organizationId, false);
                    Signals.send(tx, Signals.Topic.CREDIT_CHANGED, organizationId);
                });
    }

    /**
     * Recomputes every balance from the records and compares, on one snapshot, with one connection
     * and no helpers of PostgreSQL beside it, so that what is running goes first.
     */
    public Verification verify() {
        return database.snapshot(new Verifier()::verify);
    }
}
