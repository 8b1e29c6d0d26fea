package dev.scrip.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scrip.ledger.DurableHold.OnExpiry;
import dev.scrip.money.Money;
import dev.scrip.postgres.Ids;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;

/** The durable holds of a random life, and what a naive model expects of each operation. */
final class RandomHolds {

    /** Told what was charged, and by which entry. */
    interface Captured {
        void by(DurableHold hold, long entryId);
    }

    private final LedgerFixture fixture;
    private final Random random;
    private final Supplier<Payer> payers;
    private final Captured captured;

    /** Those that nobody has ended, as they were answered. */
    private final Map<Long, DurableHold> open = new TreeMap<>();

    RandomHolds(LedgerFixture fixture, Random random, Supplier<Payer> payers, Captured captured) {
        this.fixture = fixture;
        this.random = random;
        this.payers = payers;
        this.captured = captured;
    }

    String step() {
        int kind = random.nextInt(9);
        if (kind < 3 || open.isEmpty()) {
            return hold();
        }
        List<DurableHold> all = new ArrayList<>(open.values());
        DurableHold one = all.get(random.nextInt(all.size()));
        return switch (kind) {
            case 3 -> extend(one);
            case 4, 5 -> capture(one);
            case 6 -> release(one);
            default -> sweep();
        };
    }

    private HoldOutcome run(BiFunction<Handle, OperationKey, HoldOutcome> operation) {
        OperationKey key = new OperationKey("operation " + Ids.next(), "");
        HoldOutcome outcome = fixture.database.transaction(tx -> operation.apply(tx, key));
        HoldOutcome again = fixture.database.transaction(tx -> operation.apply(tx, key));
        assertThat(again).isEqualTo(replayed(outcome));
        return outcome;
    }

    private static HoldOutcome replayed(HoldOutcome outcome) {
        return switch (outcome) {
            case HoldOutcome.Done done ->
                    new HoldOutcome.Done(
                            done.hold(), done.balance(), done.available(), done.entryId(), true);
            case HoldOutcome.Refused refused -> new HoldOutcome.Refused(refused.refusal(), true);
            case HoldOutcome.KeyReused reused -> reused;
            case HoldOutcome.UnknownHold unknown -> unknown;
            case HoldOutcome.AskAgain again -> again;
        };
    }

    private Money amount(int most) {
        return Money.ofNanos(random.nextInt(most) + 1L);
    }

    private Duration lasts() {
        return Duration.ofMinutes(1 + random.nextInt(90));
    }

    private String hold() {
        Payer payer = payers.get();
        String model = random.nextBoolean() ? "small" : "large";
        Money amount = amount(1_000);
        OnExpiry onExpiry = random.nextInt(3) == 0 ? OnExpiry.CAPTURE : OnExpiry.RELEASE;
        Duration lasts = lasts();
        HoldOutcome outcome =
                run(
                        (tx, key) ->
                                fixture.ledger
                                        .holds()
                                        .hold(
                                                tx,
                                                new HoldOrder(
                                                        key, payer, model, amount, lasts, onExpiry,
                                                        ""),
                                                false));
        if (outcome instanceof HoldOutcome.Done done) {
            open.put(done.hold().holdId(), done.hold());
        }
        return "durable hold: " + outcome;
    }

    private boolean isOver(DurableHold hold) {
        return !fixture.now.isBefore(hold.expiresAt());
    }

    private void refusedWhenOver(DurableHold hold, HoldOutcome outcome) {
        if (isOver(hold)) {
            assertThat(outcome).isInstanceOf(HoldOutcome.Refused.class);
        }
    }

    private String extend(DurableHold hold) {
        Money more = amount(500);
        Duration lasts = lasts();
        HoldOutcome outcome =
                run(
                        (tx, key) ->
                                fixture.ledger
                                        .holds()
                                        .extend(
                                                tx,
                                                hold.organizationId(),
                                                hold.holdId(),
                                                key,
                                                more,
                                                lasts,
                                                false));
        refusedWhenOver(hold, outcome);
        if (outcome instanceof HoldOutcome.Done done) {
            assertThat(done.hold().amount()).isEqualTo(hold.amount().plus(more));
            open.put(hold.holdId(), done.hold());
        }
        return "extend: " + outcome;
    }

    private String capture(DurableHold hold) {
        Money cost = Money.ofNanos(random.nextLong(hold.amount().nanos() * 5 / 4 + 1));
        HoldOutcome outcome =
                run(
                        (tx, key) ->
                                fixture.ledger
                                        .holds()
                                        .capture(
                                                tx,
                                                hold.organizationId(),
                                                hold.holdId(),
                                                key,
                                                cost,
                                                false));
        refusedWhenOver(hold, outcome);
        if (outcome instanceof HoldOutcome.Done done) {
            assertThat(done.hold().captured()).isEqualTo(cost);
            open.remove(hold.holdId());
            captured.by(done.hold(), done.entryId());
        } else {
            assertThat(isOver(hold) || hold.amount().isLessThan(cost))
                    .as("what is held can be captured: %s, %s", hold, outcome)
                    .isTrue();
        }
        return "capture: " + outcome;
    }

    private String release(DurableHold hold) {
        HoldOutcome outcome =
                run(
                        (tx, key) ->
                                fixture.ledger
                                        .holds()
                                        .release(tx, hold.organizationId(), hold.holdId(), key));
        refusedWhenOver(hold, outcome);
        if (outcome instanceof HoldOutcome.Done) {
            open.remove(hold.holdId());
        } else {
            assertThat(isOver(hold)).isTrue();
        }
        return "release: " + outcome;
    }

    private String sweep() {
        int charged = 0;
        for (HoldOutcome.Done done : fixture.sweep()) {
            DurableHold hold = done.hold();
            assertThat(open.remove(hold.holdId()).onExpiry()).isEqualTo(OnExpiry.CAPTURE);
            captured.by(hold, done.entryId());
            charged++;
        }
        open.values()
                .removeIf(
                        hold -> {
                            assertThat(isOver(hold) && hold.onExpiry() == OnExpiry.CAPTURE)
                                    .as("%s was not charged at its end", hold)
                                    .isFalse();
                            return isOver(hold);
                        });
        return "swept: " + charged;
    }

    /** Ends them all, one way or another. */
    String endAll() {
        for (DurableHold hold : new ArrayList<>(open.values())) {
            String _ = random.nextBoolean() ? capture(hold) : release(hold);
        }
        fixture.pass(Duration.ofHours(2));
        String swept = sweep();
        assertThat(open).isEmpty();
        return swept;
    }
}
