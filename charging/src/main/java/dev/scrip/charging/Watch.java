package dev.scrip.charging;

import dev.scrip.ledger.ClonedIncarnation;
import dev.scrip.ledger.ForgottenMessages;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether this process is fit to take requests in. Its heartbeat; and what is done when another
 * process speaks as this one, when the database is another one, or when it refuses what is to be
 * settled: nobody is taken in, and people hear of it.
 */
final class Watch implements Settler.Watcher {

    static final String CLOSING = "this process is shutting down";
    static final String FORGOTTEN =
            "the database has lost what it had confirmed to this process, which must be restarted";

    private static final Logger LOG = LoggerFactory.getLogger(Watch.class);
    private static final String COPIED = "this process was copied and must be restarted";
    private static final int EXPIRIES_MAX = 500;

    private final UUID incarnationId;
    private final Machine machine;
    private final List<Lane> lanes;
    private final AtomicBoolean atChores = new AtomicBoolean();
    private volatile @Nullable String stoppedBecause = "this process has not started yet";
    private volatile @Nullable Consumer<String> alarm;

    /**
     * @param lanes to be filled before anything is sent
     */
    Watch(UUID incarnationId, Machine machine, List<Lane> lanes) {
        this.incarnationId = incarnationId;
        this.machine = machine;
        this.lanes = lanes;
    }

    /** Who is told what only a person can put right. */
    void alarm(Consumer<String> told) {
        alarm = told;
    }

    /** Why nobody is taken in; null: requests are. */
    @Nullable String stoppedBecause() {
        return stoppedBecause;
    }

    /** Takes nobody in, for this reason; null: takes requests in. */
    void stop(@Nullable String because) {
        stoppedBecause = because;
    }

    /** Whether the database has lost what it had confirmed to this process. */
    boolean isForgotten() {
        return FORGOTTEN.equals(stoppedBecause);
    }

    /** Says that this process is there, and does what time makes due. */
    void beginChores(Settler settler) {
        if (atChores.compareAndSet(false, true)) {
            boolean _ = settler.ask(this::doChores);
        }
    }

    private void doChores(Books books) {
        try {
            books.seen(incarnationId, machine.instant(), confirmed());
            books.makeRoom(machine.instant());
            LOG.debug("{} wallets had something that expired", books.expireDue(EXPIRIES_MAX));
        } catch (ForgottenMessages lost) {
            forgotten(lost);
        } catch (RuntimeException failed) {
            LOG.warn("a regular chore of this process failed; tried again soon", failed);
        } finally {
            atChores.set(false);
        }
    }

    /** Of each lane the number of the last message that was answered; 0: none. */
    List<Long> confirmed() {
        return lanes.stream().map(Lane::confirmed).toList();
    }

    /** It may be another database now: what has it forgotten? */
    @Override
    public void recovered(Settler settler) {
        beginChores(settler);
    }

    /** Another process spends the same leases: whatever this one did more could spend twice. */
    @Override
    public void cloned(ClonedIncarnation twice) {
        stoppedBecause = COPIED;
        machine.stop();
        lanes.forEach(lane -> lane.shut("this process was copied"));
        raise(
                """
                Process %s was copied: another one speaks as it. It takes no further request, and \
                what it has not settled is lost with it. Restart both.\
                """
                        .formatted(incarnationId),
                twice);
    }

    /**
     * What this process believes to have may have been given away meanwhile: it takes nobody in.
     * The lanes whose messages are all known settle what runs.
     */
    @Override
    public void forgotten(ForgottenMessages lost) {
        if (!isForgotten()) {
            stoppedBecause = FORGOTTEN;
            raise(
                    """
                    Process %s takes no further request: the database it is connected to is older \
                    than what that had confirmed (a failover that lost its latest commits, or a \
                    restored backup). Restart this process: what it held is then taken back.\
                    """
                            .formatted(incarnationId),
                    lost);
        }
    }

    /**
     * Nothing of the message is booked, and it is sent again and again: it must not be dropped, for
     * there are charges in it, and nothing can be booked behind it.
     */
    @Override
    public void refused(String message, RuntimeException why) {
        raise(
                """
                What process %s has to settle is refused: %s. Nothing of it is booked; it is \
                tried again every few seconds, and until it is accepted this process takes no \
                request of the organizations of that lane in. Do not stop the process before: \
                what it has not settled would be lost. The reason: %s\
                """
                        .formatted(incarnationId, message, why.getMessage()),
                why);
    }

    private void raise(String what, RuntimeException why) {
        LOG.error("{}", what, why);
        Consumer<String> told = alarm;
        if (told != null) {
            Runnable telling = () -> tell(told, what);
            if (!machine.run(telling)) {
                telling.run();
            }
        }
    }

    private static void tell(Consumer<String> told, String what) {
        try {
            told.accept(what);
        } catch (RuntimeException failed) {
            LOG.error("an alarm was not raised: {}", what, failed);
        }
    }
}
