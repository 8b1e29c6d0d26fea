package dev.scrip.proof;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** Clients of one wallet, each sending its next request when its last one ended. */
final class Load {

    /** After a failure a client waits, as a client should. */
    private static final long AFTER_FAILURE_MILLIS = 100;

    private static final int ROUNDS_MAX = 80;

    /** Rounds in a row without one answer, though not everybody was refused. */
    private static final int DEAD_ROUNDS_MAX = 2;

    private static final int ROUND = 24;

    private final Trial trial;
    private final List<Thread> clients = new ArrayList<>();
    private volatile boolean stopping;

    private Load(Trial trial) {
        this.trial = trial;
    }

    /**
     * Starts clients, spread evenly over the nodes.
     *
     * @param pause between an answer and a client's next request
     */
    static Load start(Trial trial, List<Node> nodes, int clients, Duration pause) {
        Load load = new Load(trial);
        for (int client = 0; client < clients; client++) {
            Node node = nodes.get(client % nodes.size());
            load.clients.add(Thread.ofVirtual().start(() -> load.work(node, pause)));
        }
        return load;
    }

    private void work(Node node, Duration pause) {
        try {
            while (!stopping) {
                Sent one = trial.call(node);
                boolean answered = one.ending() == Sent.Ending.ANSWERED;
                Thread.sleep(answered ? pause.toMillis() : AFTER_FAILURE_MILLIS);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Lets every client end its request. */
    void stop() throws InterruptedException {
        stopping = true;
        for (Thread client : clients) {
            client.join();
        }
    }

    /** So many requests, all at once; returns when all have ended. */
    static List<Sent> burst(Trial trial, List<Node> nodes, int requests)
            throws InterruptedException {
        return begin(trial, nodes, requests).await();
    }

    /** A burst under way. */
    record Burst(List<Thread> threads, List<Sent> sent) {
        List<Sent> await() throws InterruptedException {
            for (Thread thread : threads) {
                thread.join();
            }
            return List.copyOf(sent);
        }
    }

    static Burst begin(Trial trial, List<Node> nodes, int requests) {
        CountDownLatch go = new CountDownLatch(1);
        List<Sent> sent = java.util.Collections.synchronizedList(new ArrayList<>());
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < requests; i++) {
            Node node = nodes.get(i % nodes.size());
            threads.add(
                    Thread.ofVirtual()
                            .start(
                                    () -> {
                                        try {
                                            go.await();
                                            sent.add(trial.callPatiently(node));
                                        } catch (InterruptedException interrupted) {
                                            Thread.currentThread().interrupt();
                                        }
                                    }));
        }
        go.countDown();
        return new Burst(threads, sent);
    }

    /** Spends what is left, until everybody is refused: what is free must be spendable. */
    static void spendToTheEnd(Trial trial, List<Node> nodes) throws InterruptedException {
        int dead = 0;
        for (int round = 0; round < ROUNDS_MAX && dead < DEAD_ROUNDS_MAX; round++) {
            List<Sent> sent = burst(trial, nodes, ROUND);
            if (sent.stream().allMatch(one -> one.ending() == Sent.Ending.REFUSED)) {
                return;
            }
            boolean served = sent.stream().anyMatch(one -> one.ending() == Sent.Ending.ANSWERED);
            dead = served ? 0 : dead + 1;
        }
        trial.complain("the wallet does not come to its end");
    }
}
