package dev.scrip.proof;

import dev.scrip.ledger.LimitKind;
import dev.scrip.money.Money;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** Wrong clocks, and moments at which money stops being money. */
final class Times {

    /** What was held just before a moment may reach the upstream just after it. */
    private static final long ACROSS_NANOS = TimeUnit.MILLISECONDS.toNanos(400);

    private Times() {}

    static List<Attack> all() {
        return List.of(new GrantExpires(), new ClocksMoved(), new PeriodEnds());
    }

    /** Credit that ends while requests run; what is left of it is nobody's. */
    record GrantExpires() implements Attack {

        private static final Money ENDING = Money.ofDollars("3");
        private static final Money LASTING = Money.ofDollars("2");

        @Override
        public String name() {
            return "a grant expires under load";
        }

        @Override
        public Trial carryOut(Stage stage, Random random) throws InterruptedException {
            List<Node> nodes = stage.three();
            Trial trial =
                    stage.site().trial(name(), new Timeline(ENDING.plus(LASTING), ACROSS_NANOS));
            Instant end = stage.site().clock().instant().plusMillis(3_500);
            long endNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(3_500);
            trial.grant(ENDING, end);
            trial.grant(LASTING, null);
            stage.site()
                    .upstream()
                    .behave(
                            EffectLog.Manner.thinking(
                                    Duration.ofMillis(100), Duration.ofMillis(400)));
            Load load = Load.start(trial, nodes, 3, Duration.ofMillis(600));
            sleepUntil(endNanos - TimeUnit.MILLISECONDS.toNanos(100 + random.nextInt(100)));
            Load.Burst across = Load.begin(trial, nodes, 4);
            sleepUntil(endNanos);
            trial.allowed().fresh(endNanos, LASTING);
            load.stop();
            var _ = across.await();
            Load.spendToTheEnd(trial, nodes);
            trial.rest();
            return trial;
        }
    }

    /** Two of the three processes have their clocks moved by a day, both ways, under load. */
    record ClocksMoved() implements Attack {

        @Override
        public String name() {
            return "clocks moved by a day, forward and back";
        }

        @Override
        public Trial carryOut(Stage stage, Random random) throws InterruptedException {
            List<Node> nodes = stage.shiftable();
            Trial trial = Trial.withCredit(stage.site(), name(), Money.ofDollars("40"));
            stage.site().upstream().behave(EffectLog.Manner.EXACT.varying());
            Load load = Load.start(trial, nodes, 12, Duration.ofMillis(100));
            Duration day = Duration.ofDays(1);
            for (Duration[] offsets :
                    new Duration[][] {
                        {day, day.negated()}, {day.negated(), day}, {Duration.ZERO, Duration.ZERO}
                    }) {
                Thread.sleep(700 + random.nextInt(300));
                stage.shift(nodes.get(1), offsets[0]);
                stage.shift(nodes.get(2), offsets[1]);
            }
            Thread.sleep(500);
            load.stop();
            Load.spendToTheEnd(trial, nodes);
            trial.rest();
            return trial;
        }
    }

    /** A month ends, and with it a hard limit's count, while requests run across the moment. */
    record PeriodEnds() implements Attack {

        private static final Money LIMIT = Money.ofDollars("3");

        @Override
        public String name() {
            return "a month ends under load";
        }

        @Override
        public Trial carryOut(Stage stage, Random random) throws InterruptedException {
            List<Node> nodes = stage.shiftable().subList(1, 3);
            InstantSource machine = stage.site().clock();
            Instant now = machine.instant();
            Instant monthEnds =
                    YearMonth.from(now.atOffset(ZoneOffset.UTC))
                            .plusMonths(1)
                            .atDay(1)
                            .atStartOfDay()
                            .toInstant(ZoneOffset.UTC);
            Duration offset = Duration.between(now.plusMillis(4_000), monthEnds);
            long endNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(4_000);
            nodes.forEach(node -> stage.shift(node, offset));
            Trial trial = stage.site().trial(name(), new Timeline(LIMIT, ACROSS_NANOS));
            trial.grant(Money.ofDollars("100"), null);
            stage.site()
                    .ledger(() -> machine.instant().plus(offset))
                    .setLimit(trial.organizationId(), LimitKind.HARD, Optional.of(LIMIT));
            stage.site()
                    .upstream()
                    .behave(
                            EffectLog.Manner.thinking(
                                    Duration.ofMillis(100), Duration.ofMillis(400)));
            Load load = Load.start(trial, nodes, 2, Duration.ofMillis(400));
            sleepUntil(endNanos - TimeUnit.MILLISECONDS.toNanos(100 + random.nextInt(100)));
            Load.Burst across = Load.begin(trial, nodes, 6);
            sleepUntil(endNanos);
            trial.allowed().fresh(endNanos, LIMIT);
            load.stop();
            var _ = across.await();
            Load.spendToTheEnd(trial, nodes);
            trial.rest();
            nodes.forEach(node -> stage.shift(node, Duration.ZERO));
            return trial;
        }
    }

    private static void sleepUntil(long nanoTime) throws InterruptedException {
        long left = nanoTime - System.nanoTime();
        if (left > 0) {
            TimeUnit.NANOSECONDS.sleep(left);
        }
    }
}
