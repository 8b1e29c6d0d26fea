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
import java.util.logging.Level;
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
    private final List<String> summary = Collections.synchronizedList(new ArrayList<>());
    private long requests;
    private int attacks;
    private final long began = System.nanoTime();
    private volatile boolean broken;
    private volatile boolean leaving;
    private boolean told;

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
            if (proof.isLeaving()) {
                return; // what failed was taken away
            }
            proof.broken = true;
            System.out.println("    " + failed);
            ROOT.log(Level.SEVERE, "an attack could not be carried out", failed);
        }
        proof.tell(proof.broken ? "BROKEN" : "all ok");
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
        attacks.add(new Keys());
        attacks.addAll(Messages.all());
        attacks.add(new Limits());
        attacks.addAll(Times.all());
        attacks.add(new DiskFull());
        return attacks;
    }

    private void run() throws InterruptedException {
        System.out.printf(
                "seed %d (SEED=%d repeats its chances)%n", options.seed(), options.seed());
        System.out.printf(
                LINE, "attack", "requests", "overspent", "lost", "doubled", "falsely refused", "");
        List<Attack> chosen =
                attacks().stream()
                        .filter(attack -> attack.name().contains(options.only()))
                        .toList();
        if (chosen.isEmpty()) {
            throw new IllegalArgumentException("no attack is called " + options.only());
        }
        try (Stage stage = new Stage(folder, options.seed())) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> leave(stage)));
            if (options.isLong()) {
                goOn(stage, chosen);
            } else {
                for (Attack attack : chosen) {
                    carryOut(attack, stage, options.seed());
                }
            }
            stage.drain();
            atRest(stage);
            int code = stage.commander().command(stage.site().address(), "verify");
            said(code == 0, "scrip verify ends with " + code);
        }
    }

    /** Round after round, each with a seed and an order of its own, until something is broken. */
    private void goOn(Stage stage, List<Attack> chosen) throws InterruptedException {
        stage.repeat();
        Random seeds = new Random(options.seed());
        long seed = options.seed();
        for (int round = 1; !broken && (round == 1 || goesOn()); round++) {
            System.out.printf("round %d, seed %d (LONG=1 SEED=%d)%n", round, seed, seed);
            summary.clear();
            List<Attack> order = new ArrayList<>(chosen);
            Collections.shuffle(order, new Random(seed));
            for (Attack attack : order) {
                if (!broken && (round == 1 || goesOn())) {
                    carryOut(attack, stage, seed);
                }
            }
            seed = Options.seed(seeds);
        }
    }

    private boolean goesOn() {
        return options.goesOn(System.nanoTime() - began);
    }

    /** An attack's chances are its own, whatever was carried out before it. */
    private void carryOut(Attack attack, Stage stage, long seed) throws InterruptedException {
        long attackBegan = System.nanoTime();
        Random random = new Random(seed ^ attack.name().hashCode());
        try {
            judge(attack, attack.carryOut(stage, random), attackBegan);
        } catch (DiskFull.Skipped skipped) {
            System.out.printf(LINE, attack.name(), "-", "-", "-", "-", "-", "skipped");
            summary.add("  skipped: " + attack.name() + ": " + skipped.getMessage());
        } catch (RuntimeException failed) {
            if (!isLeaving()) {
                System.out.printf(LINE, attack.name(), "-", "-", "-", "-", "-", "broken");
            }
            throw failed;
        }
    }

    private void judge(Attack attack, Trial trial, long attackBegan) {
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
        if (leaving) {
            return; // its processes were stopped in the middle of it
        }
        boolean ok = counts.allZero() && trial.complaints().isEmpty();
        counted(counts.requests(), ok);
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
                        (System.nanoTime() - attackBegan) / 1e9,
                        charged.exact(),
                        verified.checks().stream()
                                .filter(check -> check.differences().isEmpty())
                                .count(),
                        verified.checks().stream().mapToLong(Verification.Check::compared).sum()));
        trial.notes().forEach(line -> summary.add("    " + line));
    }

    private synchronized void counted(int sent, boolean ok) {
        attacks++;
        requests += sent;
        broken |= !ok;
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

    /** What was found, of the last round in particular. */
    private synchronized void tell(String how) {
        if (told) {
            return;
        }
        told = true;
        List.copyOf(summary).forEach(System.out::println);
        System.out.printf(
                Locale.ROOT,
                "%s: %d attacks, %,d requests, %d s%n",
                how,
                attacks,
                requests,
                Duration.ofNanos(System.nanoTime() - began).toSeconds());
        if (broken) {
            System.out.println("the logs of every process are in " + folder);
        }
    }

    /** Whether this program is about to end; a Ctrl-C reaches its processes as soon as itself. */
    private boolean isLeaving() {
        try {
            return Trial.await(Duration.ofSeconds(1), () -> leaving);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return leaving;
        }
    }

    /** Interrupted or not, it is told what was found, and no process is left over. */
    private void leave(Stage stage) {
        leaving = true;
        tell(broken ? "BROKEN" : "interrupted, all ok until then");
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
