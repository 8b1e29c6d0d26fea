package dev.scrip.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scrip.metering.Units;
import dev.scrip.metering.UsageRecord;
import dev.scrip.money.Money;
import dev.scrip.pricing.Price;
import dev.scrip.pricing.UnitRates;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class RequestReceiptTest {

    private static final Instant THEN = Instant.parse("2026-05-04T10:00:00Z");

    /** 10 plain, 20 cached and 30 written input tokens, 40 output tokens at 1, 2, 3 and 4 nanos. */
    private static final Money COST = Money.ofNanos(10 + 20 * 2 + 30 * 3 + 40 * 4);

    @Test
    void everyKindOfTokenIsComputedAsItWasCharged() {
        assertThat(RequestReceipt.explain(record(COST), price()).agrees()).isTrue();
        assertThat(RequestReceipt.explain(record(COST.plus(Money.ofNanos(1))), price()).agrees())
                .isFalse();
    }

    @Test
    void imagesAndMarginsAreExplained() {
        UsageRecord plain = record(Money.ofNanos(40));
        UsageRecord images =
                new UsageRecord(
                        plain.organizationId(),
                        plain.requestId(),
                        plain.projectId(),
                        plain.apiKeyId(),
                        plain.endUser(),
                        "images.generations",
                        "model",
                        "here",
                        false,
                        THEN,
                        THEN,
                        "completed",
                        0,
                        0,
                        0,
                        0,
                        0,
                        false,
                        7,
                        Money.ofNanos(40),
                        Money.ofNanos(40),
                        Money.ZERO,
                        8,
                        Money.ZERO,
                        new Units(0, 0, 0, 0, 2, "1024x1024/high", 0, 0),
                        "default",
                        Money.ofNanos(50));
        UnitRates units = new UnitRates(Map.of(), new TreeMap<>(Map.of("1024x1024/high", 20_000L)));
        Price base = price();
        Price price =
                new Price(
                        7,
                        "model",
                        "Model",
                        Instant.EPOCH,
                        0,
                        0,
                        0,
                        0,
                        0,
                        1,
                        0,
                        base.source(),
                        List.of(),
                        "default",
                        units);

        RequestReceipt receipt = RequestReceipt.explain(images, price);

        assertThat(receipt.agrees()).isTrue();
        assertThat(receipt.used())
                .containsExactly(new RequestReceipt.Used("Images 1024x1024/high", 2));
        assertThat(receipt.margin()).isEqualTo(Money.ofNanos(-10));
        assertThat(RequestReceipt.unpriced(plain).margin()).isNull();
        assertThat(RequestReceipt.unpriced(plain).used()).isEmpty();
    }

    private static Price price() {
        return new Price(
                7,
                "model",
                "Model",
                Instant.EPOCH,
                1_000,
                2_000,
                3_000,
                4_000,
                0,
                1_000_000,
                100_000,
                "this test",
                List.of());
    }

    private static UsageRecord record(Money amount) {
        return new UsageRecord(
                1,
                2,
                3,
                4,
                null,
                "chat.completions",
                "model",
                "here",
                false,
                THEN,
                THEN,
                "completed",
                60,
                20,
                30,
                40,
                0,
                false,
                7,
                amount,
                amount,
                Money.ZERO,
                8,
                amount);
    }
}
