package dev.scrip.bench;

import dev.scrip.testing.FakeUpstream;
import dev.scrip.testing.UpstreamScript;

/** An upstream that answers at once, always the same, as a process of its own. */
final class FastUpstream {

    private static final String ANSWER =
            """
            {"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"gpt-4o-mini",
             "choices":[{"index":0,"finish_reason":"stop","message":
               {"role":"assistant","content":"Hello! How can I help you today?"}}],
             "usage":{"prompt_tokens":9,"completion_tokens":9,"total_tokens":18}}""";

    private FastUpstream() {}

    public static void main(String[] arguments) throws InterruptedException {
        FakeUpstream upstream = FakeUpstream.startForLoad(Program.freePort());
        upstream.behave(UpstreamScript.json(200, ANSWER));
        System.out.println("port " + upstream.port());
        Thread.currentThread().join();
    }
}
