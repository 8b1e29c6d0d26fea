package dev.scrip.app;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes a connection on which bytes came, and no request of them in time: a client that sends a
 * byte now and then is never idle, and would keep its connection for ever. Used on the connection's
 * event loop.
 */
final class HeadDeadline extends ChannelInboundHandlerAdapter {

    private static final Logger LOG = LoggerFactory.getLogger(HeadDeadline.class);

    private final Duration limit;
    private int running;
    private long begun;
    private @Nullable ScheduledFuture<?> deadline;

    /**
     * @param limit from the first byte of a head to its last
     */
    HeadDeadline(Duration limit) {
        this.limit = limit;
    }

    @Override
    public void channelRead(ChannelHandlerContext connection, Object bytes) {
        long before = begun;
        connection.fireChannelRead(bytes);
        // Looked at afterwards: most heads come whole, and cost no timer.
        if (running == 0 && begun == before && deadline == null) {
            deadline =
                    connection
                            .executor()
                            .schedule(
                                    () -> tooSlow(connection),
                                    limit.toMillis(),
                                    TimeUnit.MILLISECONDS);
        }
    }

    /** A request came with its whole head. */
    void begins() {
        begun++;
        running++;
        cancel();
    }

    /** The answer to a request is at its end. */
    void ended() {
        running--;
    }

    private void tooSlow(ChannelHandlerContext connection) {
        LOG.info("a connection is closed: the head of a request did not come in {}", limit);
        var _ = connection.close(); // whether it was open does not matter
    }

    private void cancel() {
        if (deadline != null) {
            deadline.cancel(false);
            deadline = null;
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext connection) {
        cancel();
        connection.fireChannelInactive();
    }
}
