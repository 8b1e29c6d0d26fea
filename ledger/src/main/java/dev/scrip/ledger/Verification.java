package dev.scrip.ledger;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What a verification looked at and what did not agree. */
public record Verification(List<Check> checks) {

    public Verification {
        checks = List.copyOf(checks);
    }

    /**
     * One invariant.
     *
     * @param name the invariant as {@code docs/ledger.md} names it, and what was compared
     * @param compared how many figures were recomputed
     * @param differences one line for each that was wrong; empty: all agree
     * @param organizations whose figures those are, where that is known
     */
    public record Check(
            String name, long compared, List<String> differences, Set<Long> organizations) {
        public Check {
            differences = List.copyOf(differences);
            organizations = Set.copyOf(organizations);
        }

        /** Of nobody's figures in particular. */
        public Check(String name, long compared, List<String> differences) {
            this(name, compared, differences, Set.of());
        }
    }

    /** Those with any difference: their wallets are the ones to freeze. */
    public Set<Long> organizations() {
        return checks.stream()
                .flatMap(check -> check.organizations().stream())
                .collect(Collectors.toUnmodifiableSet());
    }

    public boolean agrees() {
        return checks.stream().allMatch(check -> check.differences().isEmpty());
    }
}
