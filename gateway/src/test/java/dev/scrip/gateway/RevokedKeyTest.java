package dev.scrip.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scrip.metering.UsageRecord;
import dev.scrip.money.Money;
import dev.scrip.organizations.Organizations;
import dev.scrip.testing.UpstreamScript;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A key that is revoked while its requests run. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RevokedKeyTest {

    @AutoClose private final World world = new World();

    private static String chat(boolean streamed) {
        return """
        {"model":"%s","messages":[{"role":"user","content":"Hello!"}],"max_tokens":50,"stream":%s}\
        """
                .formatted(World.MODEL, streamed);
    }

    /** Another process revokes it: this one hears nothing but what it polls. */
    private void revokeElsewhere(World.Customer customer) {
        try (Organizations elsewhere = new Organizations(world.database, InstantSource.system())) {
            assertThat(elsewhere.revokeKey(customer.organizationId(), customer.apiKeyId()))
                    .isTrue();
        }
    }

    @Test
    void itsStreamIsStoppedAndPaysForWhatItGot() throws IOException {
        World.Customer customer = world.customer("1");
        world.upstream.behave(
                UpstreamScript.stream(Streams.content("one two three four five"))
                        .ending(UpstreamScript.End.STALL));
        try (BufferedReader stream =
                new BufferedReader(
                        new InputStreamReader(
                                world.open(customer, chat(true)).body(), StandardCharsets.UTF_8))) {
            assertThat(stream.readLine()).contains("one two three");
            revokeElsewhere(customer);
            String rest = String.join("\n", stream.lines().toList());
            assertThat(rest).contains("key_revoked").contains("The API key was revoked");
            assertThat(rest).doesNotContain("[DONE]");
        }
        UsageRecord record = world.record(customer);
        assertThat(record.ending()).isEqualTo("key_revoked");
        assertThat(record.estimated()).isTrue();
        assertThat(record.outputTokens()).isEqualTo(5);
        world.nothingHeld(customer);
        assertThat(world.credit(customer)).isEqualTo(Money.ofDollars("1").minus(record.amount()));
        assertThat(world.chat(customer, chat(true)).statusCode()).isEqualTo(401);
    }

    @Test
    void aStreamThatHasNotBegunIsRefusedAndCostsNothing() {
        World.Customer customer = world.customer("1");
        world.upstream.clear();
        world.upstream.behave(UpstreamScript.stalls());
        CompletableFuture<HttpResponse<String>> answer = world.chatLater(customer, chat(true));
        World.await(() -> world.upstream.count() > 0);
        revokeElsewhere(customer);
        assertThat(World.join(answer).statusCode()).isEqualTo(401);
        assertThat(World.join(answer).body()).contains("invalid_api_key");
        world.nothingHeld(customer);
        assertThat(world.records(customer)).isEmpty();
    }

    @Test
    void theStreamsOfOtherKeysRunOn() {
        World.Customer revoked = world.customer("1");
        World.Customer other = world.customer("1");
        world.upstream.clear();
        world.upstream.behave(
                UpstreamScript.stream(
                                Streams.content("one"),
                                Streams.content("two"),
                                Streams.content("three"),
                                Streams.finish(),
                                Streams.usage(9, 0, 3),
                                Streams.DONE)
                        .paced(Duration.ofMillis(500)));
        CompletableFuture<HttpResponse<String>> stops = world.chatLater(revoked, chat(true));
        CompletableFuture<HttpResponse<String>> goesOn = world.chatLater(other, chat(true));
        World.await(() -> world.upstream.count() > 1);
        revokeElsewhere(revoked);
        assertThat(World.join(stops).body()).contains("revoked").doesNotContain("[DONE]");
        assertThat(World.join(goesOn).body()).contains("[DONE]");
        assertThat(world.record(other).ending()).isEqualTo("completed");
    }
}
