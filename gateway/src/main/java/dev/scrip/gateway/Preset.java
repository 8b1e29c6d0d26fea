package dev.scrip.gateway;

import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What is known of the usual servers, so that nobody need say it. */
enum Preset {
    OPENAI("openai", null, false, Upstream.Windows.BY_MODEL),
    AZURE("azure", null, false, Upstream.Windows.BY_MODEL),
    VLLM("vllm", "max_tokens", true, Upstream.Windows.ALWAYS),
    OLLAMA("ollama", "max_tokens", false, Upstream.Windows.ALWAYS);

    private static final Map<String, Preset> BY_KIND =
            Arrays.stream(values()).collect(Collectors.toMap(each -> each.kind, each -> each));

    private final String kind;
    private final @Nullable String outputBoundField;
    private final boolean continuousUsage;
    private final Upstream.Windows windows;

    Preset(
            String kind,
            @Nullable String outputBoundField,
            boolean continuousUsage,
            Upstream.Windows windows) {
        this.windows = windows;
        this.kind = kind;
        this.outputBoundField = outputBoundField;
        this.continuousUsage = continuousUsage;
    }

    /** The kinds, as the file says them. */
    static Set<String> kinds() {
        return BY_KIND.keySet();
    }

    static @Nullable Preset of(String kind) {
        return BY_KIND.get(kind);
    }

    /** How such a server is spoken to, with what the file says otherwise. */
    Upstream.Manner manner(FileFields fields) {
        String version = this == AZURE ? fields.textIfAny("api_version") : null;
        if (version != null && !version.matches("[0-9A-Za-z.-]+")) {
            throw fields.wrong("api_version", "must be a version like 2024-10-21");
        }
        return new Upstream.Manner(
                addressing(version),
                version,
                fields.has("max_tokens_field")
                        ? fields.word(
                                "max_tokens_field", Set.of("max_tokens", "max_completion_tokens"))
                        : outputBoundField,
                fields.has("usage_dialect")
                        ? fields.word("usage_dialect", UsageDialect.OF_CHATS)
                        : UsageDialect.OPENAI_CHAT.name(),
                fields.flag("continuous_usage", continuousUsage),
                windows(fields));
    }

    private Upstream.Windows windows(FileFields fields) {
        if (!fields.has("stream_windows")) {
            return windows;
        }
        boolean always = fields.flag("stream_windows", false);
        return always ? Upstream.Windows.ALWAYS : Upstream.Windows.NEVER;
    }

    private Upstream.Addressing addressing(@Nullable String version) {
        if (this != AZURE) {
            return Upstream.Addressing.OPENAI;
        }
        return version == null ? Upstream.Addressing.AZURE : Upstream.Addressing.AZURE_DATED;
    }
}
