package dev.scrip.gateway;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import dev.scrip.pricing.Extras;
import dev.scrip.pricing.Usage;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a kind of server tells its usage: where each count stands within {@code usage}, and what
 * includes what.
 *
 * @param name names it in the file of upstreams
 * @param places of several places the first that has a count is taken. Without an input there is no
 *     usage; without an output neither, unless answers have none (no places)
 * @param inputIncludesCache the input includes what was read from and written to the cache; else
 *     that stands beside it
 */
record UsageDialect(String name, Map<Count, List<JsonPointer>> places, boolean inputIncludesCache) {

    /** What is counted. */
    enum Count {
        INPUT,
        OUTPUT,
        /** Input and output; some servers count reasoning only here. */
        TOTAL,
        CACHE_READS,
        CACHE_WRITES,
        REASONING,
        AUDIO_INPUT,
        IMAGE_INPUT,
        AUDIO_OUTPUT,
        IMAGE_OUTPUT,
        /** Of sound, begun ones counted; stands instead of tokens. */
        SECONDS
    }

    /** {@code usage} of chat completions and completions. */
    static final UsageDialect OPENAI_CHAT =
            new UsageDialect("openai", withDetails("/prompt_tokens", "/completion_tokens"), true);

    /** {@code usage} of responses, and of what came after them. */
    static final UsageDialect OPENAI_RESPONSES =
            new UsageDialect(
                    "openai-responses", withDetails("/input_tokens", "/output_tokens"), true);

    /** {@code usage} of answers that no model writes: embeddings, moderations. */
    static final UsageDialect OPENAI_INPUT =
            new UsageDialect(
                    "openai-input",
                    Map.of(
                            Count.INPUT, at("/prompt_tokens", "/input_tokens"),
                            Count.CACHE_READS, at("/prompt_tokens_details/cached_tokens")),
                    true);

    /** {@code usage} of images; where the output is not taken apart, all of it is pictures. */
    static final UsageDialect OPENAI_IMAGES =
            new UsageDialect(
                    "openai-images",
                    Map.of(
                            Count.INPUT, at("/input_tokens"),
                            Count.OUTPUT, at("/output_tokens"),
                            Count.TOTAL, at("/total_tokens"),
                            Count.CACHE_READS, at("/input_tokens_details/cached_tokens"),
                            Count.IMAGE_INPUT, at("/input_tokens_details/image_tokens"),
                            Count.IMAGE_OUTPUT,
                                    at("/output_tokens_details/image_tokens", "/output_tokens")),
                    true);

    /** {@code usage} of speech, as its last event tells it: all output is sound. */
    static final UsageDialect OPENAI_SPEECH =
            new UsageDialect(
                    "openai-speech",
                    Map.of(
                            Count.INPUT, at("/input_tokens"),
                            Count.OUTPUT, at("/output_tokens"),
                            Count.TOTAL, at("/total_tokens"),
                            Count.AUDIO_OUTPUT, at("/output_tokens")),
                    true);

    /** {@code usage} of transcriptions, in tokens or in seconds. */
    static final UsageDialect OPENAI_TRANSCRIPTIONS =
            new UsageDialect(
                    "openai-transcriptions",
                    Map.of(
                            Count.INPUT, at("/input_tokens"),
                            Count.OUTPUT, at("/output_tokens"),
                            Count.TOTAL, at("/total_tokens"),
                            Count.AUDIO_INPUT,
                                    at(
                                            "/input_token_details/audio_tokens",
                                            "/input_tokens_details/audio_tokens"),
                            Count.SECONDS, at("/seconds")),
                    true);

    /** DeepSeek's chat completions. */
    static final UsageDialect DEEPSEEK =
            new UsageDialect(
                    "deepseek",
                    Map.of(
                            Count.INPUT, at("/prompt_tokens"),
                            Count.OUTPUT, at("/completion_tokens"),
                            Count.TOTAL, at("/total_tokens"),
                            Count.CACHE_READS,
                                    at(
                                            "/prompt_cache_hit_tokens",
                                            "/prompt_tokens_details/cached_tokens"),
                            Count.REASONING, at("/completion_tokens_details/reasoning_tokens")),
                    true);

    /** Anthropic's counts, also under OpenAI's names: the input is only what no cache had. */
    static final UsageDialect ANTHROPIC =
            new UsageDialect(
                    "anthropic",
                    Map.of(
                            Count.INPUT, at("/input_tokens", "/prompt_tokens"),
                            Count.OUTPUT, at("/output_tokens", "/completion_tokens"),
                            Count.TOTAL, at("/total_tokens"),
                            Count.CACHE_READS,
                                    at(
                                            "/cache_read_input_tokens",
                                            "/prompt_tokens_details/cached_tokens"),
                            Count.CACHE_WRITES,
                                    at(
                                            "/cache_creation_input_tokens",
                                            "/prompt_tokens_details/cache_write_tokens"),
                            Count.REASONING, at("/completion_tokens_details/reasoning_tokens")),
                    false);

    private static final BigDecimal SECONDS_MAX = BigDecimal.valueOf(Integer.MAX_VALUE);

    static final List<UsageDialect> ALL =
            List.of(
                    OPENAI_CHAT,
                    OPENAI_RESPONSES,
                    OPENAI_INPUT,
                    OPENAI_IMAGES,
                    OPENAI_SPEECH,
                    OPENAI_TRANSCRIPTIONS,
                    DEEPSEEK,
                    ANTHROPIC);

    /** The names of those that an upstream may tell the usage of chats and completions in. */
    static final Set<String> OF_CHATS =
            Set.of(OPENAI_CHAT.name(), DEEPSEEK.name(), ANTHROPIC.name());

    UsageDialect {
        places = Map.copyOf(places);
    }

    /** One of {@link #OF_CHATS}. */
    static UsageDialect ofChats(String name) {
        for (UsageDialect dialect : ALL) {
            if (dialect.name.equals(name) && OF_CHATS.contains(name)) {
                return dialect;
            }
        }
        throw new IllegalArgumentException("no usage dialect of chats: " + name);
    }

    /** As OpenAI's servers tell what an input and an output are made of. */
    private static Map<Count, List<JsonPointer>> withDetails(String input, String output) {
        return Map.of(
                Count.INPUT, at(input),
                Count.OUTPUT, at(output),
                Count.TOTAL, at("/total_tokens"),
                Count.CACHE_READS, at(input + "_details/cached_tokens"),
                Count.CACHE_WRITES, at(input + "_details/cache_write_tokens"),
                Count.REASONING, at(output + "_details/reasoning_tokens"),
                Count.AUDIO_INPUT, at(input + "_details/audio_tokens"),
                Count.IMAGE_INPUT, at(input + "_details/image_tokens"),
                Count.AUDIO_OUTPUT, at(output + "_details/audio_tokens"),
                Count.IMAGE_OUTPUT, at(output + "_details/image_tokens"));
    }

    private static List<JsonPointer> at(String... places) {
        return Arrays.stream(places).map(JsonPointer::compile).toList();
    }

    /**
     * The usage that an answer, or a part of one, tells; if it tells any, and it can be one.
     *
     * @param answer where {@code usage} stands, and {@code service_tier} beside it
     */
    Optional<Usage> read(JsonNode answer) {
        JsonNode usage = answer.path("usage");
        if (!usage.isObject()) {
            return Optional.empty();
        }
        long told = count(usage, Count.INPUT);
        long out = places.containsKey(Count.OUTPUT) ? count(usage, Count.OUTPUT) : 0;
        if (told < 0 || out < 0) {
            return seconds(usage);
        }
        long read = some(usage, Count.CACHE_READS);
        long write = some(usage, Count.CACHE_WRITES);
        long in = inputIncludesCache ? told : told + read + write;
        // Some servers leave the reasoning out of the output but not out of the total.
        out = Math.max(out, some(usage, Count.TOTAL) - in);
        if (in + out == 0) {
            return Optional.empty();
        }
        read = Math.min(read, in);
        return Optional.of(
                new Usage(
                        in,
                        read,
                        Math.min(write, in - read),
                        out,
                        Math.min(some(usage, Count.REASONING), out),
                        false,
                        extras(usage, in, out),
                        tier(answer)));
    }

    private Optional<Usage> seconds(JsonNode usage) {
        for (JsonPointer place : places.getOrDefault(Count.SECONDS, List.of())) {
            long seconds = wholeSeconds(usage.at(place));
            if (seconds > 0) {
                return Optional.of(Usage.of(Extras.ofSeconds(seconds)));
            }
        }
        return Optional.empty();
    }

    /** A length of sound, begun seconds counted; 0: it is none. */
    static long wholeSeconds(JsonNode value) {
        boolean some = value.isNumber() && value.decimalValue().compareTo(SECONDS_MAX) <= 0;
        return some
                ? Math.max(0, value.decimalValue().setScale(0, RoundingMode.CEILING).longValue())
                : 0;
    }

    private Extras extras(JsonNode usage, long in, long out) {
        return new Extras(
                Math.min(some(usage, Count.AUDIO_INPUT), in),
                Math.min(some(usage, Count.IMAGE_INPUT), in),
                Math.min(some(usage, Count.AUDIO_OUTPUT), out),
                Math.min(some(usage, Count.IMAGE_OUTPUT), out),
                0,
                null,
                0,
                0);
    }

    private static @Nullable String tier(JsonNode answer) {
        JsonNode tier = answer.path("service_tier");
        return tier.isTextual() ? tier.textValue() : null;
    }

    private long some(JsonNode usage, Count what) {
        return Math.max(0, count(usage, what));
    }

    /** The first count that is there; -1: none. */
    private long count(JsonNode usage, Count what) {
        for (JsonPointer place : places.getOrDefault(what, List.of())) {
            JsonNode value = usage.at(place);
            // A count beyond an int is no count: sums of some must not overflow.
            if (value.isIntegralNumber() && value.canConvertToInt() && value.intValue() >= 0) {
                return value.longValue();
            }
        }
        return -1;
    }
}
