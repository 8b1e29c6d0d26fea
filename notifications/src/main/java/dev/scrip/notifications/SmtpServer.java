package dev.scrip.notifications;

/**
 * Where mails are delivered.
 *
 * @param from the sender's address
 * @param user empty: no sign-in
 */
public record SmtpServer(
        String host, int port, Security security, String user, String password, String from) {

    /** How the connection is protected. */
    public enum Security {
        NONE,
        STARTTLS,
        TLS
    }

    @Override
    public String toString() {
        return host + ":" + port + " (" + security + ")"; // never the password
    }
}
