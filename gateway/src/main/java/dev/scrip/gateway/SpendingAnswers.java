package dev.scrip.gateway;

import dev.scrip.charging.Admission;
import dev.scrip.ledger.Budget;
import dev.scrip.ledger.BudgetPeriod;
import dev.scrip.ledger.Subject;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is said for want of credit and at spending limits: how much is needed, and what helps.
 *
 * @param topUpUrl where credit is bought; null: not told
 */
record SpendingAnswers(@Nullable String topUpUrl) {

    private static final String FUNDS = "insufficient_quota";

    Answer creditEnds(Admission.InsufficientCredit refused) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("required", refused.required().exact());
        facts.put("available", refused.available().exact());
        facts.put("held", refused.held().exact());
        String held =
                refused.held().isPositive()
                        ? " (another $" + refused.held().exact() + " is held by running requests)"
                        : "";
        String message =
                "Your credit does not cover this request: it needs up to $%s and $%s is available%s. Buy credit%s, or ask for a shorter answer."
                        .formatted(
                                refused.required().exact(),
                                refused.available().exact(),
                                held,
                                topUpUrl == null ? "" : " at " + topUpUrl);
        return funds("credit_balance_exhausted", message, facts);
    }

    Answer limitReached(Admission.LimitReached refused) {
        Budget budget = refused.budget();
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("required", refused.required().exact());
        facts.put("available", refused.available().exact());
        facts.put("held", refused.held().exact());
        facts.put("limit", budget.amount().exact());
        facts.put("limit_of", budget.subject().kind().name().toLowerCase(Locale.ROOT));
        facts.put("period", budget.period().name().toLowerCase(Locale.ROOT));
        facts.put("spent", refused.spent().exact());
        Instant resetsAt = refused.resetsAt();
        if (resetsAt != null) {
            facts.put("resets_at", resetsAt.toString());
        }
        String held =
                refused.held().isPositive()
                        ? ", $" + refused.held().exact() + " is held by running requests,"
                        : "";
        String message =
                "The spending limit of %s%s is reached: $%s of $%s is spent%s and this request needs up to $%s. Raise the limit%s."
                        .formatted(
                                whose(budget.subject()),
                                period(budget.period()),
                                refused.spent().exact(),
                                budget.amount().exact(),
                                held,
                                refused.required().exact(),
                                resetsAt == null ? "" : ", or wait until it resets at " + resetsAt);
        return funds(code(budget.subject()), message, facts);
    }

    private static String whose(Subject subject) {
        return switch (subject.kind()) {
            case ORGANIZATION -> "your organization";
            case PROJECT -> "this project";
            case API_KEY -> "this API key";
            case MEMBER -> "this key's owner";
            case END_USER -> "this end user";
        };
    }

    private static String code(Subject subject) {
        return switch (subject.kind()) {
            case ORGANIZATION -> "organization_spend_limit_exceeded";
            case PROJECT -> "project_spend_limit_exceeded";
            case API_KEY -> "api_key_spend_limit_exceeded";
            case MEMBER -> "member_spend_limit_exceeded";
            case END_USER -> "end_user_spend_limit_exceeded";
        };
    }

    private static String period(BudgetPeriod period) {
        return switch (period) {
            case DAY -> " for today";
            case WEEK -> " for this week";
            case MONTH -> " for this month";
            case LIFETIME -> "";
        };
    }

    private Answer funds(String code, String message, Map<String, String> facts) {
        if (topUpUrl != null) {
            facts.put("top_up_url", topUpUrl);
        }
        Buffer body = Answer.envelope(FUNDS, code, null, message, facts);
        return new Answer(429, body, Map.of()).noRetry();
    }
}
