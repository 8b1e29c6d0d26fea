package dev.scrip.charging;

import dev.scrip.ledger.Payer;
import dev.scrip.ledger.PoolList;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What requests of one kind must hold from, being read.
 *
 * @param key the kind
 * @param at the moment that it is read for
 * @param open the wallet's existence is made sure of first
 * @param changes of the organization, when it began: what changed since makes it worthless
 */
record Reading(
        OrganizationLeases organization,
        KeyMask.Key key,
        Payer payer,
        String model,
        Instant at,
        boolean open,
        long changes) {

    private static final Logger LOG = LoggerFactory.getLogger(Reading.class);

    /** Reads; null when the books do not answer. */
    @Nullable PoolList from(Books books) {
        try {
            if (open) {
                books.open(organization.organizationId());
            }
            return books.pools(payer, model, at);
        } catch (RuntimeException failed) {
            LOG.warn("the pools of an organization cannot be read; tried again soon", failed);
            return null;
        }
    }
}
