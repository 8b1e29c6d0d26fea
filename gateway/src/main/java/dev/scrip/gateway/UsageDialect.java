package dev.scrip.gateway;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import dev.scrip.pricing.Usage;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * How a kind of server tells its usage: where each count stands, and what includes what. Of several
 * places the first that has a count is taken.
 *
 * @param name names it in the file of upstreams
 * @param input the input; without it there is no usage
 * @param output the output; without it there is no usage, unless answers have none (no places)
 * @param total input and output; some servers count reasoning only here
 * @param cached what was read from the cache
 * @param cacheWrites what was written to the cache
 * @param reasoning what of the output was not shown
 * @param inputIncludesCache the input includes {@code cached} and {@code cacheWrites}; else they
 *     stand beside it
 */
record UsageDialect(
        String name,
        List<JsonPointer> input,
        List<JsonPointer> output,
        List<JsonPointer> total,
        List<JsonPointer> cached,
        List<JsonPointer> cacheWrites,
        List<JsonPointer> reasoning,
        boolean inputIncludesCache) {

    /** {@code usage} of chat completions and completions. */
    static final UsageDialect OPENAI_CHAT =
            new UsageDialect(
                    "openai",
                    at("/prompt_tokens"),
                    at("/completion_tokens"),
                    at("/total_tokens"),
                    at("/prompt_tokens_details/cached_tokens"),
                    at("/prompt_tokens_details/cache_write_tokens"),
                    at("/completion_tokens_details/reasoning_tokens"),
                    true);

    /** {@code usage} of responses. */
    static final UsageDialect OPENAI_RESPONSES =
            new UsageDialect(
                    "openai-responses",
                    at("/input_tokens"),
                    at("/output_tokens"),
                    at("/total_tokens"),
                    at("/input_tokens_details/cached_tokens"),
                    at("/input_tokens_details/cache_write_tokens"),
                    at("/output_tokens_details/reasoning_tokens"),
                    true);

    /** {@code usage} of answers that no model writes: embeddings, moderations. */
    static final UsageDialect OPENAI_INPUT =
            new UsageDialect(
                    "openai-input",
                    at("/prompt_tokens", "/input_tokens"),
                    at(),
                    at(),
                    at("/prompt_tokens_details/cached_tokens"),
                    at(),
                    at(),
                    true);

    /** DeepSeek's chat completions. */
    static final UsageDialect DEEPSEEK =
            new UsageDialect(
                    "deepseek",
                    at("/prompt_tokens"),
                    at("/completion_tokens"),
                    at("/total_tokens"),
                    at("/prompt_cache_hit_tokens", "/prompt_tokens_details/cached_tokens"),
                    at(),
                    at("/completion_tokens_details/reasoning_tokens"),
                    true);

    /** Anthropic's counts, also under OpenAI's names: the input is only what no cache had. */
    static final UsageDialect ANTHROPIC =
            new UsageDialect(
                    "anthropic",
                    at("/input_tokens", "/prompt_tokens"),
                    at("/output_tokens", "/completion_tokens"),
                    at("/total_tokens"),
                    at("/cache_read_input_tokens", "/prompt_tokens_details/cached_tokens"),
                    at("/cache_creation_input_tokens", "/prompt_tokens_details/cache_write_tokens"),
                    at("/completion_tokens_details/reasoning_tokens"),
                    false);

    static final List<UsageDialect> ALL =
            List.of(OPENAI_CHAT, OPENAI_RESPONSES, OPENAI_INPUT, DEEPSEEK, ANTHROPIC);

    UsageDialect {
        input = List.copyOf(input);
        output = List.copyOf(output);
        total = List.copyOf(total);
        cached = List.copyOf(cached);
        cacheWrites = List.copyOf(cacheWrites);
        reasoning = List.copyOf(reasoning);
    }

    private static List<JsonPointer> at(String... places) {
        return Arrays.stream(places).map(JsonPointer::compile).toList();
    }

    /** The usage, if it is told and can be one. */
    Optional<Usage> read(JsonNode usage) {
        long told = count(usage, input);
        long out = output.isEmpty() ? 0 : count(usage, output);
        if (told < 0 || out < 0) {
            return Optional.empty();
        }
        long read = Math.max(0, count(usage, cached));
        long write = Math.max(0, count(usage, cacheWrites));
        long in = inputIncludesCache ? told : told + read + write;
        // Some servers leave the reasoning out of the output but not out of the total.
        out = Math.max(out, count(usage, total) - in);
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
                        Math.clamp(count(usage, reasoning), 0, out),
                        false));
    }

    /** The first count that is there; -1: none. */
    private static long count(JsonNode usage, List<JsonPointer> places) {
        for (JsonPointer place : places) {
            JsonNode value = usage.at(place);
            // A count beyond an int is no count: sums of some must not overflow.
            if (value.isIntegralNumber() && value.canConvertToInt() && value.intValue() >= 0) {
                return value.longValue();
            }
        }
        return -1;
    }
}
