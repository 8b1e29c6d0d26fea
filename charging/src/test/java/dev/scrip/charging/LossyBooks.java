package dev.scrip.charging;

import dev.scrip.ledger.ClonedIncarnation;
import dev.scrip.ledger.Exchange;
import dev.scrip.ledger.ExchangeReply;
import dev.scrip.ledger.ForgottenMessages;
import dev.scrip.ledger.Payer;
import dev.scrip.ledger.PoolList;
import dev.scrip.ledger.Verification;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/** The real books behind a bad network: messages are lost on either way, doubled, late. */
final class LossyBooks implements Books {

    private static final int LATE_NANOS_MAX = 2_000_000_000;

    private final Supplier<Books> real;
    private final VirtualTime time;
    private final Random random;
    private final Weather weather;
    private final BiConsumer<Exchange, ExchangeReply> carriedOut;
    private boolean buried;
    private int database;

    /** How bad it is. */
    static final class Weather {
        int lossPercent;
        int replayPercent;
        long awayUntil;
    }

    /**
     * @param carriedOut told each message and its answer when the database has committed
     */
    LossyBooks(
            Supplier<Books> real,
            VirtualTime time,
            Random random,
            Weather weather,
            BiConsumer<Exchange, ExchangeReply> carriedOut) {
        this.real = real;
        this.time = time;
        this.random = random;
        this.weather = weather;
        this.carriedOut = carriedOut;
    }

    /** The process is proven dead: what it sent arrived before that or never will. */
    void bury() {
        buried = true;
    }

    /** The database is another one: what was on its way to the one before never arrives. */
    void reconnect() {
        database++;
    }

    @Override
    public ExchangeReply settle(Message message) {
        loseTheWayThere(message);
        ExchangeReply reply = real.get().settle(message);
        carriedOut.accept(message.exchange(), reply);
        if (happens(weather.replayPercent)) {
            ExchangeReply again = real.get().settle(message);
            if (!again.replayed()
                    || !again.leases().equals(reply.leases())
                    || !again.wallets().equals(reply.wallets())) {
                throw new AssertionError("not the same answer: " + reply + ", then " + again);
            }
        }
        if (happens(weather.replayPercent)) {
            beLate(message);
        }
        loseTheWayBack();
        return reply;
    }

    private void loseTheWayThere(Message message) {
        if (time.now() < weather.awayUntil) {
            throw lost("08001");
        }
        if (happens(weather.lossPercent / 2)) {
            if (random.nextBoolean()) {
                beLate(message);
            }
            throw lost("08006");
        }
    }

    private void beLate(Message message) {
        int sentTo = database;
        time.after(
                random.nextInt(LATE_NANOS_MAX),
                () -> {
                    if (sentTo == database) {
                        arriveLate(message);
                    }
                });
    }

    /**
     * An old message that was on its way: it counts if it is new to the ledger, or changes nothing.
     */
    private void arriveLate(Message message) {
        if (buried) {
            return;
        }
        try {
            carriedOut.accept(message.exchange(), real.get().settle(message));
        } catch (ClonedIncarnation | ForgottenMessages outdated) {
            // Nobody waits for its answer any more.
        }
    }

    private <T> T carry(Supplier<T> work) {
        if (time.now() < weather.awayUntil || happens(weather.lossPercent / 2)) {
            throw lost("08001");
        }
        T result = work.get();
        loseTheWayBack();
        return result;
    }

    private void loseTheWayBack() {
        if (happens(weather.lossPercent / 2)) {
            throw lost("08006");
        }
    }

    private boolean happens(int percent) {
        return random.nextInt(100) < percent;
    }

    private static IllegalStateException lost(String state) {
        return new IllegalStateException("lost", new SQLException("lost in simulation", state));
    }

    @Override
    public void makeRoom(Instant at) {
        real.get().makeRoom(at);
    }

    @Override
    public void enlist(UUID incarnationId, String node, Instant at) {
        real.get().enlist(incarnationId, node, at);
    }

    @Override
    public void seen(UUID incarnationId, Instant at, List<Long> confirmed) {
        real.get().seen(incarnationId, at, confirmed);
    }

    @Override
    public List<UUID> living(String node) {
        return real.get().living(node);
    }

    @Override
    public void bury(UUID incarnationId, String proof) {
        real.get().bury(incarnationId, proof);
    }

    @Override
    public void open(long organizationId) {
        boolean _ =
                carry(
                        () -> {
                            real.get().open(organizationId);
                            return true;
                        });
    }

    @Override
    public PoolList pools(Payer payer, String model, Instant at) {
        return carry(() -> real.get().pools(payer, model, at));
    }

    @Override
    public Map<Long, PoolList> poolsOfUnlimited(Collection<Long> organizationIds) {
        return carry(() -> real.get().poolsOfUnlimited(organizationIds));
    }

    @Override
    public int expireDue(int limit) {
        return carry(() -> real.get().expireDue(limit));
    }

    @Override
    public Verification verify() {
        return real.get().verify();
    }
}
