package dev.scrip.proof;

import dev.scrip.ledger.GrantKind;
import dev.scrip.ledger.GrantOrder;
import dev.scrip.money.Money;
import dev.scrip.postgres.Ids;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One attack on one wallet: what is sent, what is known of it, and what went wrong besides. */
final class Trial {

    private static final Duration REST_LIMIT = Duration.ofSeconds(40);
    private static final int ATTEMPTS_MAX = 20;
    private static final Duration RETRY_AFTER = Duration.ofMillis(500);

    /** In the mark of a request that is sent again. */
    static final String AGAIN = "+";

    private final Site site;
    private final long organizationId;
    private final Client client;
    private final String marksBegin;
    private final Timeline allowed;
    private final AtomicLong numbers = new AtomicLong();
    private final ConcurrentLinkedQueue<Sent> sent = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<Try> tries = new ConcurrentLinkedQueue<>();
    private final List<Evidence.Stranded> stranded = new ArrayList<>();
    private final List<Evidence.Death> deaths = new ArrayList<>();
    private final List<String> complaints = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final List<Runnable> ends = new ArrayList<>();
    private volatile int streamed;

    Trial(Site site, long organizationId, String key, Timeline allowed) {
        this.site = site;
        this.organizationId = organizationId;
        this.client = new Client(key);
        this.marksBegin = Ids.print("t_", organizationId) + "-";
        this.allowed = allowed;
    }

    /** A wallet with so much credit that never expires, all of which may be spent. */
    static Trial withCredit(Site site, String name, Money credit) {
        Trial trial = site.trial(name, new Timeline(credit, 0));
        trial.grant(credit, null);
        return trial;
    }

    Site site() {
        return site;
    }

    long organizationId() {
        return organizationId;
    }

    Timeline allowed() {
        return allowed;
    }

    void grant(Money credit, @Nullable Instant expiresAt) {
        var _ =
                site.ledger()
                        .grant(
                                new GrantOrder(
                                        organizationId,
                                        "proof " + Ids.next(),
                                        GrantKind.PROMOTION,
                                        credit,
                                        GrantOrder.PRIORITY_DEFAULT,
                                        site.clock().instant().minus(Site.LONG_AGO),
                                        expiresAt,
                                        "for the proof"));
    }

    /** From now on one {@link #call} in so many is a stream that grows; 0: none. */
    void oneStreamIn(int requests) {
        streamed = requests;
    }

    /** Where streams were sent, some have cost more than they held at first. */
    void complainUnlessStreamsGrew() {
        Set<String> streams =
                effects().stream()
                        .filter(Effect::grows)
                        .map(Effect::mark)
                        .collect(Collectors.toSet());
        boolean grown =
                site.store().charges(organizationId).stream()
                        .anyMatch(
                                charge ->
                                        streams.contains(charge.mark())
                                                && EffectLog.PRICE.isLessThan(charge.amount()));
        if (!grown) {
            complain("of %d streams none has grown".formatted(streams.size()));
        }
    }

    /** Sends one request, which may be a stream, and waits for whatever becomes of it. */
    Sent call(Node node) {
        long number = numbers.incrementAndGet();
        int every = streamed;
        return call(node, marksBegin + number, every > 0 && number % every == 0);
    }

    /**
     * Sends one request of ten cents, no stream, and again when it is told to try again, as clients
     * do.
     */
    Sent callPatiently(Node node) throws InterruptedException {
        String mark = marksBegin + numbers.incrementAndGet();
        Sent one = call(node, mark, false);
        for (int again = 1;
                again <= ATTEMPTS_MAX && one.ending() == Sent.Ending.UNAVAILABLE;
                again++) {
            Thread.sleep(RETRY_AFTER);
            one = call(node, mark + AGAIN + again, false);
        }
        return one;
    }

    private Sent call(Node node, String mark, boolean streams) {
        Sent one = client.send(node, new Client.Errand(mark, streams, false), mark).sent();
        sent.add(one);
        return one;
    }

    /** An errand that may be sent again and again: its mark is its {@code Idempotency-Key}. */
    Client.Errand repeatable() {
        long number = numbers.incrementAndGet();
        int every = streamed;
        return new Client.Errand(marksBegin + number, every > 0 && number % every == 0, true);
    }

    /** Sends an errand once more. */
    Try send(Node node, Client.Errand errand) {
        String name = errand.mark() + AGAIN + numbers.incrementAndGet();
        Try one = client.send(node, errand, name);
        tries.add(one);
        return one;
    }

    List<Effect> effects() {
        return site.upstream().effects(marksBegin);
    }

    List<Sent> sent() {
        return List.copyOf(sent);
    }

    /** Every try of every {@link #repeatable} errand. */
    List<Try> tries() {
        return List.copyOf(tries);
    }

    /** What is charged so far. */
    Money charged() {
        return site.store().charges(organizationId).stream()
                .map(Charged::amount)
                .reduce(Money.ZERO, Money::plus);
    }

    void died(Node node) {
        deaths.add(new Evidence.Death(node.name(), System.nanoTime()));
    }

    /** Nobody can have what a node was lent, from a moment until now. */
    void stranded(long from, Money amount) {
        stranded.add(new Evidence.Stranded(from, System.nanoTime(), amount));
    }

    Money outstanding(Node node) {
        return site.store().outstanding(organizationId, node.name());
    }

    void complain(String what) {
        complaints.add(what);
    }

    List<String> complaints() {
        return complaints;
    }

    /** Says what the attack met, for the end of the run. */
    void note(String what) {
        notes.add(what);
    }

    List<String> notes() {
        return notes;
    }

    /** Where nothing was broken, every request is answered or refused for credit. */
    void complainOfFailures() {
        long failed =
                sent.stream()
                        .filter(
                                one ->
                                        one.ending() == Sent.Ending.BROKEN_OFF
                                                || one.mark().endsWith(AGAIN + ATTEMPTS_MAX))
                        .peek(one -> complaints.add("failed for no reason: " + one))
                        .limit(3)
                        .count();
        if (failed > 0) {
            complaints.add("more may have failed");
        }
    }

    /** Waits until nothing of this wallet is leased or held, and says so when it stays out. */
    void rest() throws InterruptedException {
        boolean atRest = await(REST_LIMIT, () -> site.store().outAtRest(organizationId) == 0);
        if (!atRest) {
            complain(
                    "not at rest: %d nano-dollars are still leased, held or pinned"
                            .formatted(site.store().outAtRest(organizationId)));
        }
    }

    /** Waits for a condition; false when it does not come true in time. */
    static boolean await(Duration limit, BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                return false;
            }
            Thread.sleep(20);
        }
        return true;
    }

    /** What belongs to this attack alone goes when it is judged. */
    void whenDone(Runnable end) {
        ends.add(end);
    }

    void close() {
        site.upstream().forget(marksBegin);
        ends.forEach(Runnable::run);
        ends.clear();
    }

    Evidence evidence() {
        return new Evidence(
                EffectLog.PRICE,
                allowed,
                sent(),
                tries(),
                effects(),
                site.store().charges(organizationId),
                List.copyOf(stranded),
                List.copyOf(deaths));
    }
}
