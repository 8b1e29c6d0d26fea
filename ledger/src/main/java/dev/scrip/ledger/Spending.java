package dev.scrip.ledger;

import dev.scrip.ledger.Exchange.ChargeOrder;
import dev.scrip.money.Money;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Adds up charges by payer and day, so that each row of the table is written once. */
final class Spending {

    private record Key(Payer payer, int day) {}

    /** What one payer spent on one day. */
    private static final class Sum {
        private final Key key;
        private Money amount = Money.ZERO;

        Sum(Key key) {
            this.key = key;
        }

        boolean isOf(Payer payer, int day) {
            return key.day == day && key.payer.equals(payer);
        }
    }

    private Spending() {}

    /**
     * @param charges gathered so that those of one payer mostly follow each other
     */
    static List<BudgetStore.Spent> of(Collection<List<ChargeOrder>> charges) {
        Map<Key, Sum> sums = new LinkedHashMap<>();
        Sum last = null;
        for (List<ChargeOrder> gathered : charges) {
            for (ChargeOrder charge : gathered) {
                if (charge.amount().isPositive()) {
                    int day = Days.of(charge.heldAt());
                    if (last == null || !last.isOf(charge.payer(), day)) {
                        last = sums.computeIfAbsent(new Key(charge.payer(), day), Sum::new);
                    }
                    last.amount = last.amount.plus(charge.amount());
                }
            }
        }
        List<BudgetStore.Spent> rows = new ArrayList<>(sums.size());
        for (Sum sum : sums.values()) {
            rows.add(new BudgetStore.Spent(sum.key.payer, sum.key.day, sum.amount));
        }
        return rows;
    }
}
