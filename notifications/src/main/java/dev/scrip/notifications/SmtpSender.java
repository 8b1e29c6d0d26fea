package dev.scrip.notifications;

import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.nio.charset.StandardCharsets;
import java.util.Date;
import java.util.Properties;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;

/** Hands one mail to the SMTP server. Every wait on the network has a limit. */
final class SmtpSender {

    private static final String WAIT_MILLIS = "10000";

    private final SmtpServer server;
    private final Session session;

    SmtpSender(SmtpServer server) {
        this.server = server;
        this.session = Session.getInstance(properties(server));
    }

    private static Properties properties(SmtpServer server) {
        Properties properties = new Properties();
        properties.setProperty("mail.smtp.host", server.host());
        properties.setProperty("mail.smtp.port", Integer.toString(server.port()));
        properties.setProperty("mail.smtp.connectiontimeout", WAIT_MILLIS);
        properties.setProperty("mail.smtp.timeout", WAIT_MILLIS);
        properties.setProperty("mail.smtp.writetimeout", WAIT_MILLIS);
        properties.setProperty("mail.smtp.quitwait", "false"); // the mail is taken at the last dot
        properties.setProperty("mail.smtp.auth", Boolean.toString(!server.user().isEmpty()));
        properties.setProperty("mail.smtp.ssl.checkserveridentity", "true");
        switch (server.security()) {
            case NONE -> {}
            case STARTTLS -> {
                properties.setProperty("mail.smtp.starttls.enable", "true");
                properties.setProperty("mail.smtp.starttls.required", "true");
            }
            case TLS -> properties.setProperty("mail.smtp.ssl.enable", "true");
        }
        return properties;
    }

    void send(OutboxMail mail) throws MessagingException {
        MimeMessage message = message(mail);
        try (Transport transport = session.getTransport("smtp")) {
            if (server.user().isEmpty()) {
                transport.connect();
            } else {
                transport.connect(server.user(), server.password());
            }
            transport.sendMessage(message, message.getAllRecipients());
        }
    }

    /** Whether the server said that this mail will never be taken, so that trying on is no use. */
    static boolean isFinal(MessagingException failure) {
        for (Exception cause = failure;
                cause instanceof MessagingException chained;
                cause = chained.getNextException()) {
            int code =
                    switch (chained) {
                        case SMTPAddressFailedException refused -> refused.getReturnCode();
                        case SMTPSendFailedException refused -> refused.getReturnCode();
                        default -> 0;
                    };
            if (code >= 500) {
                return true;
            }
        }
        return false;
    }

    private MimeMessage message(OutboxMail mail) throws MessagingException {
        MimeMessage message = new NamedMessage(session, mail.id(), host(server.from()));
        message.setFrom(new InternetAddress(server.from(), true));
        message.setRecipient(Message.RecipientType.TO, new InternetAddress(mail.mail().to(), true));
        message.setSubject(mail.mail().subject(), StandardCharsets.UTF_8.name());
        message.setSentDate(Date.from(mail.createdAt()));
        message.setHeader("Auto-Submitted", "auto-generated"); // no answers from absence notes
        message.setText(mail.mail().text(), StandardCharsets.UTF_8.name());
        return message;
    }

    private static String host(String from) {
        return from.substring(from.lastIndexOf('@') + 1).replace(">", "").strip();
    }

    /**
     * A message that keeps its name over every attempt: if it was taken and the answer was lost,
     * the second copy can be recognized as one.
     */
    private static final class NamedMessage extends MimeMessage {

        private final String name;

        NamedMessage(Session session, long mailId, String host) {
            super(session);
            this.name = "<scrip." + Long.toHexString(mailId) + "@" + host + ">";
        }

        @Override
        protected void updateMessageID() throws MessagingException {
            setHeader("Message-ID", name);
        }
    }
}
