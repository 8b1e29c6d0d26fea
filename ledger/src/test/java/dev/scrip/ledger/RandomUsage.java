package dev.scrip.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scrip.money.Money;
import dev.scrip.postgres.Ids;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * The usage in batches of a random life: orders that are new, said again in the same batch or a
 * later one, changed under their key, or refused before the ledger is asked; and what a naive model
 * expects of each.
 */
final class RandomUsage {

    private static final int ORDERS_MAX = 8;

    /** Told what was charged, and by which entry. */
    interface Charged {
        void by(UsageOrder order, Instant at, long entryId);
    }

    private final LedgerFixture fixture;
    private final Random random;
    private final long organization;
    private final Supplier<Payer> payers;
    private final Charged charged;

    /** What each key was first used for, and what that was answered. */
    private final Map<String, UsageOrder> firsts = new TreeMap<>();

    private final Map<String, UsageOutcome> answers = new TreeMap<>();

    RandomUsage(
            LedgerFixture fixture,
            Random random,
            long organization,
            Supplier<Payer> payers,
            Charged charged) {
        this.fixture = fixture;
        this.random = random;
        this.organization = organization;
        this.payers = payers;
        this.charged = charged;
    }

    String step() {
        List<UsageOrder> batch = new ArrayList<>();
        List<String> keys = new ArrayList<>(firsts.keySet());
        int size = 1 + random.nextInt(ORDERS_MAX);
        while (batch.size() < size) {
            boolean known = !keys.isEmpty() && random.nextInt(3) == 0;
            UsageOrder order = known ? again(keys.get(random.nextInt(keys.size()))) : fresh();
            keys.add(order.key().key());
            firsts.putIfAbsent(order.key().key(), order);
            batch.add(order);
        }
        List<UsageOutcome> outcomes =
                fixture.database.transaction(tx -> fixture.ledger.holds().charge(tx, batch, false));
        assertThat(outcomes).hasSameSizeAs(batch);
        Money balance = null;
        for (int index = 0; index < size; index++) {
            if (check(batch.get(index), outcomes.get(index)) instanceof UsageOutcome.Charged now) {
                assertThat(balance == null || !balance.isLessThan(now.balance())).isTrue();
                balance = now.balance();
            }
        }
        if (balance != null) {
            assertThat(fixture.ledger.balance(organization).credit()).isEqualTo(balance);
        }
        return "usage: " + outcomes;
    }

    /** The same order under its key, or another one. */
    private UsageOrder again(String key) {
        UsageOrder first = firsts.get(key);
        if (random.nextInt(4) == 0) {
            return order(new OperationKey(key, "another body"), Optional.empty());
        }
        return new UsageOrder(
                first.key(),
                first.payer(),
                Ids.next(),
                first.model(),
                first.amount(),
                first.refusal());
    }

    private UsageOrder fresh() {
        String key = "usage " + Ids.next();
        return order(
                new OperationKey(key, key),
                random.nextInt(8) == 0
                        ? Optional.of(new Refusal(Refusal.Reason.UNPRICED, "no such model"))
                        : Optional.empty());
    }

    private UsageOrder order(OperationKey key, Optional<Refusal> refusal) {
        int nanos = random.nextInt(10) == 0 ? 0 : 1 + random.nextInt(900);
        return new UsageOrder(
                key,
                payers.get(),
                Ids.next(),
                random.nextBoolean() ? "small" : "large",
                Money.ofNanos(nanos),
                refusal);
    }

    /** What was decided now; what was decided before is the same again. */
    private UsageOutcome check(UsageOrder order, UsageOutcome outcome) {
        String key = order.key().key();
        UsageOrder first = firsts.get(key);
        if (!order.key().equals(first.key())) {
            assertThat(outcome).isEqualTo(new UsageOutcome.KeyReused());
            return outcome;
        }
        UsageOutcome before = answers.putIfAbsent(key, outcome);
        if (before != null) {
            assertThat(outcome).as("the same answer for ever").isEqualTo(replayed(before));
            return new UsageOutcome.KeyReused(); // nothing was decided now
        }
        switch (outcome) {
            case UsageOutcome.Charged done -> {
                assertThat(order.refusal()).isEmpty();
                assertThat(done.replayed()).isFalse();
                assertThat(done.amount()).as("all of it or nothing").isEqualTo(order.amount());
                assertThat(done.requestId()).isEqualTo(order.requestId());
                charged.by(order, done.chargedAt(), done.entryId());
            }
            case UsageOutcome.Refused no -> {
                assertThat(no.replayed()).isFalse();
                order.refusal().ifPresent(why -> assertThat(no.refusal()).isEqualTo(why));
                if (order.refusal().isEmpty()) {
                    assertThat(no.refusal().available().isLessThan(order.amount()))
                            .as("what there is is given: %s, %s", order, no)
                            .isTrue();
                }
            }
            case UsageOutcome.KeyReused reused -> throw new AssertionError(order + ": " + reused);
            case UsageOutcome.AskAgain wait -> throw new AssertionError(order + ": " + wait);
        }
        return outcome;
    }

    private static UsageOutcome replayed(UsageOutcome outcome) {
        return switch (outcome) {
            case UsageOutcome.Charged done ->
                    new UsageOutcome.Charged(
                            done.requestId(),
                            done.amount(),
                            done.balance(),
                            done.entryId(),
                            done.chargedAt(),
                            true);
            case UsageOutcome.Refused no -> new UsageOutcome.Refused(no.refusal(), true);
            case UsageOutcome.KeyReused reused -> reused;
            case UsageOutcome.AskAgain again -> again;
        };
    }
}
