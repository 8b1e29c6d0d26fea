package dev.scrip.ledger;

import dev.scrip.money.Money;
import dev.scrip.postgres.Database;
import dev.scrip.postgres.Ids;
import java.time.Instant;
import java.time.InstantSource;
import java.time.YearMonth;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;

/**
 * The authority over money: wallets, grants, limits, leases and the journal. Its state is in
 * PostgreSQL alone; every method is one transaction or takes part in the caller's.
 */
public final class Ledger {

    private final Database database;
    private final InstantSource clock;
    private final Stores stores = Stores.create();

    public Ledger(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    /** Makes an organization's empty wallet; doing it again changes nothing. */
    public void openWallet(Handle tx, long organizationId) {
        stores.wallets().open(tx, organizationId);
    }

    /**
     * Credits a wallet, which is made if there is none. All of the order is its content, the times
     * too: whoever repeats an order must repeat those.
     *
     * @throws ArithmeticException if the balance would be more than {@link Money} can hold
     */
    public GrantOutcome grant(Handle tx, GrantOrder order) {
        Instant at = clock.instant().truncatedTo(ChronoUnit.MICROS);
        openWallet(tx, order.organizationId());
        Wallet wallet = stores.wallets().lock(tx, order.organizationId());
        Grant grant = newGrant(order, at);
        Optional<Grant> before =
                stores.wallets().grantOfKey(tx, order.organizationId(), order.key());
        if (before.isPresent()) {
            Grant known = before.get();
            return sameContent(known, grant)
                    ? new GrantOutcome.AlreadyGranted(known)
                    : new GrantOutcome.KeyReused(known);
        }
        boolean inForce = !grant.effectiveAt().isAfter(at);
        OpenGrant.State state = inForce ? OpenGrant.State.OPEN : OpenGrant.State.SCHEDULED;
        stores.wallets().insertGrant(tx, grant, order.key(), state);
        wallet.add(new OpenGrant(grant, state));
        advance(tx, wallet, at);
        stores.wallets().save(tx, List.of(wallet), at);
        return new GrantOutcome.Granted(grant);
    }

    /** {@link #grant(Handle, GrantOrder)} as a transaction of its own. */
    public GrantOutcome grant(GrantOrder order) {
        return database.transaction(tx -> grant(tx, order));
    }

    private static Grant newGrant(GrantOrder order, Instant at) {
        Instant expiresAt = order.expiresAt();
        return new Grant(
                order.organizationId(),
                Ids.next(),
                order.kind(),
                order.priority(),
                order.effectiveAt().truncatedTo(ChronoUnit.MICROS),
                expiresAt == null ? null : expiresAt.truncatedTo(ChronoUnit.MICROS),
                order.amount(),
                Money.ZERO,
                Money.ZERO,
                Money.ZERO,
                order.note(),
                at);
    }

    private static boolean sameContent(Grant known, Grant asked) {
        return known.kind() == asked.kind()
                && known.priority() == asked.priority()
                && known.effectiveAt().equals(asked.effectiveAt())
                && Objects.equals(known.expiresAt(), asked.expiresAt())
                && known.amount().equals(asked.amount())
                && known.note().equals(asked.note());
    }

    /** Opens and closes what is due, and marks the leases that pin what was closed. */
    private void advance(Handle tx, Wallet wallet, Instant at) {
        if (wallet.advance(at)) {
            stores.leases().pin(tx, List.of(wallet.organizationId));
        }
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
                stores.wallets()
                        .find(tx, organizationId)
                        .orElseThrow(
                                () ->
                                        new IllegalArgumentException(
                                                "organization " + organizationId + ": no wallet"));
        boolean _ = wallet.advance(clock.instant()); // in memory alone: looking books nothing
        return new Balance(
                organizationId,
                wallet.pool.funded(),
                wallet.pool.outstanding(),
                wallet.expiresNext(),
                wallet.pool.frozen);
    }

    /** All grants in the order they are used, then the used-up and expired ones, newest first. */
    public List<Grant> grants(long organizationId) {
        Instant at = clock.instant();
        List<Grant> all = database.read(tx -> stores.wallets().grants(tx, organizationId));
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
     */
    public List<RequestDraw> explain(long organizationId, long requestId) {
        return database.read(tx -> stores.journal().drawsOf(tx, organizationId, requestId));
    }

    /** Sets or, with an empty amount, removes a monthly limit; running leases follow. */
    public void setLimit(long organizationId, LimitKind kind, Optional<Money> amount) {
        YearMonth month = Months.at(clock.instant());
        database.execute(
                tx -> {
                    openWallet(tx, organizationId);
                    Map<Long, Wallet> _ = stores.wallets().lock(tx, Set.of(organizationId));
                    setLocked(tx, organizationId, kind, amount, month);
                });
    }

    private void setLocked(
            Handle tx,
            long organizationId,
            LimitKind kind,
            Optional<Money> amount,
            YearMonth month) {
        if (amount.isEmpty()) {
            stores.budgets().removeLimit(tx, organizationId, kind);
            if (kind == LimitKind.HARD) {
                stores.budgets().closePools(tx, organizationId, month);
            }
            return;
        }
        stores.budgets().setLimit(tx, new Limit(organizationId, kind, amount.get()));
        if (kind == LimitKind.HARD) {
            stores.budgets().makePool(tx, organizationId, month, amount.get());
            stores.budgets().followLimit(tx, organizationId, month, amount.get());
        }
    }

    public MonthSpending monthSpending(long organizationId) {
        YearMonth month = Months.at(clock.instant());
        return database.snapshot(
                tx ->
                        new MonthSpending(
                                month,
                                stores.budgets().spent(tx, organizationId, month),
                                stores.budgets().limit(tx, organizationId, LimitKind.HARD),
                                stores.budgets().limit(tx, organizationId, LimitKind.SOFT),
                                Months.end(month)));
    }

    /**
     * What a request of this payer for this model must hold from, now.
     *
     * @param model only a name here: grants may be bound to it
     */
    public PoolList pools(Payer payer, String model, Instant at) {
        long organizationId = payer.organizationId();
        YearMonth month = Months.at(at);
        Pool wallet =
                new Pool(new PoolId(organizationId, PoolRow.WALLET), Pool.Kind.WALLET, null, null);
        Optional<BudgetStore.HardLimit> limit =
                database.read(tx -> stores.budgets().hardLimit(tx, organizationId, month));
        if (limit.isPresent() && limit.get().pool() == null) {
            limit = database.transaction(tx -> makePool(tx, organizationId, month));
        }
        PoolId pool = limit.map(BudgetStore.HardLimit::pool).orElse(null);
        if (pool == null) {
            return new PoolList(List.of(wallet), List.of(), null, Set.of());
        }
        Budget budget =
                new Budget(
                        organizationId,
                        pool.poolId(),
                        Subject.organization(),
                        BudgetPeriod.MONTH,
                        LimitKind.HARD,
                        limit.get().amount());
        Instant end = Months.end(month);
        return new PoolList(
                List.of(wallet),
                List.of(new Pool(pool, Pool.Kind.BUDGET, budget, end)),
                end,
                Set.of());
    }

    /** The limit may have been removed meanwhile, or somebody else has made its pool. */
    private Optional<BudgetStore.HardLimit> makePool(
            Handle tx, long organizationId, YearMonth month) {
        openWallet(tx, organizationId);
        Map<Long, Wallet> _ = stores.wallets().lock(tx, Set.of(organizationId));
        Optional<Money> limit = stores.budgets().limit(tx, organizationId, LimitKind.HARD);
        limit.ifPresent(amount -> stores.budgets().makePool(tx, organizationId, month, amount));
        return stores.budgets().hardLimit(tx, organizationId, month);
    }

    /** Enters a process that will take leases. Its id must be new. */
    public void enlist(UUID incarnationId, String node, Instant at) {
        database.execute(tx -> stores.leases().enlist(tx, incarnationId, node, at));
    }

    /** The incarnations of a node that are not proven dead, oldest first. */
    public List<UUID> living(String node) {
        return database.read(tx -> stores.leases().living(tx, node));
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
     * Carries out one message of one process, or repeats the stored answer.
     *
     * @throws ClonedIncarnation if the number was used for another message
     * @throws IllegalStateException if the number leaves a gap, the incarnation was never enlisted,
     *     or a report claims more than was granted: a defect in the caller
     */
    public ExchangeReply exchange(Handle tx, Exchange exchange) {
        byte[] hash = ExchangeCodec.hash(exchange);
        LeaseStore.LaneRecord last =
                stores.leases()
                        .lockLane(tx, exchange.incarnationId(), exchange.lane())
                        .orElseThrow(() -> new IllegalStateException("not enlisted: " + exchange));
        byte[] reply = last.reply();
        if (exchange.number() == last.number() && reply != null) {
            if (Arrays.equals(hash, last.requestHash())) {
                return ExchangeCodec.decode(reply);
            }
            throw new ClonedIncarnation(
                    exchange.incarnationId(), exchange.lane(), exchange.number());
        }
        if (exchange.number() <= last.number()) {
            throw new ClonedIncarnation(
                    exchange.incarnationId(), exchange.lane(), exchange.number());
        }
        if (exchange.number() != last.number() + 1) {
            throw new IllegalStateException(
                    "incarnation %s, lane %d: message %d after %d"
                            .formatted(
                                    exchange.incarnationId(),
                                    exchange.lane(),
                                    exchange.number(),
                                    last.number()));
        }
        ExchangeReply answer = new Settlement(tx, exchange, stores, last.buried()).carryOut();
        stores.leases().saveLane(tx, exchange, hash, ExchangeCodec.encode(answer));
        return answer;
    }

    /**
     * Books what has expired and is not pinned by running requests, and what has taken effect;
     * called now and then. Nothing depends on when: no delay makes expired credit usable.
     *
     * @param limit the most wallets to look at
     * @return how many wallets were due
     */
    public int expireDue(int limit) {
        Instant at = clock.instant();
        List<Long> due = database.read(tx -> stores.wallets().due(tx, at, limit));
        Map<Integer, List<Long>> lanes = new TreeMap<>();
        for (long organization : due) {
            lanes.computeIfAbsent(Lanes.of(organization), key -> new ArrayList<>())
                    .add(organization);
        }
        lanes.values().forEach(lane -> database.execute(tx -> expireLane(tx, lane, at)));
        return due.size();
    }

    private void expireLane(Handle tx, List<Long> organizations, Instant at) {
        Map<Long, Wallet> wallets =
                stores.wallets().lock(tx, organizations.stream().sorted().toList());
        stores.wallets().loadGrants(tx, wallets.values());
        wallets.values().forEach(wallet -> advance(tx, wallet, at));
        stores.wallets().save(tx, wallets.values(), at);
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
        stores.wallets().eachGrant(tx, kind, reader);
    }

    /** Takes the oldest events that nobody has taken yet; they are gone when the caller commits. */
    public List<LedgerEvent> takeEvents(Handle tx, int limit) {
        return stores.journal().takeEvents(tx, limit);
    }

    /** Lets nothing be held or leased from a wallet until it is thawed; running requests settle. */
    public void freeze(long organizationId) {
        database.execute(tx -> stores.wallets().freeze(tx, organizationId, true));
    }

    /** Ends a freeze when its cause is resolved. */
    public void thaw(long organizationId) {
        database.execute(tx -> stores.wallets().freeze(tx, organizationId, false));
    }

    /** Recomputes every balance from the records and compares, on one snapshot. */
    public Verification verify() {
        return database.snapshot(new Verifier()::verify).verification();
    }

    /** {@link #verify} that freezes the wallet of every organization with a difference. */
    public Verification verifyAndFreeze() {
        Verifier.Findings findings = database.snapshot(new Verifier()::verify);
        findings.organizations().forEach(this::freeze);
        return findings.verification();
    }
}
