package dev.scrip.charging;

import dev.scrip.ledger.Exchange;
import dev.scrip.ledger.ExchangeReply;
import dev.scrip.ledger.Ledger;
import dev.scrip.ledger.Payer;
import dev.scrip.postgres.Database;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

/** A few simulated processes on the real books of a shop, for a story told step by step. */
final class Stage {

    final Shop shop;
    final VirtualTime time = new VirtualTime();
    final LossyBooks.Weather weather = new LossyBooks.Weather();
    private final Random random = new Random(1);

    /** The database that every process speaks to; another one after a failover. */
    Database database;

    Stage(Shop shop) {
        this.shop = shop;
        this.database = shop.database;
    }

    private final List<SimulatedProcess> processes = new ArrayList<>();

    SimulatedProcess process() {
        return process(UnaryOperator.identity());
    }

    /**
     * @param mutation of its books: a bug
     */
    SimulatedProcess process(UnaryOperator<Books> mutation) {
        SimulatedMachine machine = new SimulatedMachine(time, random);
        Books first = mutation.apply(books(machine));
        Database before = database;
        LossyBooks books =
                new LossyBooks(
                        () -> before == database ? first : mutation.apply(books(machine)),
                        time,
                        random,
                        weather,
                        this::carriedOut);
        UUID id = UUID.randomUUID();
        Charging charging = new Charging(books, shop.prices, machine, Tuning.DEFAULT, id);
        charging.begin("stage-" + id);
        SimulatedProcess process =
                new SimulatedProcess("process-" + processes.size(), id, machine, books, charging);
        processes.add(process);
        return process;
    }

    private void carriedOut(Exchange asked, ExchangeReply reply) {
        for (long organization : Recalls.of(asked, reply)) {
            for (SimulatedProcess each : processes) {
                boolean _ = each.machine.run(() -> each.charging.recalled(organization));
            }
        }
    }

    private Books books(SimulatedMachine machine) {
        return new LedgerBooks(database, new Ledger(database, machine), shop.metering(database));
    }

    Admission admit(SimulatedProcess process, Payer payer, long tokens) {
        return get(process.charging.admit(payer, Shop.ask(tokens)).toCompletableFuture());
    }

    Hold hold(SimulatedProcess process, Payer payer, long tokens) {
        return ((Admission.Held) admit(process, payer, tokens)).hold();
    }

    CompletableFuture<Settled> charge(SimulatedProcess process, Hold hold, long tokens) {
        Call call = new Call("chat", "simulated", false, process.machine.instant(), "completed");
        return process.charging.charge(hold, Shop.usage(tokens), call).toCompletableFuture();
    }

    <T> T get(CompletableFuture<T> future) {
        until(future::isDone);
        return future.join();
    }

    void until(BooleanSupplier reached) {
        long limit = time.now() + Duration.ofMinutes(10).toNanos();
        while (!reached.getAsBoolean()) {
            if (time.now() > limit) {
                throw new AssertionError("does not happen");
            }
            time.step();
        }
    }

    void pass(Duration duration) {
        long end = time.now() + duration.toNanos();
        time.after(duration.toNanos(), () -> {});
        until(() -> time.now() >= end);
    }
}
