package dev.scrip.proof;

import dev.scrip.ledger.Ledger;
import dev.scrip.ledger.LimitKind;
import dev.scrip.money.Money;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** Hard and soft limits are set, lowered, raised and removed while requests run. */
record Limits() implements Attack {

    private static final Money CREDIT = Money.ofDollars("200");

    /** Every process follows within a second; what it held before may reach the upstream later. */
    private static final long FOLLOW_NANOS = TimeUnit.MILLISECONDS.toNanos(1_500);

    @Override
    public String name() {
        return "limits lowered and raised while running";
    }

    @Override
    public Trial carryOut(Stage stage, Random random) throws InterruptedException {
        List<Node> nodes = stage.three();
        Trial trial = stage.site().trial(name(), new Timeline(CREDIT, FOLLOW_NANOS));
        trial.grant(CREDIT, null);
        Load load = Load.start(trial, nodes, 9, Duration.ofMillis(120));
        Thread.sleep(700);
        soft(trial, Optional.of(Money.ofDollars("0.50")));
        hard(trial, Optional.of(started(trial).plus(Money.ofDollars("4"))));
        Thread.sleep(2_000);
        hard(trial, Optional.of(started(trial).plus(Money.ofDollars("5"))));
        Thread.sleep(1_000);
        hard(trial, Optional.of(Money.ofDollars("1")));
        Thread.sleep(2_500);
        soft(trial, Optional.empty());
        hard(trial, Optional.empty());
        Thread.sleep(1_500);
        Money last = started(trial).plus(Money.ofDollars("6"));
        hard(trial, Optional.of(last));
        Thread.sleep(1_500);
        load.stop();
        Load.spendToTheEnd(trial, nodes);
        trial.rest();
        return trial;
    }

    private static Money started(Trial trial) {
        return trial.effects().stream().map(Effect::cost).reduce(Money.ZERO, Money::plus);
    }

    private static void hard(Trial trial, Optional<Money> limit) {
        trial.allowed().total(System.nanoTime(), limit.map(CREDIT::min).orElse(CREDIT));
        ledger(trial).setLimit(trial.organizationId(), LimitKind.HARD, limit);
    }

    private static void soft(Trial trial, Optional<Money> limit) {
        ledger(trial).setLimit(trial.organizationId(), LimitKind.SOFT, limit);
    }

    private static Ledger ledger(Trial trial) {
        return trial.site().ledger();
    }
}
