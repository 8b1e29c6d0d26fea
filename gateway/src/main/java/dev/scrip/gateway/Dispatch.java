package dev.scrip.gateway;

import dev.scrip.charging.Hold;

/**
 * A request that may go to its upstream: money is set aside.
 *
 * @param upstreamModel the model's name there
 */
record Dispatch(ModelRequest request, Hold hold, Upstream upstream, String upstreamModel) {

    /** How the upstream tells its usage. */
    UsageDialect dialect() {
        return request.endpoint().dialect();
    }

    /** A text of the upstream without what is only the operator's to know. */
    String withoutSecrets(String text) {
        return switch (upstream) {
            case Upstream.Demonstration _ -> text;
            case Upstream.OpenAiCompatible remote -> {
                String clean = text;
                if (remote.apiKey() != null && !remote.apiKey().isEmpty()) {
                    clean = clean.replace(remote.apiKey(), "****");
                }
                clean = clean.replace(remote.baseUrl().toString(), "the upstream");
                clean = clean.replace(remote.baseUrl().getAuthority(), "the upstream");
                yield clean.replace("`" + upstreamModel + "`", "`" + request.model() + "`");
            }
        };
    }
}
