package dev.scrip.ledger;

import java.util.List;

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
     */
    public record Check(String name, long compared, List<String> differences) {
        public Check {
            differences = List.copyOf(differences);
        }
    }

    public boolean agrees() {
        return checks.stream().allMatch(check -> check.differences().isEmpty());
    }
}
