package dev.scrip.gateway;

import dev.scrip.organizations.Caller;
import dev.scrip.organizations.RateAsk;
import dev.scrip.organizations.RateLimit;
import dev.scrip.organizations.RateOutcome;
import dev.scrip.organizations.RateReadings;
import dev.scrip.organizations.RateReadings.Reading;
import dev.scrip.organizations.RateSubject;
import dev.scrip.organizations.RateUnit;
import dev.scrip.pricing.Ask;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Rate limits as a client sees them: OpenAI's headers and words. */
final class RateAnswers {

    private RateAnswers() {}

    /** What a request is about to take. */
    static RateAsk ask(Caller caller, ModelRequest request, Ask ask) {
        OptionalLong output = ask.outputTokensMax();
        return new RateAsk(
                caller,
                request.model(),
                request.input().tokensEstimated(),
                output.isPresent()
                        ? OptionalLong.of(output.getAsLong() * ask.choices())
                        : OptionalLong.empty(),
                ask.extrasMax().images(),
                ask.extrasMax().audioSeconds());
    }

    static void putHeaders(HttpServerResponse response, RateReadings readings) {
        put(response, "requests", readings.requests());
        put(response, "tokens", readings.tokens());
    }

    private static void put(HttpServerResponse response, String kind, @Nullable Reading reading) {
        if (reading != null) {
            response.putHeader("x-ratelimit-limit-" + kind, Long.toString(reading.limit()));
            response.putHeader("x-ratelimit-remaining-" + kind, Long.toString(reading.remaining()));
            response.putHeader("x-ratelimit-reset-" + kind, print(reading.reset()));
        }
    }

    /** SDKs try again by themselves, unless it can never pass. */
    static Answer refusal(RateOutcome.Refused refused, Caller caller, String model) {
        Map<String, String> facts = new LinkedHashMap<>();
        RateSubject subject = refused.limit().subject();
        facts.put("limit_of", subject.kind().name().toLowerCase(Locale.ROOT));
        facts.put("limit", Long.toString(refused.max()));
        facts.put("used", Long.toString(refused.used()));
        facts.put("requested", Long.toString(refused.requested()));
        String where =
                "for " + model + " in " + named(refused.limit(), caller) + " on " + words(refused);
        String message =
                refused.tooLarge()
                        ? "Request too large %s: Limit %d, Requested %d. The input or output must be reduced in order to run successfully."
                                .formatted(where, refused.max(), refused.requested())
                        : "Rate limit reached %s: Limit %d, Used %d, Requested %d. Please try again in %s."
                                .formatted(
                                        where,
                                        refused.max(),
                                        refused.used(),
                                        refused.requested(),
                                        print(refused.retryAfter()));
        Answer answer =
                new Answer(
                        429,
                        Answer.envelope(
                                type(refused.unit()), "rate_limit_exceeded", null, message, facts),
                        Map.of());
        if (refused.tooLarge()) {
            return answer.noRetry();
        }
        long millis = millis(refused.retryAfter());
        return answer.retryAfter(Math.ceilDiv(millis, 1_000L))
                .with("retry-after-ms", Long.toString(millis));
    }

    private static String named(RateLimit limit, Caller caller) {
        String kind =
                switch (limit.subject().kind()) {
                    case ORGANIZATION -> "organization ";
                    case PROJECT -> "project ";
                    case API_KEY -> "API key ";
                };
        return kind + limit.subjectId(caller);
    }

    private static String words(RateOutcome.Refused refused) {
        return switch (refused.unit()) {
            case REQUESTS_PER_MINUTE -> "requests per min (RPM)";
            case TOKENS_PER_MINUTE -> "tokens per min (TPM)";
            case REQUESTS_PER_DAY -> "requests per day (RPD)";
            case IMAGES_PER_MINUTE -> "images per min (IPM)";
            case AUDIO_SECONDS_PER_MINUTE -> "seconds of audio per min";
        };
    }

    private static String type(RateUnit unit) {
        return switch (unit) {
            case REQUESTS_PER_MINUTE, REQUESTS_PER_DAY -> "requests";
            case TOKENS_PER_MINUTE -> "tokens";
            case IMAGES_PER_MINUTE -> "images";
            case AUDIO_SECONDS_PER_MINUTE -> "audio";
        };
    }

    /** Rounded up, so that who waits for it has waited long enough. */
    private static long millis(Duration duration) {
        return Math.ceilDiv(duration.toNanos(), 1_000_000L);
    }

    /** As Go writes a duration: {@code 120ms}, {@code 8.64s}, {@code 6m0s}, {@code 1h0m3.5s}. */
    static String print(Duration duration) {
        long millis = millis(duration);
        if (millis == 0) {
            return "0s";
        }
        if (millis < 1_000) {
            return millis + "ms";
        }
        StringBuilder text = new StringBuilder();
        long hours = millis / 3_600_000;
        long minutes = millis / 60_000 % 60;
        if (hours > 0) {
            text.append(hours).append('h');
        }
        if (hours > 0 || minutes > 0) {
            text.append(minutes).append('m');
        }
        text.append(millis / 1_000 % 60);
        if (millis % 1_000 > 0) {
            String decimals = Long.toString(1_000 + millis % 1_000).substring(1);
            text.append('.').append(decimals.replaceFirst("0+$", ""));
        }
        return text.append('s').toString();
    }
}
