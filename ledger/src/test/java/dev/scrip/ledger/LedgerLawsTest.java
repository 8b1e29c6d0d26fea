package dev.scrip.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;

/**
 * Random lives of a wallet, several processes, limits and a clock that only sometimes moves: the
 * books agree after every step, and with a model that knows nothing of leases.
 */
class LedgerLawsTest {

    private static final LedgerFixture FIXTURE = new LedgerFixture();

    /** {@code -Dledger.laws.steps=1000} for a long run. */
    private static final int STEPS = Integer.getInteger("ledger.laws.steps", 40);

    @AfterContainer
    static void close() {
        FIXTURE.close();
    }

    @Property(tries = 3, shrinking = ShrinkingMode.OFF)
    void booksAgreeWhateverHappens(@ForAll Random random) {
        RandomLife life = new RandomLife(FIXTURE, random);
        for (int step = 0; step < STEPS; step++) {
            String done = life.step();
            Verification verification = FIXTURE.ledger.verify();
            assertThat(verification.agrees())
                    .as("after %s: %s%n%s", done, verification, life.story())
                    .isTrue();
            life.compare();
        }
        life.rest();
        assertThat(FIXTURE.ledger.verify().agrees()).isTrue();
        life.compare();
    }
}
