package dev.scrip.management;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.scrip.ledger.Balance;
import dev.scrip.ledger.Grant;
import dev.scrip.ledger.GrantKind;
import dev.scrip.ledger.GrantOrder;
import dev.scrip.ledger.GrantOutcome;
import dev.scrip.ledger.GrantScope;
import dev.scrip.ledger.Ledger;
import dev.scrip.ledger.RevokeOutcome;
import dev.scrip.management.ApiCall.Answer;
import dev.scrip.money.Money;
import dev.scrip.organizations.Organization;
import dev.scrip.organizations.Organizations;
import dev.scrip.organizations.Project;
import dev.scrip.postgres.Ids;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Organizations, what they own, and the credit they are given. */
final class WalletCalls {

    private static final String GRANT = "grant_";
    private static final int PAGE_MAX = 100;
    private static final int PRIORITY_MAX = 1_000;

    private final Organizations organizations;
    private final Ledger ledger;
    private final InstantSource clock;

    WalletCalls(Organizations organizations, Ledger ledger, InstantSource clock) {
        this.organizations = organizations;
        this.ledger = ledger;
        this.clock = clock;
    }

    Answer organizations(ApiCall call) {
        List<Organization> page =
                organizations.organizations(call.before(Organization.PREFIX), PAGE_MAX);
        return Answer.page(page.stream().map(WalletCalls::view).toList(), PAGE_MAX);
    }

    private static ObjectNode view(Organization organization) {
        return Json.object()
                .put("object", "organization")
                .put("id", Ids.print(Organization.PREFIX, organization.id()))
                .put("name", organization.name())
                .put("created_at", organization.createdAt().toString());
    }

    Answer balance(ApiCall call) {
        Balance balance = ledger.balance(new Payers(organizations).organization(call));
        Instant expiry = balance.nextExpiry();
        ObjectNode view = Json.object();
        view.put("object", "balance");
        view.put("credit", balance.credit().exact());
        view.put("scoped", balance.scoped().exact());
        view.put("held", balance.held().exact());
        view.put("available", balance.credit().minus(balance.held()).exact());
        view.put("in_recovery", balance.inRecovery().exact());
        view.put("next_expiry", expiry == null ? null : expiry.toString());
        view.put("frozen", balance.frozen());
        return Answer.ok(view);
    }

    Answer grants(ApiCall call) {
        long organizationId = new Payers(organizations).organization(call);
        return Answer.list(ledger.grants(organizationId).stream().map(WalletCalls::view).toList());
    }

    Answer grant(ApiCall call) {
        Payers payers = new Payers(organizations);
        long organizationId = payers.organization(call);
        Fields fields =
                call.fields()
                        .only(
                                Set.of(
                                        "kind",
                                        "amount",
                                        "priority",
                                        "models",
                                        "projects",
                                        "effective_at",
                                        "expires_at",
                                        "note"));
        String key = "api:" + call.key().key();
        GrantOutcome outcome = grant(payers, organizationId, fields, key);
        if (outcome instanceof GrantOutcome.KeyReused) {
            // Whoever came first in a race has set the moment from which it counts.
            outcome = grant(payers, organizationId, fields, key);
        }
        return switch (outcome) {
            case GrantOutcome.Granted granted -> new Answer(201, view(granted.grant()), false);
            case GrantOutcome.AlreadyGranted already ->
                    new Answer(201, view(already.grant()), true);
            case GrantOutcome.KeyReused _ -> throw ApiFault.keyReused();
        };
    }

    private GrantOutcome grant(Payers payers, long organizationId, Fields fields, String key) {
        GrantKind kind =
                fields.choice("kind", GrantKind.class).orElseThrow(() -> ApiFault.missing("kind"));
        if (kind == GrantKind.PURCHASE) {
            throw ApiFault.wrongValue("kind", "another kind: purchases are made with a card");
        }
        Money amount = fields.positiveAmount("amount");
        Optional<Grant> before = ledger.granted(organizationId, key);
        Instant effectiveAt =
                fields.moment("effective_at")
                        .or(() -> before.map(Grant::effectiveAt))
                        .orElseGet(clock::instant);
        Instant expiresAt = fields.moment("expires_at").orElse(null);
        if (expiresAt != null && !expiresAt.isAfter(effectiveAt)) {
            throw ApiFault.wrongValue("expires_at", "after it takes effect");
        }
        return ledger.grant(
                new GrantOrder(
                        organizationId,
                        key,
                        kind,
                        amount,
                        fields.number("priority", 0, PRIORITY_MAX)
                                .orElse(GrantOrder.PRIORITY_DEFAULT),
                        scope(payers, organizationId, fields),
                        effectiveAt,
                        expiresAt,
                        fields.text("note").orElse("")));
    }

    private static GrantScope scope(Payers payers, long organizationId, Fields fields) {
        Set<Long> projects = new HashSet<>();
        for (String printed : fields.texts("projects")) {
            long id =
                    Ids.parse(Project.PREFIX, printed)
                            .orElseThrow(() -> ApiFault.notFound("project", "projects"));
            projects.add(payers.project(organizationId, id, "projects").id());
        }
        return new GrantScope(Set.copyOf(fields.texts("models")), projects);
    }

    /** A grant ends once by nature: repeated, it is answered as it is. */
    Answer revoke(ApiCall call) {
        long organizationId = new Payers(organizations).organization(call);
        long grantId = call.id("grant", GRANT, "grant");
        return switch (ledger.revoke(organizationId, grantId)) {
            case RevokeOutcome.Unknown() -> throw ApiFault.notFound("grant", null);
            case RevokeOutcome.Revoked _ -> Answer.ok(view(find(organizationId, grantId)));
            case RevokeOutcome.NothingLeft _ -> Answer.ok(view(find(organizationId, grantId)));
        };
    }

    private Grant find(long organizationId, long grantId) {
        return ledger.grants(organizationId).stream()
                .filter(grant -> grant.grantId() == grantId)
                .findFirst()
                .orElseThrow(() -> ApiFault.notFound("grant", null));
    }

    private static ObjectNode view(Grant grant) {
        Instant expires = grant.expiresAt();
        Instant revoked = grant.revokedAt();
        ObjectNode view = Json.object();
        view.put("object", "grant");
        view.put("id", Ids.print(GRANT, grant.grantId()));
        view.put("kind", grant.kind().name().toLowerCase(Locale.ROOT));
        view.put("amount", grant.amount().exact());
        view.put("consumed", grant.consumed().exact());
        view.put("expired", grant.expired().exact());
        view.put("revoked", grant.revoked().exact());
        view.put("remaining", grant.remaining().exact());
        view.put("priority", grant.priority());
        ArrayNode models = view.putArray("models");
        grant.scope().models().stream().sorted().forEach(models::add);
        ArrayNode projects = view.putArray("projects");
        grant.scope().projects().stream()
                .sorted()
                .forEach(id -> projects.add(Ids.print(Project.PREFIX, id)));
        view.put("effective_at", grant.effectiveAt().toString());
        view.put("expires_at", expires == null ? null : expires.toString());
        view.put("revoked_at", revoked == null ? null : revoked.toString());
        view.put("note", grant.note());
        return view;
    }
}
