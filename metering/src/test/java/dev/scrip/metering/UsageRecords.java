package dev.scrip.metering;

import dev.scrip.money.Money;
import dev.scrip.postgres.Ids;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Makes usage records for tests; what is not said is the same everywhere. */
final class UsageRecords {

    private final long organizationId;
    private @Nullable Long requestId;
    private long projectId = 1;
    private long apiKeyId = 2;
    private @Nullable String endUser;
    private String model = "scrip-demo";
    private Instant held = Instant.EPOCH;
    private Money amount = Money.ZERO;
    private Units units = Units.NONE;
    private @Nullable String serviceTier;
    private @Nullable Money upstreamCost;

    private UsageRecords(long organizationId) {
        this.organizationId = organizationId;
    }

    static UsageRecords record(long organizationId) {
        return new UsageRecords(organizationId);
    }

    UsageRecords request(long id) {
        requestId = id;
        return this;
    }

    UsageRecords project(long id) {
        projectId = id;
        return this;
    }

    UsageRecords key(long id) {
        apiKeyId = id;
        return this;
    }

    UsageRecords endUser(String name) {
        endUser = name;
        return this;
    }

    UsageRecords model(String name) {
        model = name;
        return this;
    }

    UsageRecords held(Instant moment) {
        held = moment;
        return this;
    }

    UsageRecords amount(String dollars) {
        amount = Money.ofDollars(dollars);
        return this;
    }

    UsageRecords amount(Money money) {
        amount = money;
        return this;
    }

    UsageRecords units(Units used) {
        units = used;
        return this;
    }

    UsageRecords serviceTier(String tier) {
        serviceTier = tier;
        return this;
    }

    UsageRecords cost(Money money) {
        upstreamCost = money;
        return this;
    }

    UsageRecord build() {
        return new UsageRecord(
                organizationId,
                requestId == null ? Ids.at(held) : requestId,
                projectId,
                apiKeyId,
                endUser,
                "chat.completions",
                model,
                "demo",
                true,
                held,
                held.plusSeconds(2),
                "completed",
                20,
                5,
                0,
                10,
                1,
                false,
                77,
                amount,
                amount,
                Money.ZERO,
                88,
                Money.ofDollars("-0.5"),
                units,
                serviceTier,
                upstreamCost);
    }

    /** What so many of these records add up to. */
    static UsageSum sum(String group, long requests, String dollars) {
        return new UsageSum(
                group,
                requests,
                20 * requests,
                5 * requests,
                10 * requests,
                Money.ofDollars(dollars));
    }
}
