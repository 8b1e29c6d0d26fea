package dev.scrip.ledger;

import dev.scrip.ledger.Exchange.ChargeOrder;
import dev.scrip.money.Money;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Adds up charges by payer and day, so that each row of the table is written once. */
final class Spending {

    private record Key(Payer payer, int day) {}

    private Spending() {}

    static List<BudgetStore.Spent> of(Collection<ChargeOrder> charges) {
        Map<Key, Money> sums = new HashMap<>();
        for (ChargeOrder charge : charges) {
            if (charge.amount().isPositive()) {
                sums.merge(
                        new Key(charge.payer(), Days.of(charge.heldAt())),
                        charge.amount(),
                        Money::plus);
            }
        }
        List<BudgetStore.Spent> rows = new ArrayList<>(sums.size());
        sums.forEach((key, amount) -> rows.add(new BudgetStore.Spent(key.payer, key.day, amount)));
        return rows;
    }
}
