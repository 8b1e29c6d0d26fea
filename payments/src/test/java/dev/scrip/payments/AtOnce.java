package dev.scrip.payments;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Does something in many threads that begin together. */
final class AtOnce {

    /** What one thread does. */
    interface Work<T> {
        T of(int index) throws Exception;
    }

    private AtOnce() {}

    static <T> List<T> run(int threads, Work<T> work) throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        List<Future<T>> futures = new ArrayList<>();
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < threads; i++) {
                int index = i;
                futures.add(
                        executor.submit(
                                () -> {
                                    go.await();
                                    return work.of(index);
                                }));
            }
            go.countDown();
        }
        List<T> results = new ArrayList<>();
        for (Future<T> future : futures) {
            results.add(future.get());
        }
        return results;
    }
}
