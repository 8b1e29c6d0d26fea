package dev.scrip.notifications;

/**
 * A mail to one person, plain text.
 *
 * @param kind what it is about, for the outbox page: "verification", "receipt" ...
 */
public record Mail(String kind, String to, String subject, String text) {}
