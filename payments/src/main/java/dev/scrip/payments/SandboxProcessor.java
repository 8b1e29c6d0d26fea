package dev.scrip.payments;

import dev.scrip.postgres.Database;
import java.time.InstantSource;

/**
 * The shipped processor: it behaves like an outside party, accepts only published test cards and
 * moves no money.
 */
public final class SandboxProcessor implements Processor {

    public SandboxProcessor(Database database, InstantSource clock) {
        throw new UnsupportedOperationException("payments: to be written");
    }

    @Override
    public String name() {
        return "sandbox";
    }
}
