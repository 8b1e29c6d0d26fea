package dev.scrip.app;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

/** A client that sends what it begins with and then a byte at a time, without end. */
final class Drops {

    /** More than any server should wait for. */
    private static final int BYTES_MAX = 2_000;

    private Drops() {}

    /** Whether the server closes the connection while it is sent to. */
    static boolean areCutOff(int port, String beginning) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return areCutOff(socket, beginning);
        }
    }

    static boolean areCutOff(Socket socket, String beginning) throws IOException {
        OutputStream out = socket.getOutputStream();
        InputStream in = socket.getInputStream();
        out.write(beginning.getBytes(StandardCharsets.US_ASCII));
        socket.setSoTimeout(20);
        for (int sent = 0; sent < BYTES_MAX; sent++) {
            try {
                out.write('x');
                if (in.read() < 0) {
                    return true;
                }
            } catch (SocketTimeoutException stillOpen) {
                // The pause between two bytes.
            } catch (IOException reset) {
                return true;
            }
        }
        return false;
    }
}
