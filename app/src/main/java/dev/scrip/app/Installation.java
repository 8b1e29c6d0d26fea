package dev.scrip.app;

import dev.scrip.alerts.Alarm;
import dev.scrip.alerts.Alerts;
import dev.scrip.alerts.Audit;
import dev.scrip.charging.Authorizations;
import dev.scrip.charging.Charging;
import dev.scrip.charging.KeptAnswers;
import dev.scrip.gateway.Gateway;
import dev.scrip.gateway.GatewayMetrics;
import dev.scrip.gateway.GatewaySettings;
import dev.scrip.gateway.InvalidUpstreams;
import dev.scrip.gateway.Observation;
import dev.scrip.gateway.Tracing;
import dev.scrip.gateway.UploadSettings;
import dev.scrip.gateway.Upstream;
import dev.scrip.gateway.Upstreams;
import dev.scrip.identity.Identity;
import dev.scrip.ledger.Books;
import dev.scrip.ledger.JournalHead;
import dev.scrip.ledger.Ledger;
import dev.scrip.ledger.Verification;
import dev.scrip.management.Management;
import dev.scrip.metering.Metering;
import dev.scrip.notifications.Outbox;
import dev.scrip.onboarding.Bootstrap;
import dev.scrip.onboarding.Onboarding;
import dev.scrip.organizations.OperatorKeys;
import dev.scrip.organizations.Organizations;
import dev.scrip.organizations.RateLimits;
import dev.scrip.payments.Payments;
import dev.scrip.payments.Processor;
import dev.scrip.payments.SandboxProcessor;
import dev.scrip.postgres.Database;
import dev.scrip.postgres.Signals;
import dev.scrip.postgres.Signals.Topic;
import dev.scrip.postgres.StartFailure;
import dev.scrip.pricing.PriceBook;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The modules of one installation in this process, made in one visible list: each gets what it
 * needs by its constructor, and nothing else is shared.
 */
final class Installation implements AutoCloseable {

    private final Settings settings;
    private final GatewayMetrics metrics = new GatewayMetrics();
    private Tracing tracing = Tracing.OFF;
    private final InstantSource clock;
    private final Database database;
    private final Signals signals;
    private final Ledger ledger;
    private final Books books;
    private final PriceBook prices;
    private final Metering metering;
    private final Charging charging;
    private final Authorizations authorizations;
    private final KeptAnswers keptAnswers;
    private final Organizations organizations;
    private final RateLimits rateLimits;
    private final OperatorKeys operatorKeys;
    private final Identity identity;
    private final Outbox outbox;
    private final Payments payments;
    private final Onboarding onboarding;
    private final Alerts alerts;
    private final Audit audit;
    private final Alarm alarm;

    Installation(Settings settings, Database database, InstantSource clock) {
        Processor processor = new SandboxProcessor(database, clock);
        this.settings = settings;
        this.clock = clock;
        this.database = database;
        this.signals = new Signals(database);
        this.ledger = new Ledger(database, clock);
        this.books = new Books(database);
        this.prices = new PriceBook(database, clock);
        this.metering = new Metering(database);
        this.charging = new Charging(database, ledger, prices, metering, clock);
        this.authorizations = new Authorizations(database, ledger, prices, metering, clock);
        this.keptAnswers =
                new KeptAnswers(
                        database,
                        ledger,
                        metering,
                        KeptAnswers.Bounds.lasting(settings.answersKeptFor()),
                        clock);
        this.organizations = new Organizations(database, clock);
        this.rateLimits = new RateLimits(database, settings.rateLimits(), clock);
        this.operatorKeys = new OperatorKeys(database, clock);
        this.identity = new Identity(database, clock);
        this.outbox = new Outbox(database, settings.smtp(), clock);
        this.payments =
                new Payments(database, ledger, outbox, processor, settings.purchases(), clock);
        this.onboarding =
                new Onboarding(
                        database,
                        identity,
                        organizations,
                        ledger,
                        outbox,
                        settings.onboarding(),
                        clock);
        this.alerts =
                new Alerts(database, ledger, organizations, identity, outbox, settings.publicUrl());
        this.alarm =
                new Alarm(
                        database,
                        outbox,
                        settings.operatorEmail(),
                        settings.node(),
                        settings.publicUrl());
        this.audit =
                new Audit(
                        database,
                        ledger,
                        this::recomputed,
                        outbox,
                        new Audit.Plan(
                                settings.node(),
                                settings.auditEvery(),
                                settings.operatorEmail(),
                                settings.publicUrl()),
                        clock);
    }

    /** Begins everything that runs by itself. */
    void start() {
        prices.seed();
        listen();
        charging.onAlarm(alarm::raise);
        rateLimits.start();
        charging.start(settings.data().resolve("node.lock"), settings.node());
        payments.start();
        outbox.start();
        authorizations.start();
        keptAnswers.start();
        alerts.start();
        audit.start();
    }

    /** What one process changes, every process hears of, this one included. */
    private void listen() {
        signals.on(Topic.CREDIT_CHANGED, charging::changed, charging::changed);
        signals.on(Topic.RECALL, charging::recalled, () -> {});
        signals.on(
                Topic.KEYS_CHANGED, _ -> organizations.keysChanged(), organizations::keysChanged);
        signals.on(Topic.LIMITS_CHANGED, rateLimits::changed, rateLimits::changed);
        signals.on(Topic.PRICES_CHANGED, _ -> prices.changed(), prices::changed);
        signals.start();
    }

    /** The data plane; it lives on the event loops of the HTTP server. */
    Gateway gateway(Vertx vertx) {
        Upstreams upstreams =
                settings.upstreams()
                        .map(Installation::upstreams)
                        .orElseGet(() -> new Upstreams(List.of(demonstration())));
        String topUpUrl = settings.publicUrl() + "/billing/buy";
        tracing = tracing();
        return new Gateway(
                vertx,
                charging,
                keptAnswers,
                organizations,
                rateLimits,
                new GatewaySettings(
                        upstreams, topUpUrl, UploadSettings.in(settings.data().resolve("uploads"))),
                new Observation(metrics, settings.accessLog(), tracing),
                clock);
    }

    /** What the gateway counts. */
    MetricsRoute metricsRoute() {
        return new MetricsRoute(metrics::text, GatewayMetrics.CONTENT_TYPE, settings.metrics());
    }

    /** The API for operators; its calls wait on threads of their own. */
    Management management(Vertx vertx) {
        return new Management(
                vertx,
                organizations,
                operatorKeys,
                rateLimits,
                ledger,
                metering,
                authorizations,
                organizationId -> !payments.cards(organizationId).isEmpty(),
                clock);
    }

    private static Tracing tracing() {
        try {
            return Tracing.read(System.getenv());
        } catch (IllegalArgumentException wrong) {
            throw new StartFailure(String.valueOf(wrong.getMessage()), wrong);
        }
    }

    private static Upstreams upstreams(Path file) {
        try {
            return Upstreams.read(file, System.getenv());
        } catch (InvalidUpstreams wrong) {
            throw new StartFailure(String.valueOf(wrong.getMessage()), wrong);
        }
    }

    private Upstream demonstration() {
        int pace = settings.demoTokensPerSecond();
        return new Upstream.Demonstration(
                "demonstration",
                Upstream.Demonstration.MODELS,
                pace == 0 ? OptionalInt.empty() : OptionalInt.of(pace));
    }

    /** At the very first start: the operator's password and a key for the first call. */
    Optional<Bootstrap> firstStart() {
        return onboarding.firstStart(settings.operatorEmail());
    }

    /** A new password for the operator, as a line to print. */
    String resetOperatorPassword() {
        String email = settings.operatorEmail();
        return "%s has the new password %s"
                .formatted(email, onboarding.resetOperatorPassword(email));
    }

    /**
     * The whole of the books, recomputed: the ledger, the records beside it, and the purchases. A
     * difference freezes its wallet and is an alarm.
     *
     * @param kept where the journal once ended, if it is to be compared with that
     */
    Verification verify(Optional<JournalHead> kept) {
        List<Verification.Check> checks = new ArrayList<>(audit.recompute().checks());
        kept.map(books::continues).ifPresent(checks::add);
        return new Verification(checks);
    }

    private Verification recomputed() {
        List<Verification.Check> checks = new ArrayList<>(charging.verify().checks());
        checks.add(database.snapshot(payments::verify));
        return new Verification(checks);
    }

    /** Stops in the order that loses nothing: first what takes money, last what keeps it. */
    @Override
    public void close() {
        charging.close();
        signals.close();
        authorizations.close();
        keptAnswers.close();
        audit.close();
        alerts.close();
        payments.close();
        outbox.close();
        rateLimits.close();
        organizations.close();
        prices.close();
        tracing.close();
        database.close();
    }

    InstantSource clock() {
        return clock;
    }

    Audit audit() {
        return audit;
    }

    Settings settings() {
        return settings;
    }

    Ledger ledger() {
        return ledger;
    }

    Books books() {
        return books;
    }

    PriceBook prices() {
        return prices;
    }

    Metering metering() {
        return metering;
    }

    Charging charging() {
        return charging;
    }

    Organizations organizations() {
        return organizations;
    }

    RateLimits rateLimits() {
        return rateLimits;
    }

    OperatorKeys operatorKeys() {
        return operatorKeys;
    }

    Identity identity() {
        return identity;
    }

    Outbox outbox() {
        return outbox;
    }

    Payments payments() {
        return payments;
    }

    Onboarding onboarding() {
        return onboarding;
    }
}
