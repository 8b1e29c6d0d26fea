package dev.scrip.proof;

import dev.scrip.app.Main;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;

/**
 * The program on a machine whose clock is wrong: by as much as a file says, which may change while
 * it runs, as when an operator or a time server moves the clock.
 */
public final class ShiftedScrip {

    private static final Duration LOOK = Duration.ofMillis(50);

    private static volatile Duration offset = Duration.ZERO;

    private ShiftedScrip() {}

    /** Arguments: the file. */
    public static void main(String[] arguments) {
        Path file = Path.of(arguments[0]);
        offset = read(file);
        Thread.ofPlatform().daemon().name("shift").start(() -> follow(file));
        InstantSource machine = InstantSource.system();
        System.exit(Main.run(() -> machine.instant().plus(offset)));
    }

    private static void follow(Path file) {
        try {
            while (true) {
                Thread.sleep(LOOK);
                offset = read(file);
            }
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    static void write(Path file, Duration offset) {
        try {
            Path fresh = file.resolveSibling(file.getFileName() + ".new");
            Files.writeString(fresh, offset.toString());
            Files.move(
                    fresh,
                    file,
                    java.nio.file.StandardCopyOption.ATOMIC_MOVE,
                    java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static Duration read(Path file) {
        try {
            return Duration.parse(Files.readString(file));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
