package dev.scrip.console;

import dev.scrip.console.TableOrder.Column;
import dev.scrip.console.UsageOrder.Heading;
import dev.scrip.ledger.BookMonth;
import dev.scrip.ledger.Books;
import dev.scrip.ledger.JournalHead;
import dev.scrip.ledger.TrialBalance;
import dev.scrip.money.Money;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import org.jboss.resteasy.reactive.RestQuery;

/** The platform's books as accountants need them. */
@Path("/operator/books")
@Needs(Access.OPERATOR)
@RunOnVirtualThread
class BooksPages {

    private static final String PATH = "/operator/books";

    private static final TableOrder<TrialBalance.Line> ACCOUNTS =
            new TableOrder<>(
                    "accounts",
                    List.of(
                            text("account", "Account", TrialBalance.Line::account),
                            text("nature", "Nature", TrialBalance.Line::nature),
                            amount("debit", "Debit", TrialBalance.Line::debit),
                            amount("credit", "Credit", TrialBalance.Line::credit),
                            amount("balance", "Balance", TrialBalance.Line::balance)));

    private static final TableOrder<BookMonth> MONTHS =
            new TableOrder<>(
                    "months",
                    List.of(
                            new Column<>(
                                    "month",
                                    "Month",
                                    false,
                                    Comparator.comparing(BookMonth::month)),
                            amount("opening", "Opening", month -> month.deferred().opening()),
                            amount("purchased", "Bought", month -> month.deferred().purchased()),
                            amount("used", "Used", month -> month.deferred().recognized()),
                            amount("expired", "Expired", month -> month.deferred().expired()),
                            amount("refunded", "Refunded", month -> month.deferred().refunded()),
                            amount("closing", "Closing", month -> month.deferred().closing()),
                            amount("paid", "Paid", BookMonth::revenuePaid),
                            amount("given-used", "Given", BookMonth::revenueGiven),
                            amount("breakage", "Breakage", BookMonth::breakage),
                            amount("given", "Granted", BookMonth::given),
                            amount("given-expired", "Expired", BookMonth::givenExpired),
                            amount("losses", "Losses", BookMonth::losses)));

    private static <R> Column<R> text(String key, String title, Function<R, String> of) {
        return new Column<>(key, title, false, Comparator.comparing(of));
    }

    private static <R> Column<R> amount(String key, String title, Function<R, Money> of) {
        return new Column<>(key, title, true, Comparator.comparing(of));
    }

    /**
     * @param year shown; empty: all
     */
    @CheckedTemplate(basePath = "")
    record OperatorBooks(
            PastDay on,
            TrialBalance balance,
            List<TrialBalance.Line> accounts,
            List<Heading> accountHeadings,
            String year,
            List<String> years,
            List<BookMonth> months,
            List<Heading> monthHeadings,
            JournalHead head,
            String missingGuard)
            implements TemplateInstance {}

    private final Books books;
    private final InstantSource clock;

    BooksPages(Books books, InstantSource clock) {
        this.books = books;
        this.clock = clock;
    }

    @GET
    public Response books(
            @RestQuery @DefaultValue("") String on,
            @RestQuery @DefaultValue("") String year,
            @Context UriInfo address) {
        MultivaluedMap<String, String> parameters = address.getQueryParameters();
        PastDay day = PastDay.read(on, clock);
        TrialBalance balance = books.trialBalance(day.end());
        List<BookMonth> months = books.months();
        List<String> years = months.stream().map(BooksPages::yearOf).distinct().toList();
        String chosen = years.contains(year) ? year : "";
        String here = PATH + "?on=" + day.day() + "&year=" + chosen;
        return Pages.show(
                new OperatorBooks(
                        day,
                        balance,
                        ACCOUNTS.sort(balance.lines(), parameters),
                        ACCOUNTS.headings(here, parameters),
                        chosen,
                        years,
                        MONTHS.sort(of(chosen, months), parameters),
                        MONTHS.headings(here, parameters),
                        books.journalHead(),
                        books.missingGuard().orElse("")));
    }

    @GET
    @Path("/trial-balance.csv")
    public Response trialBalance(@RestQuery @DefaultValue("") String on) {
        PastDay day = PastDay.read(on, clock);
        return Csv.download("trial-balance-" + day.day(), books.trialBalance(day.end()).csv());
    }

    @GET
    @Path("/months.csv")
    public Response months(@RestQuery @DefaultValue("") String year) {
        List<BookMonth> months = books.months();
        boolean known = months.stream().map(BooksPages::yearOf).anyMatch(year::equals);
        return known
                ? Csv.download("books-" + year, BookMonth.csv(of(year, months)))
                : Csv.download("books", BookMonth.csv(months));
    }

    private static List<BookMonth> of(String year, List<BookMonth> months) {
        return months.stream()
                .filter(month -> year.isEmpty() || yearOf(month).equals(year))
                .toList();
    }

    private static String yearOf(BookMonth month) {
        return String.valueOf(month.month().getYear());
    }
}
