package dev.scrip.management;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.scrip.ledger.Balance;
import dev.scrip.ledger.BudgetPeriod;
import dev.scrip.ledger.BudgetState;
import dev.scrip.ledger.Grant;
import dev.scrip.ledger.GrantKind;
import dev.scrip.ledger.Ledger;
import dev.scrip.ledger.LimitKind;
import dev.scrip.ledger.Subject;
import dev.scrip.management.ApiCall.Answer;
import dev.scrip.metering.Metering;
import dev.scrip.metering.UsageQuery;
import dev.scrip.money.Money;
import dev.scrip.organizations.ApiKey;
import dev.scrip.organizations.Caller;
import dev.scrip.organizations.Organizations;
import dev.scrip.postgres.Ids;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * What the owner of an API key asks about its own credit, in the shapes that existing programs
 * read: OpenAI's older {@code /dashboard/billing}, OpenRouter's {@code /api/v1/key} and {@code
 * /api/v1/credits}, Vercel's {@code /v1/credits}, DeepSeek's {@code /user/balance}. All figures are
 * settled ones and exact; only their units differ.
 */
final class OwnKeyCalls {

    /** Ten years: beyond it nobody asks for a sum. */
    private static final int DAYS_MAX = 3_650;

    private static final BigDecimal CENTS_PER_DOLLAR = BigDecimal.valueOf(100);

    private final Organizations organizations;
    private final Ledger ledger;
    private final Metering metering;
    private final LongPredicate hasPaymentMethod;
    private final InstantSource clock;

    /**
     * @param hasPaymentMethod whether an organization has one to buy credit with
     */
    OwnKeyCalls(
            Organizations organizations,
            Ledger ledger,
            Metering metering,
            LongPredicate hasPaymentMethod,
            InstantSource clock) {
        this.organizations = organizations;
        this.ledger = ledger;
        this.metering = metering;
        this.hasPaymentMethod = hasPaymentMethod;
        this.clock = clock;
    }

    /** All that was ever given, and what became of it: {@code given = used + credit}. */
    private record Sums(Balance balance, List<Grant> grants) {

        Money used() {
            return grants.stream().map(Grant::consumed).reduce(Money.ZERO, Money::plus);
        }

        Money given() {
            return used().plus(balance.credit());
        }

        /** Of the credit, what was paid for. */
        Money bought() {
            return grants.stream()
                    .filter(grant -> grant.kind() == GrantKind.PURCHASE)
                    .map(Grant::remaining)
                    .reduce(Money.ZERO, Money::plus)
                    .min(balance.credit());
        }
    }

    private Sums sums(Caller caller) {
        long organizationId = caller.organizationId();
        return new Sums(ledger.balance(organizationId), ledger.grants(organizationId));
    }

    // ---- OpenAI's older billing endpoints: dollars, cents for the usage ----

    Answer creditGrants(Caller caller, ApiCall call) {
        Sums sums = sums(caller);
        ObjectNode view = Json.object().put("object", "credit_summary");
        view.put("total_granted", sums.given().toDollars());
        view.put("total_used", sums.used().toDollars());
        view.put("total_available", sums.balance().credit().toDollars());
        ArrayNode data = view.putObject("grants").put("object", "list").putArray("data");
        for (Grant grant : sums.grants()) {
            Instant expires = grant.expiresAt();
            ObjectNode each = data.addObject();
            each.put("object", "credit_grant");
            each.put("id", Ids.print("grant_", grant.grantId()));
            each.put("grant_amount", grant.amount().toDollars());
            each.put("used_amount", grant.consumed().toDollars());
            each.put("effective_at", grant.effectiveAt().getEpochSecond());
            each.put("expires_at", expires == null ? null : expires.getEpochSecond());
        }
        return Answer.ok(view);
    }

    /**
     * Programs subtract the usage from {@code hard_limit_usd} and show the rest as the balance, so
     * it is all that was given.
     */
    Answer subscription(Caller caller, ApiCall call) {
        Sums sums = sums(caller);
        BigDecimal given = sums.given().toDollars();
        Instant expiry = sums.balance().nextExpiry();
        ObjectNode view = Json.object().put("object", "billing_subscription");
        view.put("has_payment_method", hasPaymentMethod.test(caller.organizationId()));
        view.put("soft_limit_usd", given);
        view.put("hard_limit_usd", given);
        view.put("system_hard_limit_usd", given);
        view.put("access_until", expiry == null ? null : expiry.getEpochSecond());
        return Answer.ok(view);
    }

    Answer usage(Caller caller, ApiCall call) {
        LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        LocalDate end = date(call, "end_date").orElse(today.plusDays(1));
        LocalDate start = date(call, "start_date").orElse(end.minusDays(DAYS_MAX));
        if (start.isAfter(end) || start.isBefore(end.minusDays(DAYS_MAX))) {
            throw ApiFault.wrongValue("start_date", "at most ten years before end_date");
        }
        Money spent =
                metering.total(
                                UsageQuery.all(
                                        caller.organizationId(),
                                        start,
                                        end.minusDays(1),
                                        ZoneOffset.UTC))
                        .amount();
        ObjectNode view = Json.object().put("object", "list");
        view.put("total_usage", spent.toDollars().multiply(CENTS_PER_DOLLAR));
        return Answer.ok(view);
    }

    private static Optional<LocalDate> date(ApiCall call, String name) {
        String given = call.query().get(name);
        if (given == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(LocalDate.parse(given));
        } catch (DateTimeException wrong) {
            throw ApiFault.wrongValue(name, "a date like 2026-11-30");
        }
    }

    // ---- OpenRouter: dollars ----

    Answer key(Caller caller, ApiCall call) {
        ApiKey key =
                organizations.keys(caller.organizationId()).stream()
                        .filter(each -> each.id() == caller.apiKeyId())
                        .findFirst()
                        .orElseThrow(() -> ApiFault.notFound("key", null));
        Subject subject = Subject.apiKey(caller.apiKeyId());
        Optional<Limit> limit = limit(caller.organizationId(), subject);
        ObjectNode answer = Json.object();
        ObjectNode data = answer.putObject("data");
        data.put("label", key.name());
        data.put("limit", limit.map(each -> each.amount().toDollars()).orElse(null));
        data.put("limit_remaining", limit.map(each -> each.left().toDollars()).orElse(null));
        data.put("limit_reset", limit.map(each -> reset(each.period())).orElse(null));
        data.put("include_byok_in_limit", false);
        data.put("usage", spent(caller, subject, BudgetPeriod.LIFETIME));
        data.put("usage_daily", spent(caller, subject, BudgetPeriod.DAY));
        data.put("usage_weekly", spent(caller, subject, BudgetPeriod.WEEK));
        data.put("usage_monthly", spent(caller, subject, BudgetPeriod.MONTH));
        data.put(
                "is_free_tier",
                ledger.grants(caller.organizationId()).stream()
                        .noneMatch(grant -> grant.kind() == GrantKind.PURCHASE));
        data.put("is_management_key", false);
        data.put("is_provisioning_key", false);
        return Answer.ok(answer);
    }

    private BigDecimal spent(Caller caller, Subject subject, BudgetPeriod period) {
        return ledger.spent(caller.organizationId(), subject, period).toDollars();
    }

    /** A hard limit of this key, with what it leaves. */
    private record Limit(Money amount, Money left, BudgetPeriod period) {}

    /** The one that leaves least; what is set for every key alike counts too. */
    private Optional<Limit> limit(long organizationId, Subject subject) {
        Subject everyKey = Subject.each(Subject.Kind.API_KEY);
        return ledger.budgets(organizationId).stream()
                .map(BudgetState::budget)
                .filter(budget -> budget.kind() == LimitKind.HARD)
                .filter(
                        budget ->
                                budget.subject().equals(subject)
                                        || budget.subject().equals(everyKey))
                .map(
                        budget ->
                                new Limit(
                                        budget.amount(),
                                        budget.amount()
                                                .minus(
                                                        ledger.spent(
                                                                organizationId,
                                                                subject,
                                                                budget.period()))
                                                .max(Money.ZERO),
                                        budget.period()))
                .min(Comparator.comparing(Limit::left));
    }

    private static @Nullable String reset(BudgetPeriod period) {
        return switch (period) {
            case DAY -> "daily";
            case WEEK -> "weekly";
            case MONTH -> "monthly";
            case LIFETIME -> null;
        };
    }

    Answer credits(Caller caller, ApiCall call) {
        Sums sums = sums(caller);
        ObjectNode answer = Json.object();
        answer.putObject("data")
                .put("total_credits", sums.given().toDollars())
                .put("total_usage", sums.used().toDollars());
        return Answer.ok(answer);
    }

    // ---- Vercel and DeepSeek: dollars as texts ----

    Answer balance(Caller caller, ApiCall call) {
        Sums sums = sums(caller);
        return Answer.ok(
                Json.object()
                        .put("balance", sums.balance().credit().exact())
                        .put("total_used", sums.used().exact()));
    }

    Answer userBalance(Caller caller, ApiCall call) {
        Sums sums = sums(caller);
        Money credit = sums.balance().credit();
        ObjectNode answer = Json.object();
        answer.put("is_available", credit.isPositive() && !sums.balance().frozen());
        answer.putArray("balance_infos")
                .addObject()
                .put("currency", "USD")
                .put("total_balance", credit.exact())
                .put("granted_balance", credit.minus(sums.bought()).exact())
                .put("topped_up_balance", sums.bought().exact());
        return Answer.ok(answer);
    }
}
