package dev.scrip.organizations;

import com.github.benmanes.caffeine.cache.AsyncLoadingCache;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.scrip.postgres.Database;
import dev.scrip.postgres.Ids;
import dev.scrip.postgres.Signals;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How fast callers may ask: limits of organizations (the operator's), of projects and of API keys,
 * for all models together or one; kept in the database, counted in memory, and shared between the
 * processes of an installation. {@code docs/limits.md} says what that means to a caller.
 */
public final class RateLimits implements RateCheck, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RateLimits.class);

    private static final int CALLERS_MAX = 100_000;
    private static final Duration IDLE_LIFE = Duration.ofMinutes(10);

    /** A net below the signals and the poll; the old limits count while the new ones are read. */
    private static final Duration READ_ANEW = Duration.ofMinutes(1);

    /** What is read must leave connections to what is paid. */
    private static final int LOADS_AT_ONCE = 4;

    private final Database database;
    private final InstantSource clock;
    private final RateLimitSettings settings;
    private final RateGate gate;
    private final RateExchange exchange;
    private final Semaphore loads = new Semaphore(LOADS_AT_ONCE, true);

    /** Each bucket once, as long as anybody needs it. */
    private final Cache<Meter.Key, Meter> meters = Caffeine.newBuilder().weakValues().build();

    private final AsyncLoadingCache<Caller, List<Bound>> callers =
            Caffeine.newBuilder()
                    .maximumSize(CALLERS_MAX)
                    .expireAfterAccess(IDLE_LIFE)
                    .refreshAfterWrite(READ_ANEW)
                    .executor(Thread::startVirtualThread)
                    .buildAsync(this::load);

    public RateLimits(Database database, RateLimitSettings settings, InstantSource clock) {
        this.database = database;
        this.clock = clock;
        this.settings = settings;
        this.gate = new RateGate(clock);
        this.exchange =
                new RateExchange(
                        database,
                        clock,
                        gate,
                        new RateExchange.Changes() {
                            @Override
                            public void changed(long organizationId) {
                                RateLimits.this.changed(organizationId);
                            }

                            @Override
                            public void allChanged() {
                                RateLimits.this.changed();
                            }
                        });
    }

    /** Begins to share with the other processes. */
    public void start() {
        exchange.start();
    }

    // ---- requests ----

    @Override
    public CompletionStage<RateOutcome> take(RateAsk ask) {
        CompletableFuture<List<Bound>> bounds = callers.get(ask.caller());
        if (bounds.isDone() && !bounds.isCompletedExceptionally()) {
            return CompletableFuture.completedFuture(gate.decide(bounds.join(), ask));
        }
        return bounds.handle(
                (found, failure) -> {
                    if (failure != null) {
                        LOG.warn("rate limits cannot be read: {}", failure.toString());
                        return new RateOutcome.Unavailable();
                    }
                    return gate.decide(found, ask);
                });
    }

    private List<Bound> load(Caller caller) {
        loads.acquireUninterruptibly();
        try {
            long organizationId = caller.organizationId();
            List<RateLimit> limits =
                    effective(
                            organizationId,
                            database.read(handle -> RateLimitStore.limitsOf(handle, caller)));
            if (limits.isEmpty()) {
                return List.of();
            }
            List<Long> ids = limits.stream().map(RateLimit::id).toList();
            Map<Meter.Key, Long> levels =
                    database.read(handle -> RateLevelStore.levels(handle, organizationId, ids));
            return bounds(
                    organizationId,
                    limits,
                    key ->
                            meters.get(
                                    key,
                                    missing ->
                                            new Meter(
                                                    missing,
                                                    gate.lock(organizationId),
                                                    levels.getOrDefault(missing, 0L))));
        } finally {
            loads.release();
        }
    }

    /** A bucket, by its key. */
    private interface Buckets {
        Meter meter(Meter.Key key);
    }

    private List<Bound> bounds(long organizationId, List<RateLimit> limits, Buckets buckets) {
        List<Bound> bounds = new ArrayList<>();
        for (RateLimit limit : limits) {
            limit.bounds()
                    .byUnit()
                    .forEach(
                            (unit, max) ->
                                    bounds.add(
                                            new Bound(
                                                    limit,
                                                    unit,
                                                    max,
                                                    settings.burst(unit).toNanos(),
                                                    buckets.meter(
                                                            new Meter.Key(
                                                                    organizationId,
                                                                    limit.id(),
                                                                    unit)))));
        }
        return List.copyOf(bounds);
    }

    /** An organization's own limit stands in the place of the default for the same models. */
    private List<RateLimit> effective(long organizationId, Collection<RateLimit> found) {
        Map<String, RateLimit> whole = new HashMap<>();
        settingsDefault().ifPresent(limit -> whole.put("", limit));
        List<RateLimit> limits = new ArrayList<>();
        for (RateLimit limit : found) {
            if (limit.isDefault()) {
                whole.put(limit.model(), limit);
            }
        }
        for (RateLimit limit : found) {
            if (!limit.isDefault() && limit.subject().equals(RateSubject.organization())) {
                whole.put(limit.model(), limit);
            } else if (!limit.isDefault()) {
                limits.add(limit);
            }
        }
        limits.addAll(whole.values());
        return limits.stream()
                .filter(limit -> limit.isDefault() || limit.organizationId() == organizationId)
                .toList();
    }

    private Optional<RateLimit> settingsDefault() {
        return settings.defaults().isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new RateLimit(
                                RateLimit.DEFAULTS,
                                0,
                                RateSubject.organization(),
                                "",
                                settings.defaults()));
    }

    // ---- who may ask how fast ----

    /**
     * Limits of an organization, its projects and its keys, in the order in which they were made;
     * without the defaults that it is under.
     */
    public List<RateLimit> limits(long organizationId, long afterId, int max) {
        return database.read(handle -> RateLimitStore.limits(handle, organizationId, afterId, max));
    }

    public Optional<RateLimit> limit(long organizationId, long id) {
        return database.read(handle -> RateLimitStore.limit(handle, organizationId, id));
    }

    /** What every organization is under that has none of its own for the same models. */
    public List<RateLimit> defaults() {
        List<RateLimit> set = limits(RateLimit.DEFAULTS, 0, CALLERS_MAX);
        List<RateLimit> all = new ArrayList<>();
        if (set.stream().noneMatch(limit -> limit.model().isEmpty())) {
            settingsDefault().ifPresent(all::add);
        }
        all.addAll(set);
        return all;
    }

    /** What the operator's limits come to for an organization: its own, and the defaults it has. */
    public List<RateLimit> ofOrganization(long organizationId) {
        List<RateLimit> found = new ArrayList<>(limits(RateLimit.DEFAULTS, 0, CALLERS_MAX));
        found.addAll(
                database.read(
                        handle ->
                                RateLimitStore.limitsOf(
                                        handle, new Caller(organizationId, 0, 0, 0))));
        return effective(organizationId, found);
    }

    /**
     * Sets a subject's limit for all models together or one, in the place of the one it had. It
     * counts in this process at once and in every other within a second; what was taken stays
     * taken.
     *
     * @param organizationId {@link RateLimit#DEFAULTS}: for every organization
     * @param model empty: all models together
     * @throws IllegalArgumentException if there are no bounds, or the project or key is not of the
     *     organization
     */
    public RateLimit set(
            long organizationId,
            RateSubject subject,
            String model,
            RateBounds bounds,
            Actor actor) {
        if (bounds.isEmpty() || model.length() > RateLimit.MODEL_LENGTH_MAX) {
            throw new IllegalArgumentException(
                    "a limit without bounds, or a model's name too long");
        }
        RateLimit set =
                database.transaction(
                        tx -> {
                            check(tx, organizationId, subject);
                            Optional<RateLimit> old =
                                    RateLimitStore.limit(tx, organizationId, subject, model);
                            RateLimit made =
                                    new RateLimit(
                                            organizationId,
                                            old.map(RateLimit::id).orElseGet(Ids::next),
                                            subject,
                                            model,
                                            bounds);
                            RateLimitStore.put(tx, made, now());
                            told(tx, made, old.map(RateLimit::bounds), bounds, actor);
                            return made;
                        });
        changed(organizationId);
        return set;
    }

    /** False: there is no such limit. */
    public boolean remove(long organizationId, long id, Actor actor) {
        boolean removed =
                database.transaction(
                        tx -> {
                            Optional<RateLimit> old = RateLimitStore.limit(tx, organizationId, id);
                            old.ifPresent(
                                    limit -> {
                                        RateLimitStore.remove(tx, limit);
                                        RateLevelStore.forget(tx, organizationId, id);
                                        told(
                                                tx,
                                                limit,
                                                Optional.of(limit.bounds()),
                                                RateBounds.NONE,
                                                actor);
                                    });
                            return old.isPresent();
                        });
        changed(organizationId);
        return removed;
    }

    private static void check(Handle tx, long organizationId, RateSubject subject) {
        boolean known =
                switch (subject.kind()) {
                    case ORGANIZATION -> true;
                    case PROJECT -> OrganizationStore.hasProject(tx, organizationId, subject.id());
                    case API_KEY -> KeyStore.hasKey(tx, organizationId, subject.id());
                };
        if (!known) {
            throw new IllegalArgumentException(subject + " is not of " + organizationId);
        }
    }

    private void told(
            Handle tx,
            RateLimit limit,
            Optional<RateBounds> before,
            RateBounds after,
            Actor actor) {
        RateLimitStore.insert(
                tx,
                limit.organizationId(),
                new RateChange(
                        Ids.next(),
                        now(),
                        actor,
                        limit.subject(),
                        limit.model(),
                        before.orElse(RateBounds.NONE),
                        after));
        Signals.send(tx, Signals.Topic.LIMITS_CHANGED, limit.organizationId());
    }

    /** Who changed an organization's limits, newest first. */
    public List<RateChange> changes(long organizationId, int max) {
        return database.read(handle -> RateLimitStore.changes(handle, organizationId, max));
    }

    /** How far limits of an organization are used up by all processes, a second ago at most. */
    public List<RateUse> use(long organizationId, List<RateLimit> limits) {
        long now = gate.now();
        Map<Meter.Key, Long> levels =
                database.read(
                        handle ->
                                RateLevelStore.levels(
                                        handle,
                                        organizationId,
                                        limits.stream().map(RateLimit::id).toList()));
        List<Bound> bounds =
                bounds(
                        organizationId,
                        limits,
                        key -> new Meter(key, new Object(), levels.getOrDefault(key, 0L)));
        return bounds.stream()
                .map(
                        bound ->
                                new RateUse(
                                        bound.limit(),
                                        bound.unit(),
                                        bound.max(),
                                        bound.capacity(),
                                        bound.remaining(now),
                                        Duration.ofNanos(bound.meter().used(now))))
                .toList();
    }

    // ---- what others changed ----

    /** Limits of an organization may have changed. */
    public void changed(long organizationId) {
        if (organizationId == RateLimit.DEFAULTS) {
            changed();
        } else {
            callers.asMap().keySet().removeIf(caller -> caller.organizationId() == organizationId);
        }
    }

    /** Limits of any organization may have changed. */
    public void changed() {
        callers.synchronous().invalidateAll();
    }

    /** One exchange with the other processes; tests drive it by hand. */
    void exchange() {
        exchange.exchange();
    }

    /** As finely as the database keeps it. */
    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    /** Tells the others what was taken last, and leaves them. */
    @Override
    public void close() {
        exchange.close();
    }
}
