package dev.scrip.ledger;

import dev.scrip.ledger.PoolList.Dimension;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Which limits apply to whom. */
final class BudgetRules {

    private BudgetRules() {}

    /** A limit that applies, and to which of the subjects that the payer is. */
    record Bound(Budget budget, Subject subject) {}

    /** The texts of every subject whose limits may apply to a payer. */
    static Set<String> subjectTexts(Payer payer) {
        Set<String> texts = new HashSet<>();
        for (Subject.Kind kind : Subject.Kind.values()) {
            Subject subject = Subject.of(kind, payer);
            if (subject != null) {
                texts.add(subject.text());
                if (kind != Subject.Kind.ORGANIZATION) {
                    texts.add(Subject.each(kind).text());
                }
            }
        }
        return texts;
    }

    /**
     * Those of the limits that apply to a payer: of a kind, for a period, what is set for the very
     * subject, else what is set for each.
     */
    static List<Bound> applying(List<Budget> limits, Payer payer) {
        List<Bound> bounds = new ArrayList<>();
        for (Budget limit : limits) {
            Subject subject = Subject.of(limit.subject().kind(), payer);
            if (subject == null) {
                continue;
            }
            boolean own = limit.subject().equals(subject);
            boolean general = limit.subject().isEach() && !isOverruled(limit, subject, limits);
            if (own || general) {
                bounds.add(new Bound(limit, subject));
            }
        }
        return bounds;
    }

    private static boolean isOverruled(Budget general, Subject subject, List<Budget> limits) {
        return limits.stream()
                .anyMatch(
                        limit ->
                                limit.subject().equals(subject)
                                        && limit.kind() == general.kind()
                                        && limit.period() == general.period());
    }

    /** What of a payer a limit on such subjects depends on; empty: nothing. */
    static Optional<Dimension> dimension(Subject.Kind kind) {
        return switch (kind) {
            case ORGANIZATION -> Optional.empty();
            case PROJECT -> Optional.of(Dimension.PROJECT);
            case API_KEY -> Optional.of(Dimension.API_KEY);
            case MEMBER -> Optional.of(Dimension.MEMBER);
            case END_USER -> Optional.of(Dimension.END_USER);
        };
    }
}
