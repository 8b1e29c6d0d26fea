package dev.scrip.console;

import dev.scrip.ledger.Balance;
import dev.scrip.ledger.Ledger;
import dev.scrip.ledger.MonthSpending;
import dev.scrip.organizations.ApiKey;
import dev.scrip.organizations.Organizations;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Response;

/** The first page behind the sign-in: the money, and how to make the first call. */
@Path("/")
@RunOnVirtualThread
class DashboardPages {

    @CheckedTemplate(basePath = "")
    record Dashboard(Balance balance, MonthSpending month, boolean hasKeys)
            implements TemplateInstance {}

    private final Ledger ledger;
    private final Organizations organizations;
    private final Visitor visitor;

    DashboardPages(Ledger ledger, Organizations organizations, Visitor visitor) {
        this.ledger = ledger;
        this.organizations = organizations;
        this.visitor = visitor;
    }

    @GET
    public Response dashboard() {
        long organizationId = visitor.organizationId();
        boolean hasKeys =
                organizations.keys(organizationId).stream()
                        .map(ApiKey::revokedAt)
                        .anyMatch(revokedAt -> revokedAt == null);
        return Pages.show(
                new Dashboard(
                        ledger.balance(organizationId),
                        ledger.monthSpending(organizationId),
                        hasKeys));
    }
}
