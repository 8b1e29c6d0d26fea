package dev.scrip.proof;

import dev.scrip.money.Money;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The three processes that the attacks share, started when first needed. */
final class Stage implements AutoCloseable {

    private static final int WARM_UP_REQUESTS = 60;

    private final Site site;
    private final List<Node> nodes;
    private final Path clockOffsets;
    private boolean shifted;
    private boolean repeated;

    Stage(Path folder, long seed) {
        this.clockOffsets = folder;
        this.site = new Site(folder, folder.resolve("postgres"), seed);
        this.nodes = List.of(site.node("one"), site.node("two"), site.node("three"));
    }

    Site site() {
        return site;
    }

    /** From now on the attacks choose their times by chance, not to be short. */
    void repeat() {
        repeated = true;
    }

    boolean isRepeated() {
        return repeated;
    }

    /** The first of the processes alone; the others take no part in anything yet. */
    Node one() throws InterruptedException {
        running(nodes.subList(0, 1));
        return nodes.getFirst();
    }

    /** A process that runs the program's commands; it need not serve. */
    Node commander() {
        return nodes.getFirst();
    }

    /** All three, as they are shipped. */
    List<Node> three() throws InterruptedException {
        if (shifted) {
            for (Node node : nodes.subList(1, 3)) {
                node.stop();
            }
            shifted = false;
        }
        running(nodes);
        return nodes;
    }

    /** All three; the clocks of the second and third can be moved. */
    List<Node> shiftable() throws InterruptedException {
        running(nodes.subList(0, 1));
        if (!shifted) {
            for (Node node : nodes.subList(1, 3)) {
                if (node.isAlive()) {
                    node.stop();
                }
                shift(node, Duration.ZERO);
                node.launchShifted(offsetOf(node));
            }
            for (Node node : nodes.subList(1, 3)) {
                node.awaitStart();
            }
            shifted = true;
            warmUp(nodes.subList(1, 3));
        }
        return nodes;
    }

    void shift(Node node, Duration offset) {
        ShiftedScrip.write(offsetOf(node), offset);
    }

    private Path offsetOf(Node node) {
        return clockOffsets.resolve(node.name() + ".offset");
    }

    /** Starts what does not run, and lets its compilers see a few requests first. */
    private void running(List<Node> wanted) throws InterruptedException {
        List<Node> stopped = wanted.stream().filter(node -> !node.isAlive()).toList();
        stopped.forEach(Node::launch);
        for (Node node : stopped) {
            node.awaitStart();
        }
        if (!stopped.isEmpty()) {
            warmUp(stopped);
        }
    }

    private void warmUp(List<Node> fresh) throws InterruptedException {
        Trial trial = Trial.withCredit(site, "Warm-up", Money.ofDollars("100"));
        for (Node node : fresh) {
            var _ = Load.burst(trial, List.of(node), WARM_UP_REQUESTS);
        }
        trial.rest();
        trial.close();
    }

    /** Signals every process to stop and waits for each: they drain and return their leases. */
    void drain() throws InterruptedException {
        for (Node node : nodes) {
            if (node.isAlive()) {
                node.stop();
            }
        }
    }

    @Override
    public void close() {
        site.close();
    }
}
