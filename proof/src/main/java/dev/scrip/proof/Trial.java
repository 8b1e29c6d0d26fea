package dev.scrip.proof;

import dev.scrip.ledger.GrantKind;
import dev.scrip.ledger.GrantOrder;
import dev.scrip.money.Money;
import dev.scrip.postgres.Ids;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One attack on one wallet: what is sent, what is known of it, and what went wrong besides. */
final class Trial {

    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(100);
    private static final Duration REST_LIMIT = Duration.ofSeconds(40);
    private static final int ATTEMPTS_MAX = 20;
    private static final Duration RETRY_AFTER = Duration.ofMillis(500);
    private static final Pattern CODE = Pattern.compile("\"code\"\\s*:\\s*\"([^\"]+)\"");

    private static final HttpClient CLIENT =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(Duration.ofSeconds(10))
                    .executor(Executors.newVirtualThreadPerTaskExecutor())
                    .build();

    private static final Pattern ENDED_BECAUSE =
            Pattern.compile("\"ended_because\"\\s*:\\s*\"([^\"]+)\"");

    private static final Pattern COST = Pattern.compile("\"cost\"\\s*:\\s*([0-9.Ee+-]+)");

    /** In the mark of a request that is sent again. */
    static final String AGAIN = "+";

    private final Site site;
    private final long organizationId;
    private final String key;
    private final String marksBegin;
    private final Timeline allowed;
    private final AtomicLong numbers = new AtomicLong();
    private final ConcurrentLinkedQueue<Sent> sent = new ConcurrentLinkedQueue<>();
    private final List<Evidence.Stranded> stranded = new ArrayList<>();
    private final List<Evidence.Death> deaths = new ArrayList<>();
    private final List<String> complaints = new ArrayList<>();
    private final List<Runnable> ends = new ArrayList<>();
    private volatile int streamed;

    Trial(Site site, long organizationId, String key, Timeline allowed) {
        this.site = site;
        this.organizationId = organizationId;
        this.key = key;
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

    private static String plain(String mark) {
        return """
        {"model":"%s","max_tokens":%d,"user":"%s",
         "messages":[{"role":"user","content":"Hello!"}]}"""
                .formatted(EffectLog.MODEL, EffectLog.TOKENS, mark);
    }

    private static String streamed(String mark) {
        return """
        {"model":"%s","max_tokens":%d,"user":"%s","stream":true,
         "stream_options":{"include_usage":true},
         "messages":[{"role":"user","content":"Hello!"}]}"""
                .formatted(EffectLog.GROWING_MODEL, EffectLog.STREAMED_TOKENS, mark);
    }

    private Sent call(Node node, String mark, boolean streams) {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(node.url() + "/v1/chat/completions"))
                        .header("Authorization", "Bearer " + key)
                        .header("Content-Type", "application/json")
                        .timeout(ANSWER_LIMIT)
                        .POST(
                                HttpRequest.BodyPublishers.ofString(
                                        streams ? streamed(mark) : plain(mark)))
                        .build();
        long began = System.nanoTime();
        Sent one;
        try {
            HttpResponse<String> answer =
                    CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
            one = streams ? heard(mark, node, began, answer) : told(mark, node, began, answer);
        } catch (IOException cut) {
            one = broken(mark, node, began, cut);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            one = broken(mark, node, began, interrupted);
        }
        sent.add(one);
        return one;
    }

    private static Sent broken(String mark, Node node, long began, Exception failure) {
        return new Sent(
                mark,
                node.name(),
                began,
                System.nanoTime(),
                Sent.Ending.BROKEN_OFF,
                null,
                failure.toString());
    }

    private static Sent told(String mark, Node node, long began, HttpResponse<String> answer) {
        Sent.Ending ending =
                switch (answer.statusCode()) {
                    case 200 -> Sent.Ending.ANSWERED;
                    case 429 -> Sent.Ending.REFUSED;
                    default -> Sent.Ending.UNAVAILABLE;
                };
        Optional<Money> cost = answer.headers().firstValue("x-scrip-cost").map(Money::ofDollars);
        Matcher code = CODE.matcher(answer.body());
        return new Sent(
                mark,
                node.name(),
                began,
                System.nanoTime(),
                ending,
                cost.orElse(null),
                ending == Sent.Ending.ANSWERED
                        ? "200"
                        : answer.statusCode() + " " + (code.find() ? code.group(1) : ""));
    }

    /** A stream that began: whole only with its last line, and cheaper if it was ended early. */
    private static Sent heard(String mark, Node node, long began, HttpResponse<String> answer) {
        if (answer.statusCode() != 200) {
            return told(mark, node, began, answer);
        }
        boolean whole = answer.body().contains("data: [DONE]");
        Matcher ended = ENDED_BECAUSE.matcher(answer.body());
        Matcher cost = COST.matcher(answer.body());
        Money told = null;
        while (cost.find()) {
            told = Money.ofDollars(new BigDecimal(cost.group(1)).toPlainString());
        }
        return new Sent(
                mark,
                node.name(),
                began,
                System.nanoTime(),
                whole ? Sent.Ending.ANSWERED : Sent.Ending.BROKEN_OFF,
                whole ? told : null,
                ended.find() ? Sent.ENDED + ended.group(1) : "200 stream");
    }

    List<Effect> effects() {
        return site.upstream().effects(marksBegin);
    }

    List<Sent> sent() {
        return List.copyOf(sent);
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
        ends.forEach(Runnable::run);
        ends.clear();
    }

    Evidence evidence() {
        return new Evidence(
                EffectLog.PRICE,
                allowed,
                sent(),
                effects(),
                site.store().charges(organizationId),
                List.copyOf(stranded),
                List.copyOf(deaths));
    }
}
