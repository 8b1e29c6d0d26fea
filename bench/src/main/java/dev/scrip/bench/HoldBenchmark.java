package dev.scrip.bench;

import dev.scrip.charging.Admission;
import dev.scrip.charging.Charging;
import dev.scrip.ledger.Payer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * A request admitted and released on warm leases: price, a hold on each of three pools (the wallet
 * and two hard limits), and back.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class HoldBenchmark {

    private static final int POOLS = 3;

    private final Workshop workshop;
    private final Charging charging;
    private final Payer payer;

    /** Made by JMH, in a process of its own. */
    public HoldBenchmark() {
        try {
            workshop = new Workshop(Files.createTempDirectory("hold"));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        charging = workshop.charging();
        payer = workshop.payers(1).getFirst();
        int pools = workshop.limit(payer);
        if (pools != POOLS) {
            throw new IllegalStateException(pools + " pools");
        }
        // The first charge is what the leases are sized by.
        var _ = workshop.request(payer).toCompletableFuture().join();
    }

    static void measure(Path folder, Report report) throws RunnerException {
        var results =
                new Runner(
                                new OptionsBuilder()
                                        .include(HoldBenchmark.class.getName())
                                        .verbosity(VerboseMode.SILENT)
                                        .jvmArgsAppend("-Djava.io.tmpdir=" + folder)
                                        .build())
                        .run();
        for (var result : results) {
            var score = result.getPrimaryResult();
            Report.say(
                    "admit and release, %d pools: %.0f ± %.0f ns",
                    POOLS, score.getScore(), score.getScoreError());
            report.atMost("hold_three_pools", score.getScore(), "ns", 300);
        }
    }

    @TearDown
    public void close() {
        workshop.close();
    }

    @Benchmark
    public Admission admitAndRelease() {
        Admission admission = workshop.admit(payer).toCompletableFuture().join();
        if (admission instanceof Admission.Held held) {
            charging.release(held.hold());
        }
        return admission;
    }
}
