package dev.scrip.alerts;

import dev.scrip.ledger.BudgetPeriod;
import dev.scrip.ledger.LedgerEvent;
import dev.scrip.notifications.Mail;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Objects;

/** The words of the mails: whose limit, what happened, what it means now, and the next step. */
record AlertLetters(String publicUrl) {

    /** The day says which calendar the limits follow. */
    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("EEEE, d MMMM uuuu 'at' HH:mm 'UTC'", Locale.ENGLISH)
                    .withZone(ZoneOffset.UTC);

    Mail write(LedgerEvent event, LimitOwner owner, String to) {
        return switch (event.kind()) {
            case SOFT_LIMIT_REACHED -> softLimit(event, owner, to);
            case HARD_LIMIT_REACHED -> hardLimit(event, owner, to);
            case WALLET_EMPTY -> walletEmpty(owner, to);
        };
    }

    private Mail softLimit(LedgerEvent event, LimitOwner owner, String to) {
        BudgetPeriod period = periodOf(event);
        return new Mail(
                "soft_limit",
                to,
                "%s has reached its soft limit of $%s %s"
                        .formatted(owner.name(), event.threshold().cents(), each(period)),
                """
                Hello,

                %s has spent $%s %s, and its soft limit is $%s %s.
                Nothing is stopped: requests go on. You get this mail once %s.

                %s

                See what it went on:   %s/usage%s
                Change the limit:      %s/limits
                """
                        .formatted(
                                owner.name(),
                                event.value().exact(),
                                now(period),
                                event.threshold().exact(),
                                each(period),
                                each(period),
                                resets(period, event.at()),
                                publicUrl,
                                owner.usage(),
                                publicUrl));
    }

    private Mail hardLimit(LedgerEvent event, LimitOwner owner, String to) {
        BudgetPeriod period = periodOf(event);
        return new Mail(
                "hard_limit",
                to,
                "%s has reached its hard limit of $%s %s: requests are refused"
                        .formatted(owner.name(), event.threshold().cents(), each(period)),
                """
                Hello,

                %s has a hard limit of $%s %s, and $%s of it is spent %s. Requests that
                the rest does not cover are refused until the limit is raised%s.
                They work again at once when it is.

                %s

                Raise the limit:       %s/limits
                See what it went on:   %s/usage%s
                """
                        .formatted(
                                owner.name(),
                                event.threshold().exact(),
                                each(period),
                                event.threshold().minus(event.value()).exact(),
                                now(period),
                                period == BudgetPeriod.LIFETIME ? "" : " or counts from zero again",
                                resets(period, event.at()),
                                publicUrl,
                                publicUrl,
                                owner.usage()));
    }

    private Mail walletEmpty(LimitOwner owner, String to) {
        return new Mail(
                "wallet_empty",
                to,
                "%s is out of credit: requests are refused".formatted(owner.name()),
                """
                Hello,

                the balance of %s does not cover its requests any more, so they are
                refused. They work again with the next call after credit is bought,
                with the same keys.

                Buy credit:            %s/billing/buy
                See what it went on:   %s/usage
                """
                        .formatted(owner.name(), publicUrl, publicUrl));
    }

    private static BudgetPeriod periodOf(LedgerEvent event) {
        return Objects.requireNonNull(event.period(), "a limit without a period");
    }

    private static String each(BudgetPeriod period) {
        return switch (period) {
            case DAY -> "a day";
            case WEEK -> "a week";
            case MONTH -> "a month";
            case LIFETIME -> "in all";
        };
    }

    private static String now(BudgetPeriod period) {
        return switch (period) {
            case DAY -> "today";
            case WEEK -> "this week";
            case MONTH -> "this month";
            case LIFETIME -> "in all";
        };
    }

    private static String resets(BudgetPeriod period, Instant at) {
        Instant end = period.end(at);
        return end == null
                ? "This limit never counts from zero again: it is for all time."
                : "The limit counts from zero again on %s.".formatted(DAY.format(end));
    }
}
