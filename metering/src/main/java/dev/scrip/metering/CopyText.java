package dev.scrip.metering;

import dev.scrip.money.Money;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Rows in the text format of PostgreSQL's {@code COPY}. */
final class CopyText {

    private final StringBuilder text = new StringBuilder();
    private boolean rowBegun;

    CopyText add(long value) {
        separator().append(value);
        return this;
    }

    CopyText add(boolean value) {
        separator().append(value ? 't' : 'f');
        return this;
    }

    CopyText add(Instant value) {
        separator().append(value);
        return this;
    }

    CopyText add(Money value) {
        return add(value.nanos());
    }

    CopyText add(@Nullable String value) {
        separator();
        if (value == null) {
            text.append("\\N");
            return this;
        }
        for (int i = 0; i < value.length(); i++) {
            char character = value.charAt(i);
            switch (character) {
                case '\\' -> text.append("\\\\");
                case '\t' -> text.append("\\t");
                case '\n' -> text.append("\\n");
                case '\r' -> text.append("\\r");
                // PostgreSQL has no such character in texts; one client's must not stop a batch.
                case '\0' -> text.append('\uFFFD');
                default -> text.append(character);
            }
        }
        return this;
    }

    void endRow() {
        text.append('\n');
        rowBegun = false;
    }

    @Override
    public String toString() {
        return text.toString();
    }

    private StringBuilder separator() {
        if (rowBegun) {
            text.append('\t');
        }
        rowBegun = true;
        return text;
    }
}
