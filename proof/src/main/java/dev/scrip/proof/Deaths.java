package dev.scrip.proof;

import dev.scrip.money.Money;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/** Processes, and PostgreSQL, that die under load. */
final class Deaths {

    private Deaths() {}

    static List<Attack> all() {
        return List.of(new PostgresKilled());
    }

    /** Kills a process and starts its successor, which takes back what it was lent. */
    static void killAndBury(Trial trial, Node victim, int afterMillis) throws InterruptedException {
        Thread.sleep(afterMillis);
        long before = System.nanoTime();
        victim.kill();
        Money lent = Pauses.lentFor(trial, victim);
        trial.died(victim); // what it had sent before has arrived by now
        victim.start();
        trial.stranded(before, lent);
    }

    /** {@code kill -9} of PostgreSQL, three times, while clients go on. */
    record PostgresKilled() implements Attack {

        private static final int TIMES = 3;

        @Override
        public String name() {
            return "PostgreSQL killed under load";
        }

        @Override
        public Trial carryOut(Stage stage, Random random) throws InterruptedException {
            List<Node> nodes = stage.three();
            Trial trial = Trial.withCredit(stage.site(), name(), Money.ofDollars("60"));
            stage.site().upstream().behave(EffectLog.Manner.EXACT.varying());
            trial.oneStreamIn(3);
            Load load = Load.start(trial, nodes, 12, Duration.ofMillis(80));
            for (int time = 0; time < TIMES; time++) {
                int effects = trial.effects().size();
                boolean _ =
                        Trial.await(
                                Duration.ofSeconds(30),
                                () -> trial.effects().size() >= effects + 40);
                Thread.sleep(random.nextInt(300));
                stage.site().killPostgres();
            }
            int effects = trial.effects().size();
            if (!Trial.await(Duration.ofSeconds(30), () -> trial.effects().size() > effects + 40)) {
                trial.complain("requests are not served again after PostgreSQL came back");
            }
            load.stop();
            Load.spendToTheEnd(trial, nodes);
            trial.rest();
            trial.complainUnlessStreamsGrew();
            return trial;
        }
    }
}
