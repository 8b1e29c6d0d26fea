package dev.scrip.payments;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends what a crash, a late answer or an absent customer left open, by asking the processor by the
 * purchase's key until it knows. It may run in many processes: every step is idempotent.
 */
final class OpenPurchases implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(OpenPurchases.class);
    private static final int AT_ONCE = 20;

    private final Purchases purchases;
    private final Processor processor;
    private final ProcessorCalls calls;
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("open-purchases").factory());

    OpenPurchases(Purchases purchases, Processor processor, ProcessorCalls calls) {
        this.purchases = purchases;
        this.processor = processor;
        this.calls = calls;
    }

    void start(Duration every) {
        var _ =
                timer.scheduleWithFixedDelay(
                        this::askAll, 0, every.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void askAll() {
        try {
            for (StoredPurchase open : purchases.claimOpen(processor.name(), AT_ONCE)) {
                var _ =
                        calls.begin(
                                "resolving purchase " + open.processorKey(), () -> resolve(open));
            }
        } catch (RuntimeException failed) {
            log.warn("open purchases could not be read; they are read again", failed);
        }
    }

    private void resolve(StoredPurchase open) {
        purchases.apply(
                open.purchase().organizationId(),
                open.purchase().id(),
                calls.answer(() -> question(open)));
    }

    private ChargeAnswer question(StoredPurchase open) {
        if (purchases.isOverdue(open)) {
            return processor.cancel(open.processorKey());
        }
        return processor.find(open.processorKey()).orElseGet(() -> processor.charge(open.charge()));
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
