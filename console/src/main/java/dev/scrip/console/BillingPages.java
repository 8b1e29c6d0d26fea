package dev.scrip.console;

import dev.scrip.identity.Identity;
import dev.scrip.identity.User;
import dev.scrip.ledger.JournalEntry;
import dev.scrip.ledger.Ledger;
import dev.scrip.ledger.Recurrence;
import dev.scrip.metering.Metering;
import dev.scrip.organizations.Organizations;
import dev.scrip.payments.Payments;
import dev.scrip.payments.Purchase;
import dev.scrip.postgres.Ids;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** The wallet: what is there, what it came from, what it paid for, and the cards that fill it. */
@Path("/billing")
@RunOnVirtualThread
class BillingPages {

    static final String ENTRY_PREFIX = "entry_";

    private static final int SHORT_ROWS = 5;
    private static final int PAGE_ROWS = 50;

    /**
     * @param payers who may pay, by name, for those who may not
     */
    @CheckedTemplate(basePath = "")
    record Billing(
            WalletFigures wallet,
            List<GrantRow> grants,
            List<RecurrenceRow> recurring,
            List<CardRow> cards,
            List<PurchaseRow> purchases,
            List<EntryRow> history,
            String payers)
            implements TemplateInstance {}

    @CheckedTemplate(basePath = "")
    record Purchases(List<PurchaseRow> purchases, @Nullable String first, @Nullable String next)
            implements TemplateInstance {}

    @CheckedTemplate(basePath = "")
    record History(List<EntryRow> history, @Nullable String first, @Nullable String next)
            implements TemplateInstance {}

    private final Ledger ledger;
    private final Metering metering;
    private final Payments payments;
    private final Organizations organizations;
    private final Identity identity;
    private final Visitor visitor;
    private final InstantSource clock;

    BillingPages(
            Ledger ledger,
            Metering metering,
            Payments payments,
            Organizations organizations,
            Identity identity,
            Visitor visitor,
            InstantSource clock) {
        this.ledger = ledger;
        this.metering = metering;
        this.payments = payments;
        this.organizations = organizations;
        this.identity = identity;
        this.visitor = visitor;
        this.clock = clock;
    }

    @GET
    public Response billing() {
        Instant now = clock.instant();
        long organizationId = visitor.organizationId();
        GrantScopes scopes = new GrantScopes(organizations.projects(organizationId));
        return Pages.show(
                new Billing(
                        WalletFigures.read(ledger, metering, organizationId, now),
                        ledger.grants(organizationId).stream()
                                .map(grant -> GrantRow.of(grant, scopes, now))
                                .toList(),
                        ledger.recurrences(organizationId).stream()
                                .filter(Recurrence::goesOn)
                                .map(each -> RecurrenceRow.of(each, scopes))
                                .toList(),
                        payments.cards(organizationId).stream().map(CardRow::of).toList(),
                        payments.purchases(organizationId, Optional.empty(), SHORT_ROWS).stream()
                                .map(PurchaseRow::of)
                                .toList(),
                        ledger.history(organizationId, Optional.empty(), SHORT_ROWS).stream()
                                .map(EntryRow::of)
                                .toList(),
                        payers(organizations, identity, organizationId)));
    }

    @GET
    @Path("/purchases")
    public Response purchases(@RestQuery @DefaultValue("") String before) {
        Optional<Long> last = Ids.parse(Purchase.PREFIX, before);
        List<Purchase> found = payments.purchases(visitor.organizationId(), last, PAGE_ROWS + 1);
        List<Purchase> shown = found.subList(0, Math.min(PAGE_ROWS, found.size()));
        return Pages.show(
                new Purchases(
                        shown.stream().map(PurchaseRow::of).toList(),
                        last.isPresent() ? "/billing/purchases" : null,
                        found.size() > shown.size()
                                ? "/billing/purchases?before="
                                        + Ids.print(Purchase.PREFIX, shown.getLast().id())
                                : null));
    }

    @GET
    @Path("/history")
    public Response history(@RestQuery @DefaultValue("") String before) {
        Optional<Long> last = Ids.parse(ENTRY_PREFIX, before);
        List<JournalEntry> found = ledger.history(visitor.organizationId(), last, PAGE_ROWS + 1);
        List<JournalEntry> shown = found.subList(0, Math.min(PAGE_ROWS, found.size()));
        return Pages.show(
                new History(
                        shown.stream().map(EntryRow::of).toList(),
                        last.isPresent() ? "/billing/history" : null,
                        found.size() > shown.size()
                                ? "/billing/history?before="
                                        + Ids.print(ENTRY_PREFIX, shown.getLast().entryId())
                                : null));
    }

    /** "Ann Lee, Bob Roe": whom to ask, for members who may not pay. */
    static String payers(Organizations organizations, Identity identity, long organizationId) {
        return organizations.owners(organizationId).stream()
                .flatMap(userId -> identity.user(userId).stream())
                .map(User::name)
                .collect(Collectors.joining(", "));
    }
}
