package dev.scrip.proof;

import dev.scrip.money.Money;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/** No room on PostgreSQL's disk, under load; then there is some again. */
record DiskFull() implements Attack {

    private static final String SIZE = "320m";
    private static final int BLOCK = 1 << 16;
    private static final Duration FULL = Duration.ofSeconds(3);

    @Override
    public String name() {
        return "disk of PostgreSQL full under load";
    }

    @Override
    public Trial carryOut(Stage stage, Random random) throws InterruptedException {
        Path folder = stage.site().folder().resolve("full-" + random.nextInt(1_000_000));
        Path disk = created(folder.resolve("disk"));
        if (run("mount", "-t", "tmpfs", "-o", "size=" + SIZE, "tmpfs", disk.toString()) != 0) {
            throw new Skipped("this user may not mount a small disk");
        }
        Site site = new Site(folder, disk.resolve("postgres"), random.nextLong());
        Unmounted end = new Unmounted(site, disk);
        Thread hook = new Thread(end::close);
        Runtime.getRuntime().addShutdownHook(hook);
        Node node = site.node("full");
        node.start();
        Trial trial = Trial.withCredit(site, name(), Money.ofDollars("30"));
        trial.whenDone(
                () -> {
                    end.close();
                    forget(hook);
                });
        Load load = Load.start(trial, List.of(node), 8, Duration.ofMillis(40));
        boolean _ = Trial.await(Duration.ofSeconds(20), () -> trial.effects().size() >= 60);
        Path ballast = disk.resolve("ballast");
        fill(ballast);
        try {
            site.store().switchLog();
        } catch (RuntimeException noRoom) {
            // that is what it is for
        }
        Thread.sleep(FULL);
        try {
            Files.delete(ballast);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        int effects = trial.effects().size();
        if (!Trial.await(Duration.ofSeconds(40), () -> trial.effects().size() > effects + 20)) {
            trial.complain("requests are not served again after the disk had room");
        }
        load.stop();
        Load.spendToTheEnd(trial, List.of(node));
        trial.rest();
        return trial;
    }

    /** Else what it closes would be kept until the end of a run of hours. */
    private static void forget(Thread hook) {
        try {
            boolean _ = Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException ending) {
            // it runs already
        }
    }

    private static void fill(Path ballast) {
        byte[] block = new byte[BLOCK];
        try (RandomAccessFile file = new RandomAccessFile(ballast.toFile(), "rw")) {
            while (true) {
                file.write(block);
            }
        } catch (IOException full) {
            // not one block more fits
        }
    }

    private static Path created(Path folder) {
        try {
            return Files.createDirectories(folder);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    static int run(String... command) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            var _ = process.getInputStream().readAllBytes();
            return process.waitFor();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Cannot be carried out on this machine. */
    static final class Skipped extends RuntimeException {
        private static final long serialVersionUID = 1;

        Skipped(String reason) {
            super(reason);
        }
    }

    /** The site and its disk go together, once. */
    private static final class Unmounted {

        private final Site site;
        private final Path disk;
        private boolean done;

        Unmounted(Site site, Path disk) {
            this.site = site;
            this.disk = disk;
        }

        synchronized void close() {
            if (done) {
                return;
            }
            done = true;
            site.close();
            try {
                int code = run("umount", disk.toString());
                if (code != 0) {
                    System.err.println("still mounted: " + disk);
                }
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
