package dev.scrip.ledger;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** How grants are listed for people. */
final class GrantOrdering {

    private GrantOrdering() {}

    /** Those with something left in the order they are used, then the others, newest first. */
    static List<Grant> forPeople(List<Grant> all, Instant at) {
        List<Grant> ordered = new ArrayList<>();
        all.stream()
                .filter(grant -> isAlive(grant, at))
                .map(
                        grant ->
                                new Ranked(
                                        grant,
                                        new OpenGrant(grant, PoolRow.WALLET, OpenGrant.State.OPEN)))
                .sorted(Comparator.comparing(Ranked::rank, OpenGrant.BURN_ORDER))
                .forEach(ranked -> ordered.add(ranked.grant));
        all.stream()
                .filter(grant -> !isAlive(grant, at))
                .sorted(
                        Comparator.comparing(Grant::createdAt)
                                .thenComparingLong(Grant::grantId)
                                .reversed())
                .forEach(ordered::add);
        return ordered;
    }

    private record Ranked(Grant grant, OpenGrant rank) {}

    private static boolean isAlive(Grant grant, Instant at) {
        Instant expiry = grant.expiresAt();
        return grant.remaining().isPositive()
                && grant.revokedAt() == null
                && (expiry == null || at.isBefore(expiry));
    }
}
