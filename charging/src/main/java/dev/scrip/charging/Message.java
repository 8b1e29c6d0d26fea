package dev.scrip.charging;

import dev.scrip.ledger.Exchange;

/** A message to the ledger, with what is recorded in the same transaction. */
record Message(Exchange exchange, Batch batch) {

    @Override
    public String toString() {
        return "message %d of lane %d with %d charges"
                .formatted(exchange.number(), exchange.lane(), exchange.charges().size());
    }
}
