package dev.scrip.app;

import io.netty.bootstrap.ChannelInitializerExtension;
import io.netty.channel.Channel;
import java.time.Duration;

/**
 * Gives each connection that the server accepts its {@link HeadDeadline}. Netty itself makes it, as
 * a service: the HTTP server is Quarkus' and shows no connection before its first request.
 */
public final class HeadDeadlines extends ChannelInitializerExtension {

    /** What each deadline is, as an ISO 8601 duration. */
    private static final String LIMIT = "scrip.http.head-limit";

    /** Before the server starts: Netty looks for such services only where it is told to. */
    static void set(Duration limit) {
        System.setProperty(EXTENSIONS_SYSTEM_PROPERTY, "serviceload");
        System.setProperty(LIMIT, limit.toString());
    }

    @Override
    public void postInitializeServerChildChannel(Channel connection) {
        String limit = System.getProperty(LIMIT);
        if (limit != null) {
            connection.pipeline().addFirst(new HeadDeadline(Duration.parse(limit)));
        }
    }
}
