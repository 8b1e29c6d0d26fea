package dev.scrip.charging;

import dev.scrip.ledger.Ledger;
import dev.scrip.ledger.MonthSpending;
import dev.scrip.money.Money;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was decided under a lane's lock and is told after it: whoever is told runs on as it likes,
 * and must not do so while the lane is locked.
 */
final class Outcomes implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(Outcomes.class);

    private record AtLimit(Waiting request, Money required) {}

    private final Ledger ledger;
    private final List<Runnable> told = new ArrayList<>();
    private final Map<OrganizationLeases, List<AtLimit>> atLimit = new LinkedHashMap<>();

    Outcomes(Ledger ledger) {
        this.ledger = ledger;
    }

    <T> void complete(CompletableFuture<T> future, T value) {
        told.add(() -> future.complete(value));
    }

    void fail(CompletableFuture<?> future, Throwable failure) {
        told.add(() -> future.completeExceptionally(failure));
    }

    /** The request ends here: it no longer counts as running. */
    void refuse(OrganizationLeases organization, Waiting request, Admission refusal) {
        organization.lane().leave(1);
        complete(request.admission(), refusal);
    }

    /** Like {@link #refuse}, with the month's figures, which are read from the ledger first. */
    void refuseAtLimit(OrganizationLeases organization, Waiting request, Money required) {
        organization.lane().leave(1);
        atLimit.computeIfAbsent(organization, first -> new ArrayList<>())
                .add(new AtLimit(request, required));
    }

    boolean isEmpty() {
        return told.isEmpty() && atLimit.isEmpty();
    }

    @Override
    public void run() {
        told.forEach(Runnable::run);
        atLimit.forEach(this::tellLimit);
    }

    private void tellLimit(OrganizationLeases organization, List<AtLimit> requests) {
        MonthSpending month;
        try {
            month = ledger.monthSpending(organization.organizationId());
        } catch (RuntimeException failed) {
            LOG.warn("the month's spending could not be read", failed);
            requests.forEach(
                    one ->
                            one.request()
                                    .admission()
                                    .complete(
                                            new Admission.Unavailable(
                                                    "the ledger cannot be reached")));
            return;
        }
        for (AtLimit one : requests) {
            one.request()
                    .admission()
                    .complete(
                            month.hardLimit()
                                    .<Admission>map(
                                            limit ->
                                                    new Admission.LimitReached(
                                                            limit,
                                                            month.spent(),
                                                            one.required(),
                                                            month.resetsAt()))
                                    .orElseGet(
                                            () ->
                                                    new Admission.Unavailable(
                                                            "the limit has just been removed")));
        }
    }
}
