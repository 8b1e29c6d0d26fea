package dev.scrip.gateway;

import dev.scrip.charging.Hold;
import dev.scrip.organizations.RatePass;
import dev.scrip.pricing.Usage;

/**
 * A request that may go to one of its upstreams: money is set aside.
 *
 * @param pass what it has taken of its rate limits
 */
record Dispatch(ModelRequest request, RatePass pass, Hold hold, Route route) {

    Upstream upstream() {
        return route.upstream();
    }

    /** The model's name there. */
    String upstreamModel() {
        return route.nameThere();
    }

    /** How the upstream tells its usage. */
    UsageDialect dialect() {
        UsageDialect usual = request.endpoint().dialect();
        return switch (upstream()) {
            case Upstream.Demonstration _ -> usual;
            case Upstream.OpenAiCompatible remote ->
                    usual.equals(UsageDialect.OPENAI_CHAT)
                            ? UsageDialect.ofChats(remote.server().manner().usageDialect())
                            : usual;
        };
    }

    /** Counts what no upstream has counted. */
    TokenCounter counter() {
        return TokenCounter.of(upstreamModel(), request.model());
    }

    /** The usage has all that the model is sold by: one that sells tokens is told in tokens. */
    boolean tellsAll(Usage usage) {
        return usage.inputTokens() + usage.outputTokens() > 0
                || hold.quote().outputTokensMax() == 0;
    }

    /** A text of the upstream without what is only the operator's to know. */
    String withoutSecrets(String text) {
        return switch (upstream()) {
            case Upstream.Demonstration _ -> text;
            case Upstream.OpenAiCompatible remote ->
                    Secrets.of(remote.server())
                            .hide(text)
                            .replace("`" + upstreamModel() + "`", "`" + request.model() + "`");
        };
    }
}
