package dev.scrip.console;

import dev.scrip.ledger.Budget;
import dev.scrip.ledger.BudgetPeriod;
import dev.scrip.ledger.LimitKind;
import dev.scrip.ledger.Subject;
import dev.scrip.money.Money;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What somebody filled in to set a limit.
 *
 * @param id of the limit to change, as printed; empty: a new one
 * @param whose as {@link LimitSubjects#print} writes it
 * @param endUser the name of the end user, where {@code whose} says that it is one
 */
public record LimitForm(
        String id, String whose, String endUser, String period, String kind, String amount) {

    /** One line of a list. */
    public record Choice(String value, String name, boolean chosen) {}

    /** A new limit of somebody; a month and hard, unless they choose otherwise. */
    static LimitForm empty(String whose, String endUser) {
        return new LimitForm(
                "", whose, endUser, value(BudgetPeriod.MONTH), value(LimitKind.HARD), "");
    }

    /** A limit as it is, to be changed. */
    static LimitForm of(String id, Budget budget) {
        Subject subject = budget.subject();
        boolean endUser = subject.kind() == Subject.Kind.END_USER && !subject.isEach();
        return new LimitForm(
                id,
                LimitSubjects.print(subject),
                endUser ? subject.id() : "",
                value(budget.period()),
                value(budget.kind()),
                budget.amount().exact());
    }

    static String name(BudgetPeriod period) {
        return switch (period) {
            case DAY -> "Day";
            case WEEK -> "Week";
            case MONTH -> "Month";
            case LIFETIME -> "All time";
        };
    }

    public boolean isChange() {
        return !id.isEmpty();
    }

    /** The page's heading. */
    public String heading() {
        return isChange() ? "Change the limit" : "Add a limit";
    }

    public List<Choice> periods() {
        return Arrays.stream(BudgetPeriod.values())
                .map(
                        each ->
                                new Choice(
                                        value(each),
                                        each == BudgetPeriod.LIFETIME
                                                ? "Never: it is for all time"
                                                : name(each),
                                        value(each).equals(period)))
                .toList();
    }

    public List<Choice> kinds() {
        return List.of(
                new Choice(
                        value(LimitKind.HARD),
                        "Hard: requests are refused at it",
                        kind.equals(value(LimitKind.HARD))),
                new Choice(
                        value(LimitKind.SOFT),
                        "Soft: the owners get an e-mail",
                        kind.equals(value(LimitKind.SOFT))));
    }

    /** What is wrong, by form field; empty: nothing. */
    Map<String, String> errors(LimitSubjects subjects) {
        Map<String, String> errors = new LinkedHashMap<>();
        if (subjects.read(whose, endUser).isEmpty()) {
            if (whose.equals(LimitSubjects.END_USER)) {
                errors.put(
                        "endUser",
                        "Enter the name that your program sends for the end user, at most %d characters."
                                .formatted(LimitSubjects.END_USER_CHARACTERS_MAX));
            } else {
                errors.put("whose", "Choose whose spending is limited.");
            }
        }
        if (chosenPeriod().isEmpty()) {
            errors.put("period", "Choose how often it counts from zero.");
        }
        if (chosenKind().isEmpty()) {
            errors.put("kind", "Choose what happens at the limit.");
        }
        if (money().isEmpty()) {
            errors.put("amount", "Enter an amount of dollars, such as 50 or 12.50.");
        }
        return errors;
    }

    Optional<Money> money() {
        return Money.parse(amount);
    }

    Optional<BudgetPeriod> chosenPeriod() {
        return Arrays.stream(BudgetPeriod.values())
                .filter(each -> value(each).equals(period))
                .findFirst();
    }

    Optional<LimitKind> chosenKind() {
        return Arrays.stream(LimitKind.values())
                .filter(each -> value(each).equals(kind))
                .findFirst();
    }

    private static String value(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
