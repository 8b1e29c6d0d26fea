package dev.scrip.console;

import java.util.List;

/**
 * A first call in one language, ready to be copied.
 *
 * @param id as in the page's address
 * @param install what to run before; empty: nothing
 */
public record QuickStart(String id, String name, String install, String code) {

    /** The built-in model, which answers without any upstream. */
    private static final String MODEL = "scrip-demo";

    private static final String CURL =
            """
            curl %1$s/v1/chat/completions \\
              -H "Authorization: Bearer %2$s" \\
              -H "Content-Type: application/json" \\
              -d '{"model": "%3$s", "messages": [{"role": "user", "content": "Hello"}]}'
            """;

    private static final String PYTHON =
            """
            from openai import OpenAI

            client = OpenAI(base_url="%1$s/v1", api_key="%2$s")
            answer = client.chat.completions.create(
                model="%3$s",
                messages=[{"role": "user", "content": "Hello"}],
            )
            print(answer.choices[0].message.content)
            """;

    private static final String NODE =
            """
            import OpenAI from "openai";

            const client = new OpenAI({ baseURL: "%1$s/v1", apiKey: "%2$s" });
            const answer = await client.chat.completions.create({
              model: "%3$s",
              messages: [{ role: "user", content: "Hello" }],
            });
            console.log(answer.choices[0].message.content);
            """;

    private static final String JAVA =
            """
            OpenAIClient client = OpenAIOkHttpClient.builder()
                .baseUrl("%1$s/v1")
                .apiKey("%2$s")
                .build();
            ChatCompletion answer = client.chat().completions().create(
                ChatCompletionCreateParams.builder()
                    .model("%3$s")
                    .addUserMessage("Hello")
                    .build());
            System.out.println(answer.choices().getFirst().message().content().orElse(""));
            """;

    /** In every language, for whoever puts their key in by themselves. */
    static List<QuickStart> all(String publicUrl) {
        String key = "YOUR_API_KEY";
        return List.of(
                curl(publicUrl, key),
                of("python", "Python", "pip install openai", PYTHON, publicUrl, key),
                of("node", "Node", "npm install openai", NODE, publicUrl, key),
                of("java", "Java", "com.openai:openai-java", JAVA, publicUrl, key));
    }

    static QuickStart curl(String publicUrl, String key) {
        return of("curl", "curl", "", CURL, publicUrl, key);
    }

    private static QuickStart of(
            String id, String name, String install, String code, String publicUrl, String key) {
        return new QuickStart(id, name, install, code.formatted(publicUrl, key, MODEL).strip());
    }
}
