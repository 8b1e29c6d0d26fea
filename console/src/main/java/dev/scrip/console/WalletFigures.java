package dev.scrip.console;

import dev.scrip.ledger.Balance;
import dev.scrip.ledger.Ledger;
import dev.scrip.ledger.MonthSpending;
import dev.scrip.metering.Metering;
import dev.scrip.money.Money;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;

/**
 * The figures about money that stand on top of several pages, read in one way so that they agree.
 *
 * @param month the organization's spending in the current calendar month (UTC), with its limits
 * @param lastWeek what was spent in the last seven days
 */
public record WalletFigures(Balance balance, MonthSpending month, Money lastWeek) {

    private static final int PACE_DAYS = 7;

    static WalletFigures read(Ledger ledger, Metering metering, long organizationId, Instant now) {
        return new WalletFigures(
                ledger.balance(organizationId),
                ledger.monthSpending(organizationId),
                metering.spentSince(organizationId, now.minus(Duration.ofDays(PACE_DAYS))));
    }

    /** Whole days until the credit is used up at the pace of the last seven; empty: no pace. */
    public OptionalLong daysLeft() {
        return lastWeek.isPositive()
                ? OptionalLong.of(balance.credit().shareOf(lastWeek, PACE_DAYS))
                : OptionalLong.empty();
    }

    /** {@link #daysLeft()} in words. */
    public String daysLeftText() {
        OptionalLong days = daysLeft();
        if (days.isEmpty()) {
            return "No spending yet";
        }
        if (days.getAsLong() > 999) {
            return "999+ days";
        }
        return switch ((int) days.getAsLong()) {
            case 0 -> "Less than a day";
            case 1 -> "1 day";
            default -> days.getAsLong() + " days";
        };
    }

    /** Soon to be used up, or used up: worth a colour. */
    public boolean isRunningOut() {
        OptionalLong days = daysLeft();
        return !balance.credit().isPositive() || (days.isPresent() && days.getAsLong() < 3);
    }
}
