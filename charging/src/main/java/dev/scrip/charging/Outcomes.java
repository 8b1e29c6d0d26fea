package dev.scrip.charging;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * What was decided under a lane's lock and is told after it: whoever is told runs on as it likes,
 * and must not do so while the lane is locked.
 */
final class Outcomes implements Runnable {

    private final List<Runnable> told = new ArrayList<>();

    <T> void complete(CompletableFuture<T> future, T value) {
        told.add(() -> future.complete(value));
    }

    void fail(CompletableFuture<?> future, Throwable failure) {
        told.add(() -> future.completeExceptionally(failure));
    }

    /** The request gets nothing, for now. */
    void unavailable(OrganizationLeases organization, Waiting request, String reason) {
        request.refuse(organization, new Admission.Unavailable(reason), this);
    }

    boolean isEmpty() {
        return told.isEmpty();
    }

    @Override
    public void run() {
        told.forEach(Runnable::run);
    }
}
