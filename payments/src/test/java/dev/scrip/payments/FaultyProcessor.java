package dev.scrip.payments;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** The sandbox behind a network that fails as a test wants it to. */
final class FaultyProcessor implements Processor {

    /** What the network does. */
    enum Fault {
        NONE,
        /** Nothing reaches the processor. */
        DOWN,
        /** The processor acts, and its answer is lost. */
        ANSWER_LOST,
        /** The processor acts, and then this program dies. */
        CRASH
    }

    private final Processor sandbox;
    volatile Fault fault;
    final AtomicInteger charges = new AtomicInteger();

    FaultyProcessor(Processor sandbox, Fault fault) {
        this.sandbox = sandbox;
        this.fault = fault;
    }

    private <T> T through(Supplier<T> call) {
        return switch (fault) {
            case NONE -> call.get();
            case DOWN -> throw new IllegalStateException("connection refused");
            case ANSWER_LOST -> {
                var _ = call.get();
                throw new IllegalStateException("connection reset");
            }
            case CRASH -> {
                var _ = call.get();
                throw new ProcessDied();
            }
        };
    }

    /** Not an exception that anything of ours would catch and treat. */
    static final class ProcessDied extends Error {
        private static final long serialVersionUID = 1;
    }

    @Override
    public String name() {
        return sandbox.name();
    }

    @Override
    public Attachment attach(CardDetails card) {
        return through(() -> sandbox.attach(card));
    }

    @Override
    public void detach(String token) {
        through(
                () -> {
                    sandbox.detach(token);
                    return token;
                });
    }

    @Override
    public ChargeAnswer charge(ChargeOrder order) {
        charges.incrementAndGet();
        return through(() -> sandbox.charge(order));
    }

    @Override
    public Optional<ChargeAnswer> find(String key) {
        return through(() -> sandbox.find(key));
    }

    @Override
    public ChargeAnswer confirm(String key, boolean approved) {
        return through(() -> sandbox.confirm(key, approved));
    }

    @Override
    public ChargeAnswer cancel(String key) {
        return through(() -> sandbox.cancel(key));
    }
}
