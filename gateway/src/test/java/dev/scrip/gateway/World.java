package dev.scrip.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scrip.charging.Charging;
import dev.scrip.charging.KeptAnswers;
import dev.scrip.ledger.GrantKind;
import dev.scrip.ledger.GrantOrder;
import dev.scrip.ledger.Ledger;
import dev.scrip.metering.Metering;
import dev.scrip.metering.UsageQuery;
import dev.scrip.metering.UsageRecord;
import dev.scrip.money.Money;
import dev.scrip.organizations.NewApiKey;
import dev.scrip.organizations.Organization;
import dev.scrip.organizations.Organizations;
import dev.scrip.organizations.RateLimitSettings;
import dev.scrip.organizations.RateLimits;
import dev.scrip.postgres.Database;
import dev.scrip.postgres.Ids;
import dev.scrip.pricing.PriceBook;
import dev.scrip.testing.FakeUpstream;
import dev.scrip.testing.TestPostgres;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The gateway on a port of its own, with everything behind it real but the upstream. */
final class World implements AutoCloseable {

    /**
     * What the upstream knows; a token of input costs 50, cached 5, output 400 nano-dollar/1000.
     */
    static final String MODEL = "gpt-5-nano";

    /** The same prices, at an upstream that is given little time. */
    static final String HURRIED = "hurried";

    /** Each request costs ten cents, whatever it uses. */
    static final String TEN_CENTS = "ten-cents";

    /** 60 dollars for a million tokens of output: one answer of 64,000 costs almost 4. */
    static final String DEAR = "dear";

    /** Has a price, and an upstream that is not there. */
    static final String UNREACHABLE = "unreachable";

    /** Has an upstream and no price. */
    static final String UNPRICED = "unpriced";

    static final String UPSTREAM_KEY = "sk-upstream-7f3a9b";
    static final long INPUT = 50_000;
    static final long CACHED = 5_000;
    static final long OUTPUT = 400_000;
    static final long OUTPUT_TOKENS_MAX = 8_192;

    static final GatewaySettings.Limits LIMITS =
            new GatewaySettings.Limits(
                    4_096,
                    256 << 10,
                    64 << 20,
                    8 << 20,
                    Duration.ofMillis(600),
                    Duration.ofSeconds(20));

    /** What a test made fail is asked by the next one all the same. */
    static final Upstream.Policy ALWAYS_ASKED =
            new Upstream.Policy(0, 1, Integer.MAX_VALUE, 0, Duration.ofSeconds(10), 0);

    /** Larger answers are not kept for a repeated request. */
    static final int KEPT_BYTES_MAX = 1 << 20;

    static final Duration UPLOAD_TIME = Duration.ofSeconds(4);

    /** Who pays. */
    record Customer(long organizationId, long apiKeyId, String secret) {}

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    final FakeUpstream upstream;
    final Database database;
    final Ledger ledger;
    final Metering metering;
    final Organizations organizations;
    final RateLimits rateLimits;
    final Charging charging;
    final KeptAnswers keptAnswers;
    final Gateway gateway;
    final GatewayMetrics metrics = new GatewayMetrics();
    final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    final Path uploads = lockFile().resolveSibling("uploads");
    private final PriceBook prices;
    private final boolean first;
    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2));
    private final HttpServer server;

    World() {
        this(LIMITS);
    }

    World(GatewaySettings.Limits limits) {
        this(limits, InstantSource.system(), UsualUpstreams::at);
    }

    World(Tracing tracing) {
        this(LIMITS, InstantSource.system(), UsualUpstreams::at, null, tracing);
    }

    /**
     * @param gatewayClock the gateway's
     * @param upstreams which there are, by the base URL of the fake one
     */
    World(
            GatewaySettings.Limits limits,
            InstantSource gatewayClock,
            Function<URI, Upstreams> upstreams) {
        this(limits, gatewayClock, upstreams, null, Tracing.OFF);
    }

    /**
     * Another process on the database and the upstream of the first, which must be closed later.
     */
    static World beside(World first) {
        return new World(LIMITS, InstantSource.system(), UsualUpstreams::at, first, Tracing.OFF);
    }

    private World(
            GatewaySettings.Limits limits,
            InstantSource gatewayClock,
            Function<URI, Upstreams> upstreams,
            @Nullable World beside,
            Tracing tracing) {
        InstantSource clock = InstantSource.system();
        first = beside == null;
        upstream = beside == null ? FakeUpstream.start() : beside.upstream;
        database = beside == null ? TestPostgres.database() : beside.database;
        ledger = new Ledger(database, clock);
        metering = new Metering(database);
        organizations = new Organizations(database, clock);
        rateLimits = new RateLimits(database, RateLimitSettings.NONE, clock);
        prices = new PriceBook(database, clock);
        if (first) {
            WorldPrices.add(prices);
        }
        charging = new Charging(database, ledger, prices, metering, clock);
        charging.start(lockFile(), "test");
        keptAnswers =
                new KeptAnswers(
                        database,
                        ledger,
                        metering,
                        new KeptAnswers.Bounds(Duration.ofHours(24), KEPT_BYTES_MAX),
                        clock);
        gateway =
                new Gateway(
                        vertx,
                        charging,
                        keptAnswers,
                        organizations,
                        rateLimits,
                        new GatewaySettings(
                                upstreams.apply(upstream.baseUrl()),
                                "http://top.up/billing",
                                uploads(),
                                limits),
                        new Observation(metrics, true, tracing),
                        gatewayClock);
        Router router = Router.router(vertx);
        gateway.mount(router);
        server =
                vertx.createHttpServer(new HttpServerOptions().setMaxFormAttributeSize(1 << 20))
                        .requestHandler(router)
                        .listen(0, "127.0.0.1")
                        .toCompletionStage()
                        .toCompletableFuture()
                        .join();
    }

    private UploadSettings uploads() {
        return new UploadSettings(uploads, 4 << 20, 16 << 20, 0, UPLOAD_TIME);
    }

    private static Path lockFile() {
        try {
            return Files.createTempDirectory("scrip-gateway").resolve("node.lock");
        } catch (IOException failed) {
            throw new IllegalStateException(failed);
        }
    }

    /** An organization with a key and this much credit. */
    Customer customer(String dollars) {
        Organization made =
                database.transaction(
                        tx -> {
                            Organization organization =
                                    organizations.create(tx, "Test", false, Ids.next());
                            ledger.openWallet(tx, organization.id());
                            return organization;
                        });
        long project = organizations.projects(made.id()).getFirst().id();
        NewApiKey key = organizations.createKey(made.id(), project, "test", Ids.next());
        Customer customer = new Customer(made.id(), key.key().id(), key.secret());
        if (!dollars.equals("0")) {
            grant(customer, dollars);
        }
        return customer;
    }

    void grant(Customer customer, String dollars) {
        database.transaction(
                tx ->
                        ledger.grant(
                                tx,
                                new GrantOrder(
                                        customer.organizationId(),
                                        "grant-" + Ids.next(),
                                        GrantKind.PURCHASE,
                                        Money.ofDollars(dollars),
                                        GrantOrder.PRIORITY_DEFAULT,
                                        Instant.now(),
                                        null,
                                        "test")));
        charging.changed(customer.organizationId());
    }

    Money credit(Customer customer) {
        return ledger.balance(customer.organizationId()).credit();
    }

    /** What is charged, newest first. */
    List<UsageRecord> records(Customer customer) {
        return metering.requests(
                UsageQuery.all(
                        customer.organizationId(),
                        LocalDate.now(ZoneOffset.UTC).minusDays(1),
                        LocalDate.now(ZoneOffset.UTC).plusDays(1),
                        ZoneOffset.UTC),
                Optional.empty(),
                2_000);
    }

    /** The only record of a customer, once it is there. */
    UsageRecord record(Customer customer) {
        await(() -> !records(customer).isEmpty());
        assertThat(records(customer)).hasSize(1);
        return records(customer).getFirst();
    }

    /** How many requests run, as the metrics tell. */
    int running() {
        return new String(metrics.text(), StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.startsWith("scrip_requests_running "))
                .mapToInt(line -> (int) Double.parseDouble(line.split(" ", 2)[1]))
                .sum();
    }

    /** Everything that was held is free again or spent. */
    void nothingHeld(Customer customer) {
        await(() -> ledger.balance(customer.organizationId()).held().isZero());
    }

    URI url(String path) {
        return URI.create("http://127.0.0.1:" + server.actualPort() + path);
    }

    int port() {
        return server.actualPort();
    }

    HttpRequest chatRequest(String secret, String body) {
        return request(secret, "/chat/completions", body);
    }

    /**
     * A request.
     *
     * @param path under /v1
     */
    HttpRequest request(String secret, String path, String body) {
        return HttpRequest.newBuilder(url("/v1" + path))
                .header("authorization", "Bearer " + secret)
                .header("content-type", "application/json")
                .timeout(PATIENCE)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
    }

    HttpResponse<String> chat(Customer customer, String body) {
        return join(chatLater(customer, body));
    }

    CompletableFuture<HttpResponse<String>> chatLater(Customer customer, String body) {
        return client.sendAsync(
                chatRequest(customer.secret(), body), HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> post(Customer customer, String path, String body) {
        return join(postLater(customer, path, body));
    }

    CompletableFuture<HttpResponse<String>> postLater(Customer customer, String path, String body) {
        return client.sendAsync(
                request(customer.secret(), path, body), HttpResponse.BodyHandlers.ofString());
    }

    /** The head of an answer to a chat, whose body can be read or left. */
    HttpResponse<InputStream> open(Customer customer, String body) {
        return open(customer, "/chat/completions", body);
    }

    HttpResponse<InputStream> open(Customer customer, String path, String body) {
        return join(
                client.sendAsync(
                        request(customer.secret(), path, body),
                        HttpResponse.BodyHandlers.ofInputStream()));
    }

    /** A request without a body. */
    HttpResponse<String> send(Customer customer, String method, String path) {
        HttpRequest request =
                HttpRequest.newBuilder(url("/v1" + path))
                        .header("authorization", "Bearer " + customer.secret())
                        .timeout(PATIENCE)
                        .method(method, HttpRequest.BodyPublishers.noBody())
                        .build();
        return join(client.sendAsync(request, HttpResponse.BodyHandlers.ofString()));
    }

    HttpResponse<String> get(String path, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(url(path)).timeout(PATIENCE);
        if (headers.length > 0) {
            request.headers(headers);
        }
        return join(client.sendAsync(request.build(), HttpResponse.BodyHandlers.ofString()));
    }

    static <T> T join(CompletableFuture<T> future) {
        return future.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    }

    static void await(BooleanSupplier condition) {
        Instant deadline = Instant.now().plus(PATIENCE);
        while (!condition.getAsBoolean()) {
            if (Instant.now().isAfter(deadline)) {
                throw new AssertionError("waited in vain");
            }
            LockSupport.parkNanos(5_000_000);
        }
    }

    static Money cost(long input, long cached, long output) {
        return Money.ofPicosRoundedUp((input - cached) * INPUT + cached * CACHED + output * OUTPUT);
    }

    @Override
    public void close() {
        join(gateway.drain(Duration.ofSeconds(2)).toCompletableFuture());
        gateway.close();
        server.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
        charging.close();
        keptAnswers.close();
        prices.close();
        rateLimits.close();
        organizations.close();
        client.shutdownNow(); // answers that no test read would be waited for
        if (first) {
            upstream.close();
            database.close();
        }
    }
}
