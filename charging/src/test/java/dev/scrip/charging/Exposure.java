package dev.scrip.charging;

import dev.scrip.ledger.BudgetPeriod;
import dev.scrip.ledger.Payer;
import dev.scrip.ledger.Subject;
import dev.scrip.money.Money;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the requests that were started can cost, by wallet and hard limit, counted at the upstream
 * and by no ledger: never more than there is (I3).
 */
final class Exposure {

    private record Limit(
            long organizationId, Subject.Kind kind, BudgetPeriod period, long amount) {}

    private final Map<Long, Long> credit = new TreeMap<>();
    private final Map<Long, Long> spent = new TreeMap<>();
    private final List<Limit> limits = new ArrayList<>();
    private final Map<String, Long> limited = new TreeMap<>();

    void credit(long organizationId, Money amount) {
        credit.merge(organizationId, amount.nanos(), Math::addExact);
    }

    /** Each subject of the kind has this limit. */
    void limit(long organizationId, Subject.Kind kind, BudgetPeriod period, Money amount) {
        limits.add(new Limit(organizationId, kind, period, amount.nanos()));
    }

    long left(long organizationId) {
        return credit.getOrDefault(organizationId, 0L) - spent.getOrDefault(organizationId, 0L);
    }

    /** A request can cost so much more, or less. */
    void add(Payer payer, Instant heldAt, long nanos) {
        long organizationId = payer.organizationId();
        spent.merge(organizationId, nanos, Math::addExact);
        if (left(organizationId) < 0) {
            throw new AssertionError(
                    "I3: organization %d has started more than it has, by %d"
                            .formatted(organizationId, -left(organizationId)));
        }
        for (Limit limit : limits) {
            String subject = subject(limit.kind(), payer);
            if (limit.organizationId() == organizationId && subject != null) {
                String key = limit + subject + limit.period().start(heldAt);
                long now = limited.merge(key, nanos, Math::addExact);
                if (now > limit.amount()) {
                    throw new AssertionError("I3: " + key + " is exceeded: " + now);
                }
            }
        }
    }

    private static String subject(Subject.Kind kind, Payer payer) {
        return switch (kind) {
            case ORGANIZATION -> "";
            case PROJECT -> "project " + payer.projectId();
            case API_KEY -> "key " + payer.apiKeyId();
            case MEMBER -> "member " + payer.memberId();
            case END_USER -> payer.endUser() == null ? null : "end user " + payer.endUser();
        };
    }
}
