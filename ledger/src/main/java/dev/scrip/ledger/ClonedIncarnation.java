package dev.scrip.ledger;

import java.util.UUID;

/**
 * Two processes speak as one incarnation: a message came under a number that another message had
 * already. The process was copied (a virtual machine's snapshot, for example) and both copies would
 * spend the same leases. Whoever gets this must stop at once, without charging anything more.
 */
public final class ClonedIncarnation extends RuntimeException {

    private static final long serialVersionUID = 1;

    ClonedIncarnation(UUID incarnationId, int lane, long number) {
        super(
                "incarnation %s sent two different messages as number %d of lane %d: it was cloned"
                        .formatted(incarnationId, number, lane));
    }
}
