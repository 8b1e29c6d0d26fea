package dev.scrip.gateway;

import dev.scrip.charging.ChargingWatch;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.snapshots.Unit;

/** How charging goes in this process, for Prometheus. */
final class ChargingMetrics implements ChargingWatch {

    private final Counter admissions;
    private final Histogram waits;
    private final Histogram batches;
    private final Histogram commits;
    private final Counter failures;

    ChargingMetrics(GatewayMetrics metrics) {
        admissions =
                metrics.counter(
                        "scrip_admissions_total",
                        "Requests for money: answered from leases in memory, or after waiting for"
                                + " the ledger (a lease miss).",
                        "from");
        waits =
                metrics.seconds(
                        "scrip_admission_wait_seconds",
                        "How long requests waited that the leases in memory did not cover.");
        batches =
                metrics.counts(
                        "scrip_settlement_batch_charges",
                        "Charges in a message to the ledger; 0: it only leased or returned money.");
        commits =
                metrics.seconds(
                        "scrip_settlement_commit_seconds",
                        "A message to the ledger, until it is committed.");
        failures =
                metrics.counter(
                        "scrip_settlement_failures_total",
                        "Messages to the ledger that were not answered and are sent again.");
    }

    @Override
    public void admittedFromMemory() {
        admissions.labelValues("memory").inc();
    }

    @Override
    public void waited(long nanos) {
        admissions.labelValues("ledger").inc();
        waits.observe(Unit.nanosToSeconds(nanos));
    }

    @Override
    public void settled(int charges, long nanos) {
        batches.observe(charges);
        commits.observe(Unit.nanosToSeconds(nanos));
    }

    @Override
    public void notSettled() {
        failures.inc();
    }
}
