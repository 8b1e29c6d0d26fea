package dev.scrip.console;

import io.quarkus.qute.TemplateExtension;

/** What templates may ask of texts. */
@TemplateExtension
final class TextExtensions {

    private TextExtensions() {}

    /** For use within a query: {@code ?email={email.encoded}}. */
    static String encoded(String text) {
        return Links.encode(text);
    }
}
