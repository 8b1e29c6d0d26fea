package dev.scrip.proof;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The network between one process and PostgreSQL: a relay that can delay, cut and fall silent. Cut
 * after a commit was carried out and before its answer comes back, a connection leaves a process
 * that must send its message again: that is how messages are doubled.
 */
final class Wire implements AutoCloseable {

    /**
     * @param delayMax each piece takes up to so long
     * @param cutPerMille how many of a thousand pieces to PostgreSQL end their connection, half of
     *     them before they are passed on
     * @param commitsUnansweredPercent how many commits are carried out and not answered
     */
    record Weather(Duration delayMax, int cutPerMille, int commitsUnansweredPercent) {
        static final Weather CLEAR = new Weather(Duration.ZERO, 0, 0);
    }

    /** What PostgreSQL answers to a commit: CommandComplete with this tag. */
    private static final byte[] COMMITTED = {'C', 0, 0, 0, 11, 'C', 'O', 'M', 'M', 'I', 'T', 0};

    private static final int PIECE_BYTES = 1 << 14;

    private final int port;
    private final ServerSocket listener;
    private final Random random;
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private final AtomicLong cuts = new AtomicLong();
    private final AtomicLong unanswered = new AtomicLong();
    private final Object silence = new Object();
    private volatile boolean silent;
    private volatile boolean closed;
    private volatile Weather weather = Weather.CLEAR;

    /**
     * @param port PostgreSQL's, on this machine
     */
    Wire(int port, long seed) {
        this.port = port;
        this.random = new Random(seed);
        try {
            this.listener = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        Thread.ofVirtual().name("wire").start(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    void weather(Weather how) {
        weather = how;
    }

    /** From now on nothing passes in either direction, and nobody is told. */
    void fallSilent() {
        silent = true;
    }

    /**
     * Ends the silence.
     *
     * @param broken whether the connections of before are lost; else what was held back arrives now
     */
    void speak(boolean broken) {
        if (broken) {
            connections.forEach(Connection::cut);
        }
        synchronized (silence) {
            silent = false;
            silence.notifyAll();
        }
    }

    /** Connections cut in the middle, commits left without their answer. */
    String told() {
        return "%d connections cut, %d commits unanswered".formatted(cuts.get(), unanswered.get());
    }

    private void accept() {
        while (!closed) {
            try {
                Socket client = listener.accept();
                open(client);
            } catch (IOException ended) {
                if (closed) {
                    return;
                }
            }
        }
    }

    private void open(Socket client) throws IOException {
        try {
            Socket server = new Socket(InetAddress.getLoopbackAddress(), port);
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            Connection connection = new Connection(client, server);
            connections.add(connection);
            Thread.ofVirtual().start(() -> connection.pump(client, server, false));
            Thread.ofVirtual().start(() -> connection.pump(server, client, true));
        } catch (IOException refused) {
            client.close(); // PostgreSQL is down
        }
    }

    private boolean rolls(int chances, int of) {
        return chances > 0 && random.nextInt(of) < chances;
    }

    private void awaitSpeech() throws InterruptedException {
        synchronized (silence) {
            while (silent && !closed) {
                silence.wait();
            }
        }
    }

    private static boolean answersCommit(byte[] piece, int length) {
        for (int at = 0; at + COMMITTED.length <= length; at++) {
            int same = 0;
            while (same < COMMITTED.length && piece[at + same] == COMMITTED[same]) {
                same++;
            }
            if (same == COMMITTED.length) {
                return true;
            }
        }
        return false;
    }

    private final class Connection {

        private final Socket client;
        private final Socket server;

        Connection(Socket client, Socket server) {
            this.client = client;
            this.server = server;
        }

        void pump(Socket from, Socket to, boolean answers) {
            byte[] piece = new byte[PIECE_BYTES];
            try (InputStream in = from.getInputStream();
                    OutputStream out = to.getOutputStream()) {
                for (int length = in.read(piece); length >= 0; length = in.read(piece)) {
                    awaitSpeech();
                    if (!passes(piece, length, answers, out)) {
                        break;
                    }
                }
            } catch (IOException over) {
                // one end is gone
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            } finally {
                cut();
            }
        }

        private boolean passes(byte[] piece, int length, boolean answers, OutputStream out)
                throws IOException, InterruptedException {
            Weather now = weather;
            if (answers
                    && answersCommit(piece, length)
                    && rolls(now.commitsUnansweredPercent, 100)) {
                unanswered.incrementAndGet();
                return false;
            }
            boolean cut = !answers && rolls(now.cutPerMille, 1000);
            if (cut && random.nextBoolean()) {
                cuts.incrementAndGet();
                return false;
            }
            if (!now.delayMax.isZero()) {
                Thread.sleep(random.nextLong(now.delayMax.toMillis() + 1));
            }
            out.write(piece, 0, length);
            out.flush();
            if (cut) {
                cuts.incrementAndGet();
            }
            return !cut;
        }

        void cut() {
            connections.remove(this);
            for (Socket end : new Socket[] {client, server}) {
                try {
                    end.setSoLinger(true, 0);
                    end.close();
                } catch (IOException over) {
                    // it is closed already
                }
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        try {
            listener.close();
        } catch (IOException over) {
            // it is closed already
        }
        connections.forEach(Connection::cut);
        synchronized (silence) {
            silence.notifyAll();
        }
    }
}
