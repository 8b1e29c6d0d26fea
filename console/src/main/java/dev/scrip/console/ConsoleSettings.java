package dev.scrip.console;

/**
 * What the pages know of their installation.
 *
 * @param publicUrl where people reach it, without a slash at the end
 */
public record ConsoleSettings(String publicUrl) {

    /** Cookies carry {@code Secure}, and browsers are told to insist on TLS. */
    public boolean secure() {
        return publicUrl.startsWith("https://");
    }
}
