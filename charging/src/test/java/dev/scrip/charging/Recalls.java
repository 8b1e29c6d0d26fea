package dev.scrip.charging;

import dev.scrip.ledger.Exchange;
import dev.scrip.ledger.Exchange.LeaseDemand;
import dev.scrip.ledger.ExchangeReply;
import dev.scrip.ledger.ExchangeReply.LeaseState;
import dev.scrip.ledger.ExchangeReply.Rest;
import dev.scrip.money.Money;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which organizations' idle money the ledger calls back with an answer. Its signals come over a
 * connection of their own, at a time of their own; a simulation reads from the answers what they
 * are.
 */
final class Recalls {

    private Recalls() {}

    static Set<Long> of(Exchange asked, ExchangeReply reply) {
        Map<Long, Money> givable = new HashMap<>();
        for (LeaseState state : reply.leases()) {
            givable.merge(state.pool().organizationId(), state.rest().elsewhere(), Money::plus);
        }
        Set<Long> recalled = new TreeSet<>();
        for (LeaseDemand demand : asked.demands()) {
            long organization = demand.pool().organizationId();
            Money others = givable.getOrDefault(organization, Money.ZERO);
            Rest rest =
                    reply.leases().stream()
                            .filter(state -> state.pool().equals(demand.pool()))
                            .findFirst()
                            .orElseThrow()
                            .rest();
            boolean tooLittle = rest.free().isLessThan(demand.need());
            if (tooLittle
                    && others.isPositive()
                    && !rest.free().plus(others).isLessThan(demand.need())) {
                recalled.add(organization);
            }
        }
        return recalled;
    }
}
