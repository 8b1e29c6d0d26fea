package dev.scrip.proof;

import dev.scrip.ledger.Incarnation;
import dev.scrip.money.Money;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Processes that hold money and are not heard of: nobody else may be given it. */
final class Pauses {

    /** Clients, and money for them, so that every process has leases and requests under way. */
    private static final Money CREDIT = Money.ofDollars("30");

    private static final int CLIENTS = 18;

    private Pauses() {}

    static List<Attack> all() {
        return List.of(new HolderPaused(), new CutOff());
    }

    /**
     * {@code SIGSTOP} of a process in the middle of its requests, for longer than any time-out, and
     * a second process that claims to be its successor meanwhile.
     */
    record HolderPaused() implements Attack {

        private static final long SECONDS = 36;

        @Override
        public String name() {
            return "holder paused by SIGSTOP for " + SECONDS + " s, then resumed";
        }

        @Override
        public Trial carryOut(Stage stage, Random random) throws InterruptedException {
            List<Node> nodes = stage.three();
            Trial trial = Trial.withCredit(stage.site(), name(), CREDIT);
            Load load = Load.start(trial, nodes, CLIENTS, Duration.ofMillis(100));
            boolean _ = Trial.await(Duration.ofSeconds(10), () -> trial.effects().size() >= 30);
            Node holder = nodes.get(1);
            Load.Burst late = Load.begin(trial, List.of(holder), 40);
            Thread.sleep(5 + random.nextInt(40));
            long paused = System.nanoTime();
            holder.pause();
            Money lent = trial.outstanding(holder);
            List<Node> others = without(nodes, holder);
            Load.spendToTheEnd(trial, others);
            succeed(stage, trial, holder, others);
            long left = SECONDS - Duration.ofNanos(System.nanoTime() - paused).toSeconds();
            Thread.sleep(Duration.ofSeconds(Math.max(0, left)));
            Load.spendToTheEnd(trial, others);
            Money still = trial.outstanding(holder);
            if (still.isLessThan(lent)) {
                trial.complain(
                        "$%s of the $%s that the paused process holds was given to others"
                                .formatted(lent.minus(still).exact(), lent.exact()));
            }
            holder.resume();
            load.stop();
            var _ = late.await();
            trial.stranded(paused, lent);
            Load.spendToTheEnd(trial, nodes);
            trial.rest();
            return trial;
        }

        /** A process with the same name and another lock file has no proof of anything. */
        private static void succeed(Stage stage, Trial trial, Node holder, List<Node> others)
                throws InterruptedException {
            long dead = burials(stage, holder);
            Node namesake = stage.site().namesake(holder);
            namesake.launch();
            if (namesake.awaitStartOrEnd()) {
                List<Node> all = new ArrayList<>(others);
                all.add(namesake);
                Load.spendToTheEnd(trial, all);
                namesake.stop();
            }
            if (burials(stage, holder) > dead + 1) {
                trial.complain("a process of the same name buried one that is only paused");
            }
        }

        private static long burials(Stage stage, Node holder) {
            return stage.site().ledger().incarnations().stream()
                    .filter(each -> each.node().startsWith(holder.name()))
                    .filter(each -> each.state() != Incarnation.State.LIVE)
                    .count();
        }
    }

    /** A process that reaches its clients and the upstream, and not PostgreSQL. */
    record CutOff() implements Attack {

        private static final Duration SILENCE = Duration.ofSeconds(13);

        @Override
        public String name() {
            return "cut off from PostgreSQL while clients go on";
        }

        @Override
        public Trial carryOut(Stage stage, Random random) throws InterruptedException {
            List<Node> nodes = stage.three();
            Trial trial = Trial.withCredit(stage.site(), name(), CREDIT);
            stage.site().upstream().behave(EffectLog.Manner.EXACT.varying());
            Load load = Load.start(trial, nodes, CLIENTS, Duration.ofMillis(100));
            boolean _ = Trial.await(Duration.ofSeconds(10), () -> trial.effects().size() >= 30);
            Node island = nodes.get(2);
            long cut = System.nanoTime();
            island.wire().fallSilent();
            Money lent = trial.outstanding(island);
            Load.spendToTheEnd(trial, without(nodes, island));
            long left = SILENCE.toMillis() - (System.nanoTime() - cut) / 1_000_000;
            Thread.sleep(Math.max(0, left));
            island.wire().speak(random.nextBoolean());
            load.stop();
            trial.stranded(cut, lent);
            Load.spendToTheEnd(trial, nodes);
            trial.rest();
            return trial;
        }
    }

    private static List<Node> without(List<Node> nodes, Node one) {
        return nodes.stream().filter(node -> node != one).toList();
    }
}
