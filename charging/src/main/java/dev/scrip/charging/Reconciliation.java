package dev.scrip.charging;

import dev.scrip.ledger.Ledger;
import dev.scrip.ledger.Verification;
import dev.scrip.ledger.Verification.Check;
import dev.scrip.metering.Metering;
import dev.scrip.money.Money;
import dev.scrip.postgres.Database;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * That the two stories of every charge agree: what the ledger booked and what metering recorded, in
 * the same transaction, under two modules' rules.
 */
final class Reconciliation {

    private Reconciliation() {}

    static Verification verify(Database database, Ledger ledger, Metering metering) {
        List<Check> checks = new ArrayList<>(ledger.verify().checks());
        checks.addAll(
                database.snapshot(
                        tx -> {
                            Map<Long, Money> recorded = metering.recordedTotals(tx);
                            return List.of(
                                    compare(
                                            "usage records = charges in the journal, by organization",
                                            recorded,
                                            ledger.chargedTotals(tx)),
                                    compare(
                                            "usage roll-ups = usage records, by organization",
                                            metering.rolledUpTotals(tx),
                                            recorded));
                        }));
        return new Verification(checks);
    }

    private static Check compare(String name, Map<Long, Money> left, Map<Long, Money> right) {
        TreeSet<Long> organizations = new TreeSet<>(left.keySet());
        organizations.addAll(right.keySet());
        List<String> differences = new ArrayList<>();
        Set<Long> wrong = new TreeSet<>();
        for (Long organization : organizations) {
            Money one = left.getOrDefault(organization, Money.ZERO);
            Money other = right.getOrDefault(organization, Money.ZERO);
            if (!one.equals(other)) {
                wrong.add(organization);
                differences.add("organization %d: %s, not %s".formatted(organization, one, other));
            }
        }
        return new Check(name, organizations.size(), differences, wrong);
    }
}
