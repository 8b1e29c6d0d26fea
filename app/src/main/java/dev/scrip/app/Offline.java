package dev.scrip.app;

import dev.scrip.postgres.Database;
import dev.scrip.postgres.DatabaseAddress;
import dev.scrip.postgres.EmbeddedPostgres;
import dev.scrip.postgres.StartFailure;
import java.time.Clock;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The modules for one command of the command line, beside a serving process or without one: the
 * embedded PostgreSQL of a serving process is used as it runs, otherwise it is started for the
 * command.
 */
final class Offline implements AutoCloseable {

    private static final int CONNECTIONS = 4;

    private final Database database;
    private final Installation installation;
    private final @Nullable EmbeddedPostgres started;
    private final @Nullable DataFolder folder;

    private Offline(
            Settings settings,
            DatabaseAddress address,
            @Nullable EmbeddedPostgres started,
            @Nullable DataFolder folder) {
        this.database = Database.open(address);
        this.installation = new Installation(settings, database, Clock.systemUTC());
        this.started = started;
        this.folder = folder;
    }

    static Offline open(Settings settings) {
        if (settings.database().isPresent()) {
            return new Offline(settings, settings.database().get(), null, null);
        }
        DataFolder folder = DataFolder.tryClaim(settings.data());
        if (folder != null) {
            EmbeddedPostgres server = EmbeddedPostgres.start(settings.data(), true);
            return new Offline(settings, server.address(CONNECTIONS), server, folder);
        }
        Optional<DatabaseAddress> running = EmbeddedPostgres.running(settings.data(), CONNECTIONS);
        return new Offline(
                settings,
                running.orElseThrow(
                        () ->
                                new StartFailure(
                                        "the Scrip that runs on %s is just starting or stopping;"
                                                        .formatted(settings.data())
                                                + " try again in a moment")),
                null,
                null);
    }

    Installation installation() {
        return installation;
    }

    @Override
    public void close() {
        database.close();
        if (started != null) {
            started.close();
        }
        if (folder != null) {
            folder.close();
        }
    }
}
