package dev.scrip.proof;

import dev.scrip.money.Money;
import dev.scrip.testing.FakeUpstream;
import dev.scrip.testing.UpstreamScript;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The model server of the proof. Its book of what arrived is the truth: what is in it was started,
 * and costs the operator money.
 */
final class EffectLog implements AutoCloseable {

    static final String MODEL = "ten-cents";

    /** A token of output costs a cent, and nothing else costs anything. */
    static final Money PER_TOKEN = Money.ofDollars("0.01");

    static final long PICOS_PER_TOKEN = 10_000_000_000L;

    /** The output whose price is ten cents; as few that no answer can be lowered to fit. */
    static final int TOKENS = 10;

    static final Money PRICE = PER_TOKEN.times(TOKENS);

    /** Asked of as a stream alone, which holds a window of its output and extends it. */
    static final String GROWING_MODEL = "growing";

    /** The first window of a stream, 512 tokens, costs a little less than ten cents. */
    private static final Money PER_STREAMED_TOKEN = Money.ofNanos(195_312);

    static final long PICOS_PER_STREAMED_TOKEN = 195_312_000;

    /** What a stream is asked for; what it uses is less, and mostly more than the first window. */
    static final int STREAMED_TOKENS = 2_000;

    private static final int STREAMED_TOKENS_MIN = 400;

    /** Ten tokens. */
    private static final String SENTENCE = " once upon a time there was a little red house";

    private static final int SENTENCES_AT_ONCE = 5;
    private static final int TOKENS_AT_ONCE = 10 * SENTENCES_AT_ONCE;
    private static final Duration BETWEEN = Duration.ofMillis(12);

    private static final Pattern MARK = Pattern.compile("\"user\"\\s*:\\s*\"([^\"]+)\"");
    private static final Pattern BOUND =
            Pattern.compile("\"max_(?:completion_)?tokens\"\\s*:\\s*(\\d+)");

    private static final Pattern STREAM = Pattern.compile("\"stream\"\\s*:\\s*true");

    private static final UpstreamScript OUT_OF_ORDER =
            UpstreamScript.json(500, "{\"error\":{\"message\":\"out of order\"}}");

    /**
     * How the server behaves.
     *
     * @param tokensMin the fewest that an answer uses; the most is the bound
     * @param errorsPercent how many requests get an error, which costs nothing
     */
    record Manner(Duration thinkMin, Duration thinkMax, int tokensMin, int errorsPercent) {

        static final Manner EXACT = thinking(Duration.ofMillis(20), Duration.ofMillis(60));

        /** Every answer costs the whole of its hold. */
        static Manner thinking(Duration min, Duration max) {
            return new Manner(min, max, TOKENS, 0);
        }

        Manner varying() {
            return new Manner(thinkMin, thinkMax, TOKENS / 2, 3);
        }
    }

    private final FakeUpstream server = FakeUpstream.start();
    private final ConcurrentLinkedQueue<Effect> effects = new ConcurrentLinkedQueue<>();
    private final AtomicLong answers = new AtomicLong();
    private final Random random;
    private volatile Manner manner = Manner.EXACT;

    EffectLog(long seed) {
        this.random = new Random(seed);
        server.behave(this::arrived);
    }

    void behave(Manner how) {
        manner = how;
    }

    /** The file of upstreams for one process: the path says whose request it was. */
    String upstreamsFor(String node) {
        return """
        {"upstreams":[{"name":"proof","kind":"openai","base_url":"http://127.0.0.1:%d/%s/v1",
          "models":{"%s":"%s","%s":"gpt-4.1-nano"},"stream_windows":true,
          "first_byte_seconds":600,"idle_seconds":600}]}"""
                .formatted(server.port(), node, MODEL, MODEL, GROWING_MODEL);
    }

    /** The effects of one trial so far, in the order of their arrival. */
    List<Effect> effects(String marksBegin) {
        List<Effect> mine = new ArrayList<>();
        for (Effect effect : effects) {
            if (effect.mark().startsWith(marksBegin)) {
                mine.add(effect);
            }
        }
        return mine;
    }

    /** What was judged need not be known any more. */
    void forget(String marksBegin) {
        effects.removeIf(effect -> effect.mark().startsWith(marksBegin));
        server.clear(); // its own book, which nobody reads here, would grow for hours
    }

    /** No two answers are the same. */
    private UpstreamScript arrived(FakeUpstream.Arrival arrival) {
        long now = System.nanoTime();
        Manner how = manner;
        String node = arrival.path().substring(1, arrival.path().indexOf('/', 1));
        int bound = Integer.parseInt(found(BOUND, arrival.body()));
        boolean fails = random.nextInt(100) < how.errorsPercent;
        boolean streams = STREAM.matcher(arrival.body()).find();
        int least = streams ? Math.min(STREAMED_TOKENS_MIN, bound) : Math.min(how.tokensMin, bound);
        int tokens = fails ? 0 : least + random.nextInt(bound - least + 1);
        tokens -= streams ? tokens % TOKENS_AT_ONCE : 0;
        long spread = how.thinkMax.minus(how.thinkMin).toMillis();
        Duration think = how.thinkMin.plusMillis(random.nextInt((int) spread + 1));
        Duration speaks = streams ? BETWEEN.multipliedBy(tokens / TOKENS_AT_ONCE) : Duration.ZERO;
        Money perToken = streams ? PER_STREAMED_TOKEN : PER_TOKEN;
        effects.add(
                new Effect(
                        found(MARK, arrival.body()),
                        node,
                        now,
                        now + think.plus(speaks).toNanos(),
                        perToken.times(bound),
                        perToken.times(tokens),
                        streams));
        if (fails) {
            return OUT_OF_ORDER.thinking(think);
        }
        String id = "chatcmpl-" + answers.incrementAndGet();
        return (streams ? stream(id, tokens) : answer(id, tokens)).thinking(think);
    }

    /** Writes as much as it says that it has used. */
    private static UpstreamScript stream(String id, int tokens) {
        List<String> events = new ArrayList<>();
        for (int written = TOKENS_AT_ONCE; written <= tokens; written += TOKENS_AT_ONCE) {
            events.add(
                    event(
                            id,
                            "{\"content\":\"" + SENTENCE.repeat(SENTENCES_AT_ONCE) + "\"}",
                            "null"));
        }
        events.add(event(id, "{}", "\"stop\""));
        events.add(
                """
                data: {"id":"%s","object":"chat.completion.chunk","created":1,\
                "model":"growing","choices":[],"usage":{"prompt_tokens":9,\
                "completion_tokens":%d,"total_tokens":%d}}

                """
                        .formatted(id, tokens, tokens + 9));
        events.add("data: [DONE]\n\n");
        return UpstreamScript.stream(events.toArray(String[]::new)).paced(BETWEEN);
    }

    private static String event(String id, String delta, String finish) {
        return """
        data: {"id":"%s","object":"chat.completion.chunk","created":1,"model":"growing",\
        "choices":[{"index":0,"delta":%s,"finish_reason":%s}],"usage":null}

        """
                .formatted(id, delta, finish);
    }

    private static UpstreamScript answer(String id, int tokens) {
        return UpstreamScript.json(
                200,
                """
                {"id":"%s","object":"chat.completion","created":1,"model":"ten-cents",
                 "choices":[{"index":0,"finish_reason":"stop","message":
                   {"role":"assistant","content":"Here you are."}}],
                 "usage":{"prompt_tokens":9,"completion_tokens":%d,"total_tokens":%d}}"""
                        .formatted(id, tokens, tokens + 9));
    }

    private static String found(Pattern pattern, String body) {
        Matcher matcher = pattern.matcher(body);
        if (!matcher.find()) {
            throw new IllegalArgumentException("no " + pattern + " in " + body);
        }
        return matcher.group(1);
    }

    @Override
    public void close() {
        server.close();
    }
}
