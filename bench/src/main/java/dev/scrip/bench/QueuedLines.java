package dev.scrip.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Writes a log's messages to standard output, on a thread of its own, as the shipped one does. */
final class QueuedLines extends Handler {

    private static final int LINES_MAX = 8_192;

    /** Loggers that nobody holds are forgotten, with their handlers. */
    private static final List<Logger> TAKEN = new CopyOnWriteArrayList<>();

    private final BlockingQueue<String> lines = new ArrayBlockingQueue<>(LINES_MAX);

    private QueuedLines() {
        Thread.ofPlatform().daemon().name("access-lines").start(this::write);
    }

    /** Takes a logger's messages over. */
    static void become(String name) {
        Logger logger = Logger.getLogger(name);
        logger.setUseParentHandlers(false);
        logger.addHandler(new QueuedLines());
        TAKEN.add(logger);
    }

    private void write() {
        try {
            while (true) {
                System.out.write((lines.take() + "\n").getBytes(StandardCharsets.UTF_8));
                System.out.flush();
            }
        } catch (InterruptedException over) {
            Thread.currentThread().interrupt();
        } catch (IOException closed) {
            throw new IllegalStateException(closed);
        }
    }

    @Override
    public void publish(LogRecord told) {
        try {
            lines.put(told.getMessage());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
}
