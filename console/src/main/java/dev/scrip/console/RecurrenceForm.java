package dev.scrip.console;

import dev.scrip.ledger.BudgetPeriod;
import dev.scrip.ledger.GrantOrder;
import dev.scrip.ledger.Recurrence;
import dev.scrip.money.Money;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What an operator filled in to grant credit again and again.
 *
 * @param rest "expires" or "stays": what is left at a period's end
 * @param starts the first day (UTC); blank: now
 * @param ends the last day (UTC); blank: it goes on
 * @param key made with the form: the same key begins once
 */
public record RecurrenceForm(
        String amount,
        String period,
        String rest,
        String priority,
        String starts,
        String ends,
        String note,
        ScopeForm scope,
        String key) {

    private static final List<BudgetPeriod> PERIODS =
            List.of(BudgetPeriod.MONTH, BudgetPeriod.WEEK, BudgetPeriod.DAY);

    private static final String STAYS = "stays";
    private static final int NOTE_CHARACTERS_MAX = 200;
    private static final int PRIORITY_MAX = 1000;

    public RecurrenceForm {
        amount = amount.strip();
        priority = priority.strip();
        starts = starts.strip();
        ends = ends.strip();
        note = note.strip();
        key = key.matches("[0-9a-f-]{36}") ? key : UUID.randomUUID().toString();
    }

    static RecurrenceForm empty() {
        return new RecurrenceForm(
                "",
                "month",
                "expires",
                Integer.toString(GrantOrder.PRIORITY_DEFAULT),
                "",
                "",
                "",
                ScopeForm.EVERYTHING,
                "");
    }

    public List<LimitForm.Choice> periods() {
        return PERIODS.stream()
                .map(
                        each ->
                                new LimitForm.Choice(
                                        value(each),
                                        LimitForm.name(each),
                                        value(each).equals(period)))
                .toList();
    }

    public boolean isCarriedOver() {
        return rest.equals(STAYS);
    }

    /** What is wrong, by form field; empty: nothing. */
    Map<String, String> errors(ScopeForm.Offer offer, Instant now) {
        Map<String, String> errors = new LinkedHashMap<>(scope.errors(offer));
        if (Money.parse(amount).filter(Money::isPositive).isEmpty()) {
            errors.put("amount", "Enter a positive amount of dollars, such as 10 or 2.50.");
        }
        if (chosenPeriod().isEmpty()) {
            errors.put("period", "Choose how often it comes.");
        }
        if (!priority.matches("\\d{1,4}") || Integer.parseInt(priority) > PRIORITY_MAX) {
            errors.put("priority", "Enter a whole number from 0 to %d.".formatted(PRIORITY_MAX));
        }
        if (note.isEmpty() || note.length() > NOTE_CHARACTERS_MAX) {
            errors.put(
                    "note",
                    "Say what it is, in at most %d characters; the organization reads it."
                            .formatted(NOTE_CHARACTERS_MAX));
        }
        LocalDate today = LocalDate.ofInstant(now, ZoneOffset.UTC);
        if (!starts.isEmpty() && day(starts).filter(day -> !day.isBefore(today)).isEmpty()) {
            errors.put("starts", "Choose today or a later day, or none.");
        }
        LocalDate first = day(starts).orElse(today);
        if (!ends.isEmpty() && day(ends).filter(day -> !day.isBefore(first)).isEmpty()) {
            errors.put("ends", "Choose a day that is not before the first, or none.");
        }
        return errors;
    }

    /** The order of a form without {@link #errors}. */
    Recurrence order(long organizationId, ScopeForm.Offer offer, Instant now) {
        return new Recurrence(
                organizationId,
                0,
                "operator:" + key,
                chosenPeriod().orElseThrow(),
                Money.parse(amount).orElseThrow(),
                Integer.parseInt(priority),
                scope.read(offer),
                isCarriedOver(),
                first(now),
                day(ends).map(day -> start(day.plusDays(1))).orElse(null),
                note);
    }

    /** When it comes first. */
    private Instant first(Instant now) {
        return day(starts)
                .map(RecurrenceForm::start)
                .filter(start -> start.isAfter(now))
                .orElse(now);
    }

    private Optional<BudgetPeriod> chosenPeriod() {
        return PERIODS.stream().filter(each -> value(each).equals(period)).findFirst();
    }

    private static String value(BudgetPeriod period) {
        return period.name().toLowerCase(Locale.ROOT);
    }

    private static Instant start(LocalDate day) {
        return day.atStartOfDay(ZoneOffset.UTC).toInstant();
    }

    private static Optional<LocalDate> day(@Nullable String typed) {
        try {
            return typed == null || typed.isEmpty()
                    ? Optional.empty()
                    : Optional.of(LocalDate.parse(typed));
        } catch (DateTimeException noDay) {
            return Optional.empty();
        }
    }
}
