package dev.scrip.proof;

import dev.scrip.money.Money;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Requests with an {@code Idempotency-Key}, each sent to one process and, while that runs and after
 * it ended, to others, while processes die by {@code kill -9} in the middle of them.
 */
record Keys() implements Attack {

    private static final Money CREDIT = Money.ofDollars("60");
    private static final int KILLS = 2;
    private static final int CLIENTS = 9;

    /** At once to the process that dies, so that it dies between charges and their answers. */
    private static final int CROWD = 30;

    private static final Duration BETWEEN_ERRANDS = Duration.ofMillis(150);

    private static final int EFFECTS_BEFORE = 40;
    private static final int REPEATED_WITHIN_MILLIS = 120;
    private static final Duration BETWEEN_TRIES = Duration.ofMillis(250);

    /** A process that was killed serves again before that. */
    private static final Duration LAST_WORD_LIMIT = Duration.ofSeconds(90);

    @Override
    public String name() {
        return "Idempotency-Keys repeated at other processes, kill -9";
    }

    @Override
    public Trial carryOut(Stage stage, Random random) throws InterruptedException {
        List<Node> nodes = stage.three();
        Trial trial = Trial.withCredit(stage.site(), name(), CREDIT);
        stage.site().upstream().behave(EffectLog.Manner.EXACT.varying());
        trial.oneStreamIn(3);
        Clients clients = new Clients(trial, nodes);
        for (int client = 0; client < CLIENTS; client++) {
            clients.goOn(new Random(random.nextLong()));
        }
        int kills = stage.isRepeated() ? 1 + random.nextInt(2 * KILLS) : KILLS;
        for (int kill = 0; kill < kills; kill++) {
            awaitEffects(trial, EFFECTS_BEFORE);
            Node victim = nodes.get(random.nextInt(nodes.size()));
            for (int one = 0; one < CROWD; one++) {
                clients.once(victim, new Random(random.nextLong()));
            }
            awaitEffects(trial, CROWD / 3);
            Deaths.killAndBury(trial, victim, random.nextInt(100));
        }
        clients.stop();
        Load.spendToTheEnd(trial, nodes);
        clients.everyKeyOnceMore(random);
        trial.rest();
        trial.complainUnlessStreamsGrew();
        trial.note(new Repeats(trial.evidence()).told());
        return trial;
    }

    private static void awaitEffects(Trial trial, int more) throws InterruptedException {
        int effects = trial.effects().size();
        boolean _ =
                Trial.await(Duration.ofSeconds(20), () -> trial.effects().size() >= effects + more);
    }

    /** Each errand is repeated until its last word, and once more after it. */
    private static final class Clients {

        private final Trial trial;
        private final List<Node> nodes;
        private final List<Thread> threads = new ArrayList<>();
        private final ConcurrentLinkedQueue<Client.Errand> errands = new ConcurrentLinkedQueue<>();
        private volatile boolean stopping;

        Clients(Trial trial, List<Node> nodes) {
            this.trial = trial;
            this.nodes = nodes;
        }

        private interface Work {
            void run() throws InterruptedException;
        }

        private static Thread started(Work work) {
            return Thread.ofVirtual()
                    .start(
                            () -> {
                                try {
                                    work.run();
                                } catch (InterruptedException interrupted) {
                                    Thread.currentThread().interrupt();
                                }
                            });
        }

        void goOn(Random random) {
            threads.add(
                    started(
                            () -> {
                                while (!stopping) {
                                    carryOut(any(nodes, random), random);
                                    Thread.sleep(BETWEEN_ERRANDS);
                                }
                            }));
        }

        void once(Node first, Random random) {
            threads.add(started(() -> carryOut(first, random)));
        }

        private void carryOut(Node first, Random random) throws InterruptedException {
            Client.Errand errand = trial.repeatable();
            errands.add(errand);
            List<Node> others = nodes.stream().filter(node -> node != first).toList();
            Node second = any(others, random);
            int later = random.nextInt(REPEATED_WITHIN_MILLIS);
            Thread beside =
                    started(
                            () -> {
                                Thread.sleep(later);
                                var _ = trial.send(second, errand);
                            });
            Try last = trial.send(first, errand);
            beside.join();
            long deadline = System.nanoTime() + LAST_WORD_LIMIT.toNanos();
            while (!last.isLastWord() && deadline - System.nanoTime() > 0) {
                Thread.sleep(BETWEEN_TRIES);
                last = trial.send(any(nodes, random), errand);
            }
            if (!last.isLastWord()) {
                trial.complain("no last word: " + last);
            }
            var _ = trial.send(any(nodes, random), errand);
        }

        void stop() throws InterruptedException {
            stopping = true;
            for (Thread thread : threads) {
                thread.join();
            }
        }

        /** Nothing is left of the wallet: what was paid for is given, and nothing else. */
        void everyKeyOnceMore(Random random) {
            for (Client.Errand errand : errands) {
                Try one = trial.send(any(nodes, random), errand);
                if (!one.isLastWord()) {
                    trial.complain("no last word at rest: " + one);
                }
            }
        }

        private static Node any(List<Node> some, Random random) {
            return some.get(random.nextInt(some.size()));
        }
    }
}
