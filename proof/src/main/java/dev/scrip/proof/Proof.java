package dev.scrip.proof;

import dev.scrip.ledger.Incarnation;
import dev.scrip.ledger.Verification;
import dev.scrip.money.Money;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.logging.StreamHandler;

/**
 * Every attack of {@code make proof}, each with one line: attack, requests, overspent, lost,
 * doubled, falsely refused, {@code ok} or {@code broken}. All four counts must be zero.
 */
public final class Proof {

    private static final String LINE = "%-64s %8s %9s %6s %7s %15s  %s%n";

    /** Kept, because the log manager forgets loggers that nobody has. */
    private static final Logger ROOT = Logger.getLogger("");

    private final Options options;
    private final Path folder;
    private final List<String> summary = new ArrayList<>();
    private long requests;
    private int attacks;
    private volatile boolean broken;

    private Proof(Options options, Path folder) {
        this.options = options;
        this.folder = folder;
    }

    public static void main(String[] arguments) throws Exception {
        Options options = Options.read(System.getenv(), new SecureRandom());
        Path folder = Files.createTempDirectory("scrip-proof");
        logTo(folder.resolve("proof.log"));
        Proof proof = new Proof(options, folder);
        try {
            proof.run();
        } catch (Throwable failed) {
            proof.broken = true;
            throw failed;
        } finally {
            if (proof.broken) {
                System.out.println("the logs of every process are in " + folder);
            }
        }
        System.exit(proof.broken ? 1 : 0);
    }

    /** What libraries tell would hide the lines that count. */
    private static void logTo(Path file) throws IOException {
        for (Handler console : ROOT.getHandlers()) {
            ROOT.removeHandler(console);
        }
        Handler handler =
                new StreamHandler(Files.newOutputStream(file), new SimpleFormatter()) {
                    @Override
                    public synchronized void publish(LogRecord record) {
                        super.publish(record);
                        flush();
                    }
                };
        ROOT.addHandler(handler);
    }

    /** In this order processes are started and stopped least. */
    private static List<Attack> attacks() {
        List<Attack> attacks = new ArrayList<>();
        attacks.add(new Crowd(1, false));
        attacks.add(new Crowd(3, false));
        attacks.add(new Crowd(3, true));
        attacks.addAll(Pauses.all());
        attacks.addAll(Deaths.all());
        attacks.addAll(Messages.all());
        attacks.add(new Limits());
        attacks.addAll(Times.all());
        attacks.add(new DiskFull());
        return attacks;
    }

    private void run() throws InterruptedException {
        long began = System.nanoTime();
        System.out.printf(
                "seed %d (SEED=%d repeats its chances)%n", options.seed(), options.seed());
        System.out.printf(
                LINE, "attack", "requests", "overspent", "lost", "doubled", "falsely refused", "");
        Random random = new Random(options.seed());
        List<Attack> chosen =
                new ArrayList<>(
                        attacks().stream()
                                .filter(attack -> attack.name().contains(options.only()))
                                .toList());
        try (Stage stage = new Stage(folder, options.seed())) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> leave(stage)));
            round(stage, chosen, random);
            while (options.goesOn(System.nanoTime() - began) && !broken) {
                stage.repeat();
                Collections.shuffle(chosen, random);
                round(stage, chosen, random);
            }
            stage.drain();
            atRest(stage);
            int code = stage.commander().command(stage.site().address(), "verify");
            said(code == 0, "scrip verify ends with " + code);
        }
        summary.forEach(System.out::println);
        System.out.printf(
                Locale.ROOT,
                "%s: %d attacks, %,d requests, %d s%n",
                broken ? "BROKEN" : "all ok",
                attacks,
                requests,
                Duration.ofNanos(System.nanoTime() - began).toSeconds());
    }

    private void round(Stage stage, List<Attack> chosen, Random random)
            throws InterruptedException {
        for (Attack attack : chosen) {
            long began = System.nanoTime();
            try {
                judge(attack, attack.carryOut(stage, new Random(random.nextLong())), began);
            } catch (DiskFull.Skipped skipped) {
                System.out.printf(LINE, attack.name(), "-", "-", "-", "-", "-", "skipped");
                summary.add("  skipped: " + attack.name() + ": " + skipped.getMessage());
            }
        }
    }

    private void judge(Attack attack, Trial trial, long began) {
        Counts counts = Audit.count(trial.evidence());
        Money charged = trial.charged();
        if (!trial.site().store().drawn(trial.organizationId()).equals(charged)) {
            trial.complain("usage records and draws on grants differ");
        }
        if (trial.site().store().lost(trial.organizationId()).isPositive()) {
            trial.complain("the platform bore charges that no credit was set aside for");
        }
        Verification verified = trial.site().verify();
        for (Verification.Check check : verified.checks()) {
            check.differences().forEach(line -> trial.complain(check.name() + ": " + line));
        }
        trial.close();
        boolean ok = counts.allZero() && trial.complaints().isEmpty();
        broken |= !ok;
        attacks++;
        requests += counts.requests();
        System.out.printf(
                LINE,
                attack.name(),
                counts.requests(),
                counts.overspent(),
                counts.lost(),
                counts.doubled(),
                counts.falselyRefused(),
                ok ? "ok" : "broken");
        trial.complaints().stream().limit(8).forEach(line -> System.out.println("    " + line));
        counts.examples().forEach(line -> System.out.println("    " + line));
        summary.add(
                String.format(
                        Locale.ROOT,
                        "  %-64s %5.1f s, $%s charged, %d checks of verify agree on %,d figures",
                        attack.name(),
                        (System.nanoTime() - began) / 1e9,
                        charged.exact(),
                        verified.checks().stream()
                                .filter(check -> check.differences().isEmpty())
                                .count(),
                        verified.checks().stream().mapToLong(Verification.Check::compared).sum()));
    }

    /** Every process has drained or was buried: nobody has anything any more. */
    private void atRest(Stage stage) {
        List<Incarnation> all = stage.site().ledger().incarnations();
        long living = all.stream().filter(each -> each.state() != Incarnation.State.DEAD).count();
        Money out = all.stream().map(Incarnation::outstanding).reduce(Money.ZERO, Money::plus);
        said(
                living == 0 && out.isZero(),
                "%d processes lived, each is proven dead, $%s is outstanding"
                        .formatted(all.size(), out.exact()));
    }

    private void said(boolean right, String what) {
        broken |= !right;
        summary.add("  " + what + (right ? "" : "  <- broken"));
    }

    /** Interrupted or not, no process is left over. */
    private void leave(Stage stage) {
        stage.close();
        try {
            if (!broken) {
                delete(folder);
            }
        } catch (IOException failed) {
            System.err.println("left over: " + folder + ": " + failed);
        }
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (var tree = Files.walk(folder)) {
            for (Path path : tree.sorted(Collections.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
