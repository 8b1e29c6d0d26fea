package dev.scrip.console;

import dev.scrip.ledger.BudgetPeriod;
import dev.scrip.ledger.BudgetState;
import dev.scrip.ledger.LimitKind;
import dev.scrip.ledger.Subject;
import dev.scrip.money.Money;
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

    /**
     * Opens what is counted: the usage page where it has a chart of it, else the requests. Empty:
     * there is no page of it.
     */
    public String usage() {
        Subject subject = subject();
        if (subject.isEach()) {
            return state.resetsAt() == null ? "" : ofEach();
        }
        UsageOf all = UsageOf.EVERYTHING;
        return switch (subject.kind()) {
            case ORGANIZATION -> charted(all);
            case PROJECT -> charted(all.ofProject(Long.parseLong(subject.id())));
            case API_KEY -> charted(all.ofKey(Long.parseLong(subject.id())));
            case MEMBER -> listed(all.ofMember(Long.parseLong(subject.id())));
            case END_USER -> listed(all.ofEndUser(subject.id()));
        };
    }

    private String ofEach() {
        String usage = charted(UsageOf.EVERYTHING);
        return switch (subject().kind()) {
            case ORGANIZATION -> usage;
            case PROJECT -> usage + "#projects";
            case API_KEY -> usage + "#keys";
            case MEMBER -> usage + "#members";
            case END_USER -> "/usage/end-users" + days();
        };
    }

    /** A limit for ever counts more days than a chart has. */
    private String charted(UsageOf of) {
        return state.resetsAt() == null ? listed(of) : "/usage" + days() + of.address();
    }

    private String listed(UsageOf of) {
        return "/requests" + days() + of.address();
    }

    private String days() {
        Instant end = state.resetsAt();
        return end == null
                ? "?from=%s&zone=UTC".formatted(UsageFilter.FIRST_DAY)
                : "?from=%s&to=%s&zone=UTC"
                        .formatted(
                                LocalDate.ofInstant(state.startsAt(), ZoneOffset.UTC),
                                LocalDate.ofInstant(end, ZoneOffset.UTC).minusDays(1));
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
