package dev.scrip.console;

import dev.scrip.ledger.Recurrence;
import dev.scrip.postgres.Ids;

/**
 * Recurring credit in a list.
 *
 * @param scope what it may be used for, in words
 */
public record RecurrenceRow(Recurrence recurrence, String scope) {

    static final String PREFIX = "recurring_";

    static RecurrenceRow of(Recurrence recurrence, GrantScopes scopes) {
        return new RecurrenceRow(recurrence, scopes.words(recurrence.scope()));
    }

    public String id() {
        return Ids.print(PREFIX, recurrence.recurrenceId());
    }

    /** "a month". */
    public String period() {
        return LimitRow.each(recurrence.period());
    }

    /** What becomes of what is left at a period's end. */
    public String rest() {
        return recurrence.carriesOver() ? "is carried over" : "expires";
    }
}
