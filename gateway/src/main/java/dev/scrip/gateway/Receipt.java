package dev.scrip.gateway;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.scrip.charging.Settled;
import dev.scrip.pricing.Usage;

/**
 * A charge that is durable, for the client to see.
 *
 * @param usage what it is for
 */
record Receipt(String requestId, Usage usage, Settled settled) {

    /** Adds what it cost: {@code cost} to the usage, and all of it beside. */
    void addTo(ObjectNode answer, ObjectNode usageTold) {
        usageTold.put("cost", settled.amount().toDollars());
        answer.putObject("x_scrip")
                .put("request_id", requestId)
                .put("cost", settled.amount().exact())
                .put("balance", settled.balanceAfter().exact())
                .put("estimated", usage.estimated());
    }
}
