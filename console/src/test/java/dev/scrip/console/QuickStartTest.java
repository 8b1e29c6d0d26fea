package dev.scrip.console;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class QuickStartTest {

    @Test
    void everyExampleCallsThisServerWithTheKey() {
        assertThat(QuickStart.all("https://credits.example.org"))
                .extracting(QuickStart::id)
                .containsExactly("curl", "python", "node", "java");
        assertThat(QuickStart.all("https://credits.example.org"))
                .allSatisfy(
                        example ->
                                assertThat(example.code())
                                        .contains("https://credits.example.org/v1")
                                        .contains("YOUR_API_KEY")
                                        .contains("scrip-demo")
                                        .doesNotContain("%"));
    }

    @Test
    void theCurlLineOfANewKeyWorksAsItStands() {
        assertThat(QuickStart.curl("http://localhost:8080", "sk-scrip-abc").code())
                .isEqualTo(
                        """
                        curl http://localhost:8080/v1/chat/completions \\
                          -H "Authorization: Bearer sk-scrip-abc" \\
                          -H "Content-Type: application/json" \\
                          -d '{"model": "scrip-demo", "messages": [{"role": "user", "content": "Hello"}]}'""");
    }
}
