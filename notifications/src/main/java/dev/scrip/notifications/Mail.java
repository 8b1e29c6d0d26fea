package dev.scrip.notifications;

/**
 * A mail to one person, plain text.
 *
 * <p>Neither the address nor the subject can end a header and begin another: the subject, which may
 * quote what people typed, becomes one line; an address of two lines is refused.
 *
 * @param kind what it is about, for the outbox page: "verification", "receipt" ...
 */
public record Mail(String kind, String to, String subject, String text) {

    /**
     * @throws IllegalArgumentException if the kind or the address is not one line
     */
    public Mail {
        requireOneLine(kind);
        requireOneLine(to);
        subject = subject.replaceAll("[\\p{Cntrl}\\u0085\\u2028\\u2029]+", " ").strip();
        text = text.replace("\0", ""); // PostgreSQL keeps no such character
    }

    private static void requireOneLine(String header) {
        if (header.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("not one line of text: " + header);
        }
    }

    @Override
    public String toString() {
        return "Mail[" + kind + " to " + to + "]"; // the text may hold a link that opens a door
    }
}
