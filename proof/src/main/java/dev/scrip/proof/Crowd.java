package dev.scrip.proof;

import dev.scrip.money.Money;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/** A thousand requests of ten cents, at once, on five dollars. */
record Crowd(int processes, boolean killed) implements Attack {

    private static final Money CREDIT = Money.ofDollars("5");
    private static final Money LEAST = Money.ofDollars("4.90");
    private static final int REQUESTS = 1_000;

    /** Effects before the blow: far enough for every process to be in the middle of some. */
    private static final int EFFECTS_BEFORE = 12;

    @Override
    public String name() {
        String who = processes == 1 ? "one process" : "three processes";
        return "1,000 x 10 cents on 5 dollars, " + who + (killed ? ", one kill -9" : "");
    }

    @Override
    public Trial carryOut(Stage stage, Random random) throws InterruptedException {
        List<Node> nodes = processes == 1 ? List.of(stage.one()) : stage.three();
        Trial trial = Trial.withCredit(stage.site(), name(), CREDIT);
        if (killed) {
            kill(stage, trial, nodes, random);
        } else {
            var _ = Load.burst(trial, nodes, REQUESTS);
            trial.complainOfFailures();
        }
        trial.rest();
        Money spent = trial.charged();
        if (spent.isLessThan(LEAST) || CREDIT.isLessThan(spent)) {
            trial.complain("$%s was spent of $%s".formatted(spent.exact(), CREDIT.exact()));
        }
        return trial;
    }

    private static void kill(Stage stage, Trial trial, List<Node> nodes, Random random)
            throws InterruptedException {
        stage.site()
                .upstream()
                .behave(EffectLog.Manner.thinking(Duration.ofMillis(150), Duration.ofMillis(500)));
        Load.Burst first = Load.begin(trial, nodes, REQUESTS / 2);
        boolean _ =
                Trial.await(Duration.ofSeconds(20), () -> trial.effects().size() >= EFFECTS_BEFORE);
        Node victim = nodes.get(random.nextInt(nodes.size()));
        Deaths.killAndBury(trial, victim, random.nextInt(100));
        var _ = first.await();
        var _ = Load.burst(trial, nodes, REQUESTS - REQUESTS / 2);
    }
}
