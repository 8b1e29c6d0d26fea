package dev.scrip.pricing;

import java.time.Instant;
import java.util.List;

/** What became of a {@link NewPrice}. */
public sealed interface AddOutcome {

    record Added(Price price) implements AddOutcome {}

    /**
     * Some figures are wrong.
     *
     * @param problems one sentence each, for the person who entered them
     */
    record Invalid(List<String> problems) implements AddOutcome {

        public Invalid {
            problems = List.copyOf(problems);
        }
    }

    /** A model that has a price gets another only for the time to come. */
    record Retroactive(Instant effectiveFrom, Instant earliest) implements AddOutcome {}

    /** The model has a price from this very moment on; prices are never replaced. */
    record DateTaken(Price existing) implements AddOutcome {}
}
