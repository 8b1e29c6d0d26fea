package dev.scrip.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.ILoggerFactory;
import org.slf4j.IMarkerFactory;
import org.slf4j.Logger;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.AbstractLogger;
import org.slf4j.helpers.BasicMarkerFactory;
import org.slf4j.helpers.MessageFormatter;
import org.slf4j.helpers.NOPMDCAdapter;
import org.slf4j.spi.MDCAdapter;
import org.slf4j.spi.SLF4JServiceProvider;

/**
 * Writes logs from INFO on as bare lines to standard output, on a thread of its own, as the shipped
 * program does; cheaper than that, so that what it is compared with is not made slow here. (The
 * usual logs of tests look for the caller of each line.)
 */
public final class LineLogs implements SLF4JServiceProvider {

    private static final int LINES_MAX = 8_192;
    private static final long PAUSE_NANOS = 1_000_000;

    private final BlockingQueue<String> lines = new ArrayBlockingQueue<>(LINES_MAX);
    private final Map<String, Logger> loggers = new ConcurrentHashMap<>();
    private final IMarkerFactory markers = new BasicMarkerFactory();
    private final MDCAdapter context = new NOPMDCAdapter();

    private static final class Line extends AbstractLogger {
        private static final long serialVersionUID = 1;

        private final transient BlockingQueue<String> lines;

        Line(String name, BlockingQueue<String> lines) {
            this.name = name;
            this.lines = lines;
        }

        @Override
        protected @Nullable String getFullyQualifiedCallerName() {
            return null;
        }

        @Override
        protected void handleNormalizedLoggingCall(
                Level level,
                @Nullable Marker marker,
                String message,
                Object @Nullable [] arguments,
                @Nullable Throwable thrown) {
            try {
                lines.put(MessageFormatter.basicArrayFormat(message, arguments));
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public boolean isTraceEnabled() {
            return false;
        }

        @Override
        public boolean isTraceEnabled(Marker marker) {
            return false;
        }

        @Override
        public boolean isDebugEnabled() {
            return false;
        }

        @Override
        public boolean isDebugEnabled(Marker marker) {
            return false;
        }

        @Override
        public boolean isInfoEnabled() {
            return true;
        }

        @Override
        public boolean isInfoEnabled(Marker marker) {
            return true;
        }

        @Override
        public boolean isWarnEnabled() {
            return true;
        }

        @Override
        public boolean isWarnEnabled(Marker marker) {
            return true;
        }

        @Override
        public boolean isErrorEnabled() {
            return true;
        }

        @Override
        public boolean isErrorEnabled(Marker marker) {
            return true;
        }
    }

    @Override
    public void initialize() {
        Thread.ofPlatform().daemon().name("lines").start(this::write);
    }

    /** Looks for lines now and then, so that nobody has to wake it. */
    private void write() {
        try {
            while (true) {
                String line = lines.poll();
                if (line == null) {
                    LockSupport.parkNanos(PAUSE_NANOS);
                } else {
                    System.out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
                    System.out.flush();
                }
            }
        } catch (IOException closed) {
            throw new UncheckedIOException(closed);
        }
    }

    @Override
    public ILoggerFactory getLoggerFactory() {
        return name -> loggers.computeIfAbsent(name, _ -> new Line(name, lines));
    }

    @Override
    public IMarkerFactory getMarkerFactory() {
        return markers;
    }

    @Override
    public MDCAdapter getMDCAdapter() {
        return context;
    }

    @Override
    public String getRequestedApiVersion() {
        return "2.0.99";
    }
}
