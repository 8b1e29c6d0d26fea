package dev.scrip.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/**
 * Random lives of a wallet, several processes, limits and a clock that only sometimes moves: the
 * books agree after every step, and with a model that knows nothing of leases. The same lives in
 * every build; {@code -Dledger.laws.seed=N} lives another one.
 */
class LedgerLawsTest {

    private static final LedgerFixture FIXTURE = new LedgerFixture();

    private static final int LIVES = 3;
    private static final long FIRST_SEED = 20_261_122;

    /** {@code -Dledger.laws.steps=1000} for a long run. */
    private static final int STEPS = Integer.getInteger("ledger.laws.steps", 60);

    @AfterAll
    static void close() {
        FIXTURE.close();
    }

    @Test
    void booksAgreeWhateverHappens() {
        Optional<Long> chosen = Optional.ofNullable(Long.getLong("ledger.laws.seed"));
        if (chosen.isPresent()) {
            live(chosen.get());
            return;
        }
        for (int life = 0; life < LIVES; life++) {
            live(FIRST_SEED + life);
        }
    }

    private static void live(long seed) {
        RandomLife life = new RandomLife(FIXTURE, new Random(seed));
        for (int step = 0; step < STEPS; step++) {
            String done = step(life, seed);
            Verification verification = FIXTURE.ledger.verify();
            assertThat(verification.agrees())
                    .as("seed %d, after %s: %s%n%s", seed, done, verification, life.story())
                    .isTrue();
            life.compare();
        }
        life.rest();
        assertThat(FIXTURE.ledger.verify().agrees()).as("seed %d at rest", seed).isTrue();
        life.compare();
    }

    /** Says which life it was, if the model disagrees with what is done. */
    private static String step(RandomLife life, long seed) {
        try {
            return life.step();
        } catch (AssertionError wrong) {
            throw new AssertionError("seed " + seed + ": " + wrong.getMessage(), wrong);
        }
    }
}
