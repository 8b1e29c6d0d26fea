package dev.scrip.payments;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls to the processor, each on a thread of its own, so that nobody waits longer than the limit
 * for an answer; an answer that comes later is still used. A bound on how many run at once keeps a
 * processor that hangs from taking the program with it.
 */
final class ProcessorCalls implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ProcessorCalls.class);
    private static final int CALLS_MAX = 100;
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

    private final Processor processor;
    private final Duration limit;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Semaphore free = new Semaphore(CALLS_MAX);
    private final ConcurrentHashMap<String, CompletableFuture<Void>> running =
            new ConcurrentHashMap<>();

    ProcessorCalls(Processor processor, Duration limit) {
        this.processor = processor;
        this.limit = limit;
    }

    Attachment attach(CardDetails card) {
        CompletableFuture<Attachment> answer = new CompletableFuture<>();
        Attachment unavailable = new Attachment.Unavailable();
        boolean started =
                start(
                        () -> {
                            Attachment attached = unavailable;
                            try {
                                attached = attached(card);
                            } finally {
                                if (!answer.complete(attached)
                                        && attached instanceof Attachment.Attached late) {
                                    processor.detach(late.token()); // nobody waits any more
                                }
                            }
                        });
        if (started) {
            await(answer);
        }
        return answer.complete(unavailable) ? unavailable : answer.join();
    }

    private Attachment attached(CardDetails card) {
        try {
            return processor.attach(card);
        } catch (RuntimeException failed) {
            // Not the message: what a processor's library says of a card may quote it.
            log.warn("the processor did not take a card: {}", failed.getClass().getName());
            return new Attachment.Unavailable();
        }
    }

    /** Tells the processor to forget a card; if that fails, it only keeps what nobody uses. */
    void detach(String token) {
        boolean started =
                start(
                        () -> {
                            try {
                                processor.detach(token);
                            } catch (RuntimeException failed) {
                                log.warn("the processor did not forget a removed card", failed);
                            }
                        });
        if (!started) {
            log.warn("the processor was not told of a removed card: too many calls");
        }
    }

    /**
     * Runs a question and what follows from its answer, unless the same one runs already, and waits
     * for it up to the limit. It goes on when the wait is over.
     */
    void ask(String name, Runnable question) {
        await(begin(name, question));
    }

    /** {@link #ask} without waiting. */
    CompletableFuture<Void> begin(String name, Runnable question) {
        CompletableFuture<Void> mine = new CompletableFuture<>();
        CompletableFuture<Void> other = running.putIfAbsent(name, mine);
        if (other != null) {
            return other;
        }
        boolean started =
                start(
                        () -> {
                            try {
                                question.run();
                            } catch (RuntimeException failed) {
                                log.error("{} failed; it will be asked again", name, failed);
                            } finally {
                                running.remove(name, mine);
                                mine.complete(null);
                            }
                        });
        if (!started) {
            log.warn("{} was not asked: too many calls wait for the processor", name);
            running.remove(name, mine);
            mine.complete(null);
        }
        return mine;
    }

    /** What the processor says; a call that fails is an answer that is not known. */
    ChargeAnswer answer(Supplier<ChargeAnswer> call) {
        try {
            return call.get();
        } catch (RuntimeException failed) {
            return new ChargeAnswer.Unknown(failed.toString());
        }
    }

    private boolean start(Runnable work) {
        if (!free.tryAcquire()) {
            return false;
        }
        threads.execute(
                () -> {
                    try {
                        work.run();
                    } finally {
                        free.release();
                    }
                });
        return true;
    }

    private void await(CompletableFuture<?> future) {
        try {
            future.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            log.info("the processor has not answered within {}", limit);
        } catch (ExecutionException failed) {
            throw new IllegalStateException(failed.getCause());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Lets running calls end for a moment; what is cut off is asked again at the next start. */
    @Override
    public void close() {
        threads.shutdown();
        try {
            if (!threads.awaitTermination(CLOSE_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                threads.shutdownNow();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            threads.shutdownNow();
        }
    }
}
