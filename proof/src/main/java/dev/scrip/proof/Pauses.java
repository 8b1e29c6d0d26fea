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

    private static final int LAST_COMMITS_MILLIS = 300;

    private Pauses() {}

    static List<Attack> all() {
        return List.of(new HolderPaused(), new CutOff());
    }

    /**
     * {@code SIGSTOP} of a process in the middle of its requests, for longer than any time-out, and
     * a second process that claims to be its successor meanwhile.
     */
    record HolderPaused() implements Attack {

        /** Longer than any time-out of the product. */
        private static final int SECONDS = 36;

        @Override
        public String name() {
            return "holder paused by SIGSTOP beyond every time-out, then resumed";
        }

        @Override
        public Trial carryOut(Stage stage, Random random) throws InterruptedException {
            List<Node> nodes = stage.three();
            Trial trial = Trial.withCredit(stage.site(), name(), CREDIT);
            Load load = Load.start(trial, nodes, CLIENTS, Duration.ofMillis(100));
            boolean _ = Trial.await(Duration.ofSeconds(10), () -> trial.effects().size() >= 30);
            Node holder = nodes.get(random.nextInt(nodes.size()));
            Load.Burst late = Load.begin(trial, List.of(holder), 40);
            Thread.sleep(5 + random.nextInt(40));
            long paused = System.nanoTime();
            holder.pause();
            Money lent = lentFor(trial, holder);
            List<Node> others = without(nodes, holder);
            Load.spendToTheEnd(trial, others);
            succeed(stage, trial, holder, others);
            int seconds = stage.isRepeated() ? 1 + random.nextInt(2 * SECONDS) : SECONDS;
            long left = seconds - Duration.ofNanos(System.nanoTime() - paused).toSeconds();
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
            namesake.close();
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

        /** Longer than a lease may be held from without an answer. */
        private static final int SECONDS = 13;

        @Override
        public String name() {
            return "cut off from PostgreSQL while clients go on";
        }

        @Override
        public Trial carryOut(Stage stage, Random random) throws InterruptedException {
            List<Node> nodes = stage.three();
            Trial trial = Trial.withCredit(stage.site(), name(), CREDIT);
            stage.site().upstream().behave(EffectLog.Manner.EXACT.varying());
            trial.oneStreamIn(3);
            Load load = Load.start(trial, nodes, CLIENTS, Duration.ofMillis(100));
            boolean _ = Trial.await(Duration.ofSeconds(10), () -> trial.effects().size() >= 30);
            Node island = nodes.get(random.nextInt(nodes.size()));
            long cut = System.nanoTime();
            island.wire().fallSilent();
            Money lent = lentFor(trial, island);
            Load.spendToTheEnd(trial, without(nodes, island));
            int seconds = stage.isRepeated() ? 1 + random.nextInt(3 * SECONDS) : SECONDS;
            long left = seconds - Duration.ofNanos(System.nanoTime() - cut).toSeconds();
            Thread.sleep(Duration.ofSeconds(Math.max(0, left)));
            island.wire().speak(random.nextBoolean());
            load.stop();
            trial.stranded(cut, lent);
            Load.spendToTheEnd(trial, nodes);
            trial.rest();
            trial.complainUnlessStreamsGrew();
            return trial;
        }
    }

    /** What a process has that says nothing more; its last commits may still be under way. */
    static Money lentFor(Trial trial, Node silent) throws InterruptedException {
        Thread.sleep(LAST_COMMITS_MILLIS);
        return trial.outstanding(silent);
    }

    private static List<Node> without(List<Node> nodes, Node one) {
        return nodes.stream().filter(node -> node != one).toList();
    }
}
