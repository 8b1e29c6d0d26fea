package dev.scrip.ledger;

import dev.scrip.money.Money;
import java.time.Instant;
import java.util.List;

/**
 * Every book account over the whole platform: what was debited to it and what was credited before a
 * moment. Both columns add up to the same.
 */
public record TrialBalance(Instant before, List<Line> lines) {

    public TrialBalance {
        lines = List.copyOf(lines);
    }

    /**
     * One account.
     *
     * @param account its name in the tables, such as {@code revenue_paid}
     * @param nature "asset", "liability", "income" or "expense"
     * @param debit all that was posted from it
     * @param credit all that was posted to it
     */
    public record Line(String account, String nature, Money debit, Money credit) {

        /** Debit less credit: positive for what is owned or was borne, negative for the others. */
        public Money balance() {
            return debit.minus(credit);
        }
    }

    public Money debit() {
        return lines.stream().map(Line::debit).reduce(Money.ZERO, Money::plus);
    }

    public Money credit() {
        return lines.stream().map(Line::credit).reduce(Money.ZERO, Money::plus);
    }

    /** Of all accounts together: zero. */
    public Money balance() {
        return debit().minus(credit());
    }

    /** As CSV, amounts in dollars with all their decimals, after a line of headings. */
    public String csv() {
        StringBuilder text = new StringBuilder("account,nature,debit,credit,balance\r\n");
        for (Line line : lines) {
            row(text, line.account, line.nature, line.debit, line.credit, line.balance());
        }
        row(text, "total", "", debit(), credit(), balance());
        return text.toString();
    }

    private static void row(
            StringBuilder text,
            String account,
            String nature,
            Money debit,
            Money credit,
            Money balance) {
        text.append(account)
                .append(',')
                .append(nature)
                .append(',')
                .append(debit.exact())
                .append(',')
                .append(credit.exact())
                .append(',')
                .append(balance.exact())
                .append("\r\n");
    }
}
