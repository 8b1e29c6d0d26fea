package dev.scrip.management;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.scrip.charging.Authorizations;
import dev.scrip.charging.CaptureOrder;
import dev.scrip.ledger.DurableHold;
import dev.scrip.ledger.DurableHold.OnExpiry;
import dev.scrip.ledger.HoldOrder;
import dev.scrip.ledger.HoldOutcome;
import dev.scrip.ledger.Holds;
import dev.scrip.ledger.Payer;
import dev.scrip.management.ApiCall.Answer;
import dev.scrip.money.Money;
import dev.scrip.organizations.ApiKey;
import dev.scrip.organizations.Organization;
import dev.scrip.organizations.Organizations;
import dev.scrip.organizations.Project;
import dev.scrip.postgres.Ids;
import dev.scrip.pricing.Usage;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Holds: taken, looked at, extended, captured, released. */
final class HoldCalls {

    static final String PREFIX = "hold_";
    private static final Duration LASTS = Duration.ofMinutes(15);
    private static final int PAGE_MAX = 100;

    private final Organizations organizations;
    private final Authorizations authorizations;
    private final Holds holds;

    HoldCalls(Organizations organizations, Authorizations authorizations, Holds holds) {
        this.organizations = organizations;
        this.authorizations = authorizations;
        this.holds = holds;
    }

    Answer create(ApiCall call) {
        Payers payers = new Payers(organizations);
        long organizationId = payers.organization(call);
        Fields fields =
                call.fields()
                        .only(
                                Set.of(
                                        "amount",
                                        "model",
                                        "project",
                                        "api_key",
                                        "end_user",
                                        "expires_in",
                                        "on_expiry",
                                        "note"));
        HoldOrder order =
                new HoldOrder(
                        call.key(),
                        payers.of(organizationId, fields),
                        fields.text("model").orElse(""),
                        fields.positiveAmount("amount"),
                        fields.lasts("expires_in").orElse(LASTS),
                        fields.choice("on_expiry", OnExpiry.class).orElse(OnExpiry.RELEASE),
                        fields.text("note").orElse(""));
        return answer(201, authorizations.hold(order));
    }

    Answer list(ApiCall call) {
        long organizationId = new Payers(organizations).organization(call);
        List<DurableHold> page = holds.list(organizationId, call.before(PREFIX), PAGE_MAX);
        return Answer.page(page.stream().map(HoldCalls::view).toList(), PAGE_MAX);
    }

    Answer get(ApiCall call) {
        long organizationId = new Payers(organizations).organization(call);
        return holds.find(organizationId, holdId(call))
                .map(hold -> Answer.ok(view(hold)))
                .orElseThrow(() -> ApiFault.notFound("hold", null));
    }

    Answer extend(ApiCall call) {
        long organizationId = new Payers(organizations).organization(call);
        Fields fields = call.fields().only(Set.of("amount", "expires_in"));
        Optional<Duration> lasts = fields.lasts("expires_in");
        if (!fields.has("amount") && lasts.isEmpty()) {
            throw ApiFault.missing("amount");
        }
        Money more = fields.has("amount") ? fields.positiveAmount("amount") : Money.ZERO;
        return answer(
                200,
                authorizations.extend(
                        organizationId,
                        holdId(call),
                        call.key(),
                        more,
                        lasts.orElse(Duration.ZERO)));
    }

    Answer capture(ApiCall call) {
        long organizationId = new Payers(organizations).organization(call);
        Fields fields = call.fields().only(Set.of("amount", "usage"));
        Optional<Money> amount = fields.amount("amount");
        Optional<Usage> usage = fields.usage();
        if (amount.isEmpty() && usage.isEmpty()) {
            throw ApiFault.missing("amount");
        }
        return answer(
                200,
                authorizations.capture(
                        new CaptureOrder(
                                organizationId,
                                holdId(call),
                                call.key(),
                                amount.orElse(null),
                                usage.orElse(null))));
    }

    Answer release(ApiCall call) {
        long organizationId = new Payers(organizations).organization(call);
        Fields _ = call.fields().only(Set.of());
        return answer(200, authorizations.release(organizationId, holdId(call), call.key()));
    }

    private static long holdId(ApiCall call) {
        return call.id("hold", PREFIX, "hold");
    }

    private static Answer answer(int status, HoldOutcome outcome) {
        return switch (outcome) {
            case HoldOutcome.Done done -> {
                ObjectNode view = view(done.hold());
                ObjectNode balance = view.putObject("balance");
                balance.put("credit", done.balance().exact());
                balance.put("available", done.available().exact());
                yield new Answer(status, view, done.replayed());
            }
            case HoldOutcome.Refused refused -> {
                ApiFault fault = ApiFault.of(refused.refusal());
                ObjectNode body = Json.object();
                body.set("error", fault.error());
                yield new Answer(fault.status(), body, refused.replayed());
            }
            case HoldOutcome.KeyReused() -> throw ApiFault.keyReused();
            case HoldOutcome.UnknownHold() -> throw ApiFault.notFound("hold", null);
            case HoldOutcome.AskAgain() ->
                    throw new IllegalStateException("a hold that nobody decided on");
        };
    }

    private static ObjectNode view(DurableHold hold) {
        Payer payer = hold.payer();
        ObjectNode view = Json.object();
        view.put("object", "hold");
        view.put("id", Ids.print(PREFIX, hold.holdId()));
        view.put("organization", Ids.print(Organization.PREFIX, payer.organizationId()));
        view.put("project", Ids.print(Project.PREFIX, payer.projectId()));
        view.put(
                "api_key",
                payer.apiKeyId() == 0 ? null : Ids.print(ApiKey.PREFIX, payer.apiKeyId()));
        view.put("end_user", payer.endUser());
        view.put("model", hold.model().isEmpty() ? null : hold.model());
        view.put("note", hold.note());
        view.put("state", hold.state().name().toLowerCase(Locale.ROOT));
        view.put("amount", hold.amount().exact());
        view.put("captured", hold.captured().exact());
        view.put("released", hold.released().exact());
        view.put("held_at", hold.heldAt().toString());
        view.put("expires_at", hold.expiresAt().toString());
        view.put("on_expiry", hold.onExpiry().name().toLowerCase(Locale.ROOT));
        view.put("ended_at", hold.endedAt() == null ? null : String.valueOf(hold.endedAt()));
        return view;
    }
}
