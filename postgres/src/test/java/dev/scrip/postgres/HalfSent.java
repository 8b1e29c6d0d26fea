package dev.scrip.postgres;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.SocketFactory;

/**
 * Connections that pass on so many bytes more and then nothing, and tell nobody: as of a process
 * that is paused or cut off while it sends. Named to the driver, which makes it.
 */
public final class HalfSent extends SocketFactory {

    private static final AtomicLong LEFT = new AtomicLong(Long.MAX_VALUE);

    /** From now on; all connections of this factory together. */
    static void passOnly(long bytes) {
        LEFT.set(bytes);
    }

    private static final class Stuck extends FilterOutputStream {

        Stuck(OutputStream out) {
            super(out);
        }

        @Override
        public void write(int one) throws IOException {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            long before = LEFT.getAndUpdate(left -> left - Math.min(left, length));
            out.write(bytes, from, (int) Math.min(before, length));
        }
    }

    @Override
    public Socket createSocket() {
        return new Socket() {
            @Override
            public OutputStream getOutputStream() throws IOException {
                return new Stuck(super.getOutputStream());
            }
        };
    }

    @Override
    public Socket createSocket(String host, int port) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress from, int fromPort) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Socket createSocket(InetAddress host, int port) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress from, int fromPort) {
        throw new UnsupportedOperationException();
    }
}
