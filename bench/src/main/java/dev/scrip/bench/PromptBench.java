package dev.scrip.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Small requests beside prompts of a million tokens, of which the bytes alone do not fit the model,
 * so that each is counted to the token; and without them.
 */
final class PromptBench {

    /** It takes a million tokens. */
    static final String MODEL = "gpt-4.1";

    private static final double SMALL_PER_SECOND = 300;
    private static final int ROUNDS = 3;

    /** With the answer they fit a million tokens. */
    private static final int WORDS = 960_000;

    /** Each is one token, with the blank before it. */
    private static final String[] VOCABULARY = {
        " the",
        " people",
        " water",
        " under",
        " number",
        " around",
        " house",
        " world",
        " small",
        " between",
        " country",
        " found",
        " answer",
        " school",
        " should",
        " never",
        " because",
        " another",
        " example",
        " begin"
    };

    private PromptBench() {}

    static void measure(Path folder, Report report) throws IOException, InterruptedException {
        try (Stand stand = new Stand(folder);
                HttpLoad load = new HttpLoad();
                HttpLoad large = new HttpLoad()) {
            Shape prompt = prompt();
            Tally _ = small(load, stand, Span.warmUp());
            Tally _ = beside(large, stand, prompt, () -> small(load, stand, Span.warmUp()));
            Tally quiet = new Tally();
            Tally busy = new Tally();
            Tally prompts = new Tally();
            double[] p99 = new double[ROUNDS];
            double[] quietP99 = new double[ROUNDS];
            for (int round = 0; round < ROUNDS; round++) {
                Tally alone = small(load, stand, Span.round());
                Tally crowded = new Tally();
                prompts.add(
                        beside(
                                large,
                                stand,
                                prompt,
                                () -> crowded.add(small(load, stand, Span.round()))));
                quiet.add(alone);
                busy.add(crowded);
                p99[round] = Tally.millis(crowded.whole(), 99);
                quietP99[round] = Tally.millis(alone.whole(), 99);
                Report.say(
                        "round %d: small ones alone %s; beside large ones %s",
                        round, Tally.told(alone.whole()), Tally.told(crowded.whole()));
            }
            Report.say("large ones: %d, %s", prompts.answers(), Tally.told(prompts.whole()));
            report.way("small ones alone", SMALL_PER_SECOND, quiet.whole(), NONE, NONE);
            report.way("beside prompts", SMALL_PER_SECOND, busy.whole(), NONE, NONE);
            report.atLeast("prompts counted", (double) prompts.answers(), "prompts", ROUNDS);
            report.plain("small ones alone, p99", Report.median(quietP99), "ms");
            report.plain("time of a prompt, p50", Tally.millis(prompts.whole(), 50), "ms");
            report.atMost("small ones beside prompts, p99", Report.median(p99), "ms", 50);
            report.atMost(
                    "requests that failed",
                    (double) (quiet.failures() + busy.failures() + prompts.failures()),
                    "requests",
                    0);
        }
    }

    private static final Duration NONE = Duration.ZERO;

    private interface Work {
        void run() throws InterruptedException;
    }

    /** Does something while prompts are asked, one after another; returns what came of those. */
    private static Tally beside(HttpLoad load, Stand stand, Shape prompt, Work work)
            throws InterruptedException {
        Tally prompts = new Tally();
        AtomicBoolean over = new AtomicBoolean();
        AtomicReference<@Nullable Throwable> broken = new AtomicReference<>();
        Thread asking =
                Thread.ofPlatform()
                        .start(
                                () -> {
                                    try {
                                        while (!over.get()) {
                                            prompts.add(load.one(stand.governed(), prompt));
                                        }
                                    } catch (InterruptedException failed) {
                                        broken.set(failed);
                                    }
                                });
        work.run();
        over.set(true);
        asking.join();
        if (broken.get() != null) {
            throw new IllegalStateException(broken.get());
        }
        return prompts;
    }

    private static Tally small(HttpLoad load, Stand stand, Duration time)
            throws InterruptedException {
        return load.open(stand.governed(), Shape.ANSWER, SMALL_PER_SECOND, Span.settling(), time);
    }

    private static Shape prompt() {
        Random random = new Random(1);
        StringBuilder text = new StringBuilder();
        for (int word = 0; word < WORDS; word++) {
            text.append(VOCABULARY[random.nextInt(VOCABULARY.length)]);
        }
        return new Shape(
                MODEL,
                FastUpstream.ANSWERS,
                false,
                "\"max_tokens\":64,\"messages\":[{\"role\":\"user\",\"content\":\""
                        + text
                        + "\"}]}");
    }
}
