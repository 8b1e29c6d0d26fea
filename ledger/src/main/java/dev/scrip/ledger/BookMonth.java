package dev.scrip.ledger;

import dev.scrip.money.Money;
import java.time.YearMonth;
import java.util.List;

/**
 * One month (UTC) of the platform's books, as accountants need it.
 *
 * @param deferred what was paid for and not used yet
 * @param revenuePaid used credit that had been paid for; the same as what {@code deferred} lost by
 *     being recognized
 * @param revenueGiven used credit that had been given
 * @param breakage paid credit that expired unused
 * @param given credit given away: trials, promotions, vouchers, refunds in credit, adjustments
 * @param givenExpired given credit that expired unused
 * @param losses usage that no credit was found for
 */
public record BookMonth(
        YearMonth month,
        Deferred deferred,
        Money revenuePaid,
        Money revenueGiven,
        Money breakage,
        Money given,
        Money givenExpired,
        Money losses) {

    private static final String HEADINGS =
            "month,deferred_opening,purchased,recognized,expired,refunded,deferred_closing,"
                    + "revenue_paid,revenue_given,breakage,given,given_expired,losses\r\n";

    /**
     * Deferred revenue: credit that was bought and is neither used nor expired nor given back.
     * {@code opening + purchased - recognized - expired - refunded = closing}.
     */
    public record Deferred(
            Money opening, Money purchased, Money recognized, Money expired, Money refunded) {

        public Money closing() {
            return opening.plus(purchased).minus(recognized).minus(expired).minus(refunded);
        }
    }

    /** As CSV, amounts in dollars with all their decimals, after a line of headings. */
    public static String csv(List<BookMonth> months) {
        StringBuilder text = new StringBuilder(HEADINGS);
        for (BookMonth each : months) {
            text.append(each.month);
            for (Money amount : each.amounts()) {
                text.append(',').append(amount.exact());
            }
            text.append("\r\n");
        }
        return text.toString();
    }

    private List<Money> amounts() {
        return List.of(
                deferred.opening,
                deferred.purchased,
                deferred.recognized,
                deferred.expired,
                deferred.refunded,
                deferred.closing(),
                revenuePaid,
                revenueGiven,
                breakage,
                given,
                givenExpired,
                losses);
    }
}
