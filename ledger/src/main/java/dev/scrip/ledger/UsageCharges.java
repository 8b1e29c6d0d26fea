package dev.scrip.ledger;

import dev.scrip.ledger.Exchange.ChargeOrder;
import dev.scrip.ledger.Exchange.Share;
import dev.scrip.ledger.LockedWallets.Taking;
import dev.scrip.ledger.Operation.Kind;
import dev.scrip.money.Money;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Charges usage in one step, each order like a hold that is captured whole at once: covered by
 * credit and limits, or refused. One transaction, one lane, one journal entry for each wallet.
 */
final class UsageCharges {

    /** An order that is covered, and what was set aside for it. */
    private record Accepted(int index, UsageOrder order, List<HoldPart> parts) {}

    private final Handle tx;
    private final Stores stores;
    private final List<UsageOrder> orders;
    private final boolean mayWait;
    private final LockedWallets wallets;
    private final Map<Long, Map<String, Operation>> known;
    private final @Nullable UsageOutcome[] outcomes;
    private final Map<Long, List<Accepted>> accepted = new LinkedHashMap<>();
    private final Map<Long, Set<String>> inThisCall = new HashMap<>();
    private final Set<Long> waiting = new HashSet<>();
    private final List<Operation> operations = new ArrayList<>();

    /**
     * @param orders of organizations of one lane
     */
    UsageCharges(
            Handle tx,
            Stores stores,
            Budgets limits,
            List<UsageOrder> orders,
            boolean mayWait,
            Instant at) {
        this.tx = tx;
        this.stores = stores;
        this.orders = orders;
        this.mayWait = mayWait;
        List<Long> organizations = orders.stream().map(UsageCharges::organization).toList();
        this.wallets = new LockedWallets(tx, stores, limits, organizations, at);
        this.known =
                stores.operations()
                        .find(
                                tx,
                                Set.copyOf(organizations),
                                orders.stream().map(order -> order.key().key()).toList());
        this.outcomes = new @Nullable UsageOutcome[orders.size()];
        List<Payer> payers = orders.stream().map(UsageOrder::payer).toList();
        wallets.ensureLimits(payers, at);
        wallets.read(payers, at, Set.of());
    }

    private static long organization(UsageOrder order) {
        return order.payer().organizationId();
    }

    /** The outcomes, in the order of the orders. */
    List<UsageOutcome> carryOut() {
        for (int index = 0; index < orders.size(); index++) {
            UsageOrder order = orders.get(index);
            if (!isRepetition(order)) {
                decide(index, order);
            }
        }
        accepted.forEach(this::charge);
        waiting.forEach(wallets::recall);
        wallets.save();
        stores.operations().insert(tx, operations);
        return answers();
    }

    /** Was the key known before this call, or met in it before? Then it has its answer there. */
    private boolean isRepetition(UsageOrder order) {
        long organization = organization(order);
        String key = order.key().key();
        return known.getOrDefault(organization, Map.of()).containsKey(key)
                || inThisCall.getOrDefault(organization, Set.of()).contains(key);
    }

    private void decide(int index, UsageOrder order) {
        long organization = organization(order);
        // One that waits lets none of its organization pass: their order is kept.
        if (waiting.contains(organization)) {
            outcomes[index] = new UsageOutcome.AskAgain();
            return;
        }
        Optional<Refusal> refusal = order.refusal();
        if (refusal.isPresent()) {
            refuse(index, order, refusal.get());
            return;
        }
        Instant at = wallets.at();
        switch (wallets.take(order.payer(), order.model(), order.amount(), at, at)) {
            case Taking.Taken taken -> {
                met(order);
                accepted.computeIfAbsent(organization, id -> new ArrayList<>())
                        .add(new Accepted(index, order, taken.parts()));
            }
            case Taking.Lacking lacking -> {
                if (mayWait && lacking.recallable()) {
                    waiting.add(organization);
                    outcomes[index] = new UsageOutcome.AskAgain();
                } else {
                    wallets.noteShortage(lacking);
                    refuse(index, order, lacking.refusal());
                }
            }
        }
    }

    private void met(UsageOrder order) {
        inThisCall
                .computeIfAbsent(organization(order), id -> new HashSet<>())
                .add(order.key().key());
    }

    private void refuse(int index, UsageOrder order, Refusal refusal) {
        met(order);
        remember(
                Operation.refused(
                        organization(order), order.key(), Kind.USAGE, refusal, wallets.at()));
        outcomes[index] = new UsageOutcome.Refused(refusal, false);
    }

    private void remember(Operation operation) {
        operations.add(operation);
        known.computeIfAbsent(operation.organizationId(), id -> new HashMap<>())
                .put(operation.key().key(), operation);
    }

    private void charge(long organizationId, List<Accepted> covered) {
        Wallet wallet = wallets.wallet(organizationId);
        Money balance = wallet.credit();
        Map<Long, Money> cover = new HashMap<>();
        List<ChargeOrder> charges = new ArrayList<>(covered.size());
        for (Accepted one : covered) {
            wallets.letGo(organizationId, one.parts());
            List<Share> shares = new ArrayList<>();
            for (HoldPart part : one.parts()) {
                if (part.credit()) {
                    shares.add(new Share(part.poolId(), part.amount(), wallets.at()));
                    cover.merge(part.poolId(), part.amount(), Money::plus);
                }
            }
            ChargeOrder charge =
                    new ChargeOrder(
                            one.order().payer(),
                            one.order().requestId(),
                            one.order().amount(),
                            shares,
                            wallets.at());
            wallets.count(charge);
            charges.add(charge);
        }
        long entry = wallet.charge(charges, cover);
        for (Accepted one : covered) {
            balance = balance.minus(one.order().amount());
            answer(one, balance, entry);
        }
    }

    private void answer(Accepted one, Money balance, long entry) {
        UsageOrder order = one.order();
        remember(
                new Operation(
                        organization(order),
                        order.key(),
                        Kind.USAGE,
                        null,
                        order.requestId(),
                        entry,
                        order.amount(),
                        order.amount(),
                        Money.ZERO,
                        null,
                        balance,
                        Money.ZERO,
                        wallets.at()));
        outcomes[one.index()] =
                new UsageOutcome.Charged(
                        order.requestId(), order.amount(), balance, entry, wallets.at(), false);
    }

    private List<UsageOutcome> answers() {
        List<UsageOutcome> answers = new ArrayList<>(orders.size());
        for (int index = 0; index < orders.size(); index++) {
            UsageOutcome own = outcomes[index];
            answers.add(own == null ? again(orders.get(index)) : own);
        }
        return answers;
    }

    private UsageOutcome again(UsageOrder order) {
        Operation operation =
                known.getOrDefault(organization(order), Map.of()).get(order.key().key());
        if (operation == null) {
            throw new IllegalStateException("no answer to " + order.key());
        }
        return operation.isSame(Kind.USAGE, order.key())
                ? operation.usageOutcome()
                : new UsageOutcome.KeyReused();
    }
}
