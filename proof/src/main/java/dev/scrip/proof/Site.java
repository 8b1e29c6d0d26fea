package dev.scrip.proof;

import dev.scrip.charging.Charging;
import dev.scrip.ledger.Ledger;
import dev.scrip.ledger.Verification;
import dev.scrip.metering.Metering;
import dev.scrip.organizations.Organization;
import dev.scrip.organizations.Organizations;
import dev.scrip.postgres.Database;
import dev.scrip.postgres.DatabaseAddress;
import dev.scrip.postgres.EmbeddedPostgres;
import dev.scrip.pricing.NewPrice;
import dev.scrip.pricing.PriceBook;
import dev.scrip.pricing.TokenRates;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * One PostgreSQL, one upstream, and the processes between them. What an operator would do (credit,
 * keys, limits, prices) is done through the modules' doors, on the same database.
 */
final class Site implements AutoCloseable {

    /** What everybody here dates back, so that a clock that is a day late still sees it. */
    static final Duration LONG_AGO = Duration.ofDays(40);

    private static final int CONNECTIONS = 6;

    private final Path folder;
    private final EmbeddedPostgres postgres;
    private final Database database;
    private final InstantSource clock = InstantSource.system();
    private final Ledger ledger;
    private final PriceBook prices;
    private final Organizations organizations;
    private final Charging books;
    private final EffectLog upstream;
    private final ChargeStore store;
    private final List<Node> nodes = new ArrayList<>();
    private final Random random;
    private boolean over;

    /**
     * @param folder for logs and the processes' data
     * @param home PostgreSQL's
     */
    Site(Path folder, Path home, long seed) {
        this.random = new Random(seed);
        this.folder = created(folder);
        this.postgres = EmbeddedPostgres.start(created(home), true);
        this.database = Database.open(postgres.address(CONNECTIONS));
        this.ledger = new Ledger(database, clock);
        this.prices = new PriceBook(database, clock);
        this.organizations = new Organizations(database, clock);
        this.books = new Charging(database, ledger, prices, new Metering(database), clock);
        this.store = new ChargeStore(database);
        this.upstream = new EffectLog(random.nextLong());
        price(EffectLog.MODEL, EffectLog.PICOS_PER_TOKEN, 1_000);
        price(EffectLog.GROWING_MODEL, EffectLog.PICOS_PER_STREAMED_TOKEN, 10_000);
    }

    private void price(String model, long picosPerToken, long outputMax) {
        var _ =
                prices.add(
                        new NewPrice(
                                model,
                                model,
                                Optional.of(clock.instant().minus(LONG_AGO)),
                                new TokenRates(0, 0, 0, picosPerToken),
                                0,
                                1_000_000,
                                outputMax,
                                "the proof",
                                List.of()));
    }

    private static Path created(Path folder) {
        try {
            return Files.createDirectories(folder);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    Path folder() {
        return folder;
    }

    /** A further process, not started yet. */
    Node node(String name) {
        return node(name, folder.resolve(name));
    }

    /** A process that has another's name, and a folder and lock file of its own. */
    Node namesake(Node other) {
        return node(other.name(), folder.resolve(other.name() + "-namesake"));
    }

    private Node node(String name, Path data) {
        Wire wire = new Wire(port(postgres.address(1)), random.nextLong());
        Node node = new Node(data, name, postgres.address(1), upstream, wire);
        synchronized (nodes) {
            nodes.add(node);
            if (over) {
                node.close();
            }
        }
        return node;
    }

    private static int port(DatabaseAddress address) {
        return Integer.parseInt(address.jdbcUrl().replaceFirst(".*:(\\d+)/.*", "$1"));
    }

    /** A wallet of its own for an attack, and a key for it. */
    Trial trial(String name, Timeline allowed) {
        upstream.behave(EffectLog.Manner.EXACT);
        Organization organization =
                database.transaction(
                        tx -> {
                            Organization made = organizations.create(tx, name, false, 1);
                            ledger.openWallet(tx, made.id());
                            return made;
                        });
        long project = organizations.projects(organization.id()).getFirst().id();
        String key = organizations.createKey(organization.id(), project, name, 1).secret();
        return new Trial(this, organization.id(), key, allowed);
    }

    /** The ledger as another clock would have it. */
    Ledger ledger(InstantSource other) {
        return new Ledger(database, other);
    }

    Verification verify() {
        return books.verify();
    }

    DatabaseAddress address() {
        return postgres.address(CONNECTIONS);
    }

    /** {@code kill -9} of PostgreSQL; it is started again by who watches it. */
    void killPostgres() {
        ProcessHandle.of(postgres.pid()).ifPresent(ProcessHandle::destroyForcibly);
    }

    InstantSource clock() {
        return clock;
    }

    Ledger ledger() {
        return ledger;
    }

    EffectLog upstream() {
        return upstream;
    }

    ChargeStore store() {
        return store;
    }

    @Override
    public void close() {
        synchronized (nodes) {
            if (over) {
                return;
            }
            over = true;
            nodes.forEach(Node::close);
        }
        organizations.close();
        prices.close();
        database.close();
        postgres.close();
        upstream.close();
    }
}
