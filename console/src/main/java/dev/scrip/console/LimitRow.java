package dev.scrip.console;

import dev.scrip.ledger.BudgetPeriod;
import dev.scrip.ledger.BudgetState;
import dev.scrip.ledger.LimitKind;
import dev.scrip.ledger.Subject;
import dev.scrip.money.Money;
import dev.scrip.organizations.ApiKey;
import dev.scrip.organizations.Project;
import dev.scrip.postgres.Ids;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A limit in a list, with names in place of ids.
 *
 * @param whose "Project Web"
 * @param view its amount beside what is spent; for a limit of each of many, beside nothing
 */
public record LimitRow(BudgetState state, String whose, LimitView view) {

    static final String PREFIX = "limit_";

    static LimitRow of(BudgetState state, LimitSubjects subjects) {
        return new LimitRow(
                state,
                subjects.name(state.budget().subject()),
                LimitView.of(
                        Optional.of(state.budget().amount()), state.spent().orElse(Money.ZERO)));
    }

    public String id() {
        return Ids.print(PREFIX, state.budget().budgetId());
    }

    public Subject subject() {
        return state.budget().subject();
    }

    public boolean isHard() {
        return state.budget().kind() == LimitKind.HARD;
    }

    public String kind() {
        return isHard() ? "Hard" : "Soft";
    }

    public Money amount() {
        return state.budget().amount();
    }

    /** "a day". */
    public String period() {
        return each(state.budget().period());
    }

    public @Nullable Instant resetsAt() {
        return state.resetsAt();
    }

    /** Of one subject, so that there is one figure of what is spent. */
    public boolean hasSpent() {
        return state.spent().isPresent();
    }

    public Money spent() {
        return state.spent().orElse(Money.ZERO);
    }

    public boolean isReached() {
        return hasSpent() && view.isReached();
    }

    public boolean isNear() {
        return hasSpent() && view.isNear();
    }

    /** What to say of it in one word. */
    public String standing() {
        if (!hasSpent()) {
            return "Each for itself";
        }
        return isReached() ? (isHard() ? "Refuses" : "Reached") : isNear() ? "Near" : "Free";
    }

    /** "good", "soon", "stop" or "plain". */
    public String badge() {
        if (!hasSpent()) {
            return "plain";
        }
        return isReached() ? (isHard() ? "stop" : "soon") : isNear() ? "soon" : "good";
    }

    /** Opens the usage that is counted; empty: there is no page of it. */
    public String usage() {
        LocalDate first = LocalDate.ofInstant(state.startsAt(), ZoneOffset.UTC);
        Instant end = state.resetsAt();
        if (end == null) {
            return "";
        }
        String days =
                "/usage?from=%s&to=%s&zone=UTC"
                        .formatted(first, LocalDate.ofInstant(end, ZoneOffset.UTC).minusDays(1));
        Subject subject = subject();
        return switch (subject.kind()) {
            case ORGANIZATION -> days;
            case PROJECT -> subject.isEach() ? days + "#projects" : of(days, "project", subject);
            case API_KEY -> subject.isEach() ? days + "#keys" : of(days, "key", subject);
            case MEMBER, END_USER -> "";
        };
    }

    private static String of(String days, String name, Subject subject) {
        String prefix = name.equals("key") ? ApiKey.PREFIX : Project.PREFIX;
        return "%s&%s=%s".formatted(days, name, Ids.print(prefix, Long.parseLong(subject.id())));
    }

    /** How often it counts from zero. */
    static String each(BudgetPeriod period) {
        return switch (period) {
            case DAY -> "a day";
            case WEEK -> "a week";
            case MONTH -> "a month";
            case LIFETIME -> "in all";
        };
    }

    /** The present period. */
    static String now(BudgetPeriod period) {
        return switch (period) {
            case DAY -> "today";
            case WEEK -> "this week";
            case MONTH -> "this month";
            case LIFETIME -> "so far";
        };
    }
}
