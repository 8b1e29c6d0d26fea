package dev.scrip.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scrip.metering.UsageRecord;
import dev.scrip.money.Money;
import dev.scrip.testing.UpstreamScript;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The promise of the product: a thousand at once, and not a cent more than there is. */
class CrowdTest {

    @Test
    void aThousandRequestsOfTenCentsOnFiveDollars() {
        try (World world = new World()) {
            World.Customer customer = world.customer("5");
            world.upstream.behave(
                    UpstreamScript.json(
                                    200,
                                    "{\"id\":\"c\",\"object\":\"chat.completion\",\"created\":1,"
                                            + "\"model\":\"m\",\"choices\":[],\"usage\":"
                                            + "{\"prompt_tokens\":1,\"completion_tokens\":1}}")
                            .thinking(Duration.ofMillis(50)));
            String body =
                    "{\"model\":\"ten-cents\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";

            List<CompletableFuture<HttpResponse<String>>> answers =
                    IntStream.range(0, 1_000)
                            .mapToObj(_ -> world.chatLater(customer, body))
                            .toList();
            List<HttpResponse<String>> got = answers.stream().map(World::join).toList();

            long paid = got.stream().filter(answer -> answer.statusCode() == 200).count();
            assertThat(got)
                    .filteredOn(answer -> answer.statusCode() != 200)
                    .allSatisfy(
                            answer -> {
                                assertThat(answer.statusCode()).isEqualTo(429);
                                assertThat(answer.body()).contains("credit_balance_exhausted");
                            });
            Money spent = Money.ofDollars("5").minus(world.credit(customer));
            assertThat(spent).isBetween(Money.ofDollars("4.90"), Money.ofDollars("5"));
            assertThat(spent).isEqualTo(Money.ofDollars("0.10").times(paid));
            assertThat(world.upstream.count()).isEqualTo(paid);
            List<UsageRecord> records = world.records(customer);
            assertThat(records).hasSize((int) paid);
            assertThat(records.stream().map(UsageRecord::amount).reduce(Money.ZERO, Money::plus))
                    .isEqualTo(spent);
            assertThat(world.charging.verify().agrees()).isTrue();
        }
    }
}
