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

    Exposure() {}

    /** With the same limits, and nothing else yet. */
    Exposure(Exposure before) {
        limits.addAll(before.limits);
    }

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

    /** What is left of the limit that leaves a payer the least at a moment. */
    long leftOfLimits(Payer payer, Instant at) {
        long least = Long.MAX_VALUE;
        for (Limit limit : limits) {
            String subject = subject(limit.kind(), payer);
            if (limit.organizationId() == payer.organizationId() && subject != null) {
                long used = limited.getOrDefault(key(limit, subject, at), 0L);
                least = Math.min(least, limit.amount() - used);
            }
        }
        return least;
    }

    private static String key(Limit limit, String subject, Instant at) {
        return limit + subject + limit.period().start(at);
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
                String key = key(limit, subject, heldAt);
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
