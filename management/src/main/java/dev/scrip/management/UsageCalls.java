package dev.scrip.management;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.scrip.charging.Authorizations;
import dev.scrip.charging.RequestIds;
import dev.scrip.charging.UsageEvent;
import dev.scrip.charging.UsageEvent.Cost;
import dev.scrip.ledger.OperationKey;
import dev.scrip.ledger.Payer;
import dev.scrip.ledger.UsageOutcome;
import dev.scrip.management.ApiCall.Answer;
import dev.scrip.money.Money;
import dev.scrip.organizations.Organizations;
import dev.scrip.pricing.Usage;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Usage in batches, each event once for its own key. */
final class UsageCalls {

    static final int EVENTS_MAX = 1_000;

    /** An event that cannot be charged to anybody, with why; or one that can. */
    private record Read(String key, Optional<UsageEvent> event, Optional<ApiFault> fault) {}

    private final Organizations organizations;
    private final Authorizations authorizations;
    private final InstantSource clock;

    UsageCalls(Organizations organizations, Authorizations authorizations, InstantSource clock) {
        this.organizations = organizations;
        this.authorizations = authorizations;
        this.clock = clock;
    }

    /** What cannot be read refuses the whole call, before anything is done. */
    Answer events(ApiCall call) {
        JsonNode events = call.fields().only(Set.of("events")).array("events");
        if (events.isEmpty() || events.size() > EVENTS_MAX) {
            throw ApiFault.wrongValue("events", "from 1 to " + EVENTS_MAX + " events");
        }
        Payers payers = new Payers(organizations);
        List<Read> read = new ArrayList<>(events.size());
        for (int index = 0; index < events.size(); index++) {
            String place = "events[" + index + "]";
            if (!(events.get(index) instanceof ObjectNode event)) {
                throw ApiFault.wrongType(place, "an object");
            }
            read.add(read(payers, new Fields(event, place + ".")));
        }
        List<UsageOutcome> outcomes =
                authorizations.charge(read.stream().flatMap(one -> one.event.stream()).toList());
        List<ObjectNode> answers = new ArrayList<>();
        int next = 0;
        for (Read one : read) {
            answers.add(
                    one.fault.isPresent()
                            ? refused(one.key, one.fault.get())
                            : view(one.key, outcomes.get(next++)));
        }
        return Answer.list(answers);
    }

    private Read read(Payers payers, Fields fields) {
        fields.only(
                Set.of(
                        "key",
                        "organization",
                        "project",
                        "api_key",
                        "end_user",
                        "model",
                        "usage",
                        "amount",
                        "happened_at"));
        String key = fields.requiredText("key");
        OperationKey operation =
                ApiCall.operationKey(key, fields.name("key"), "usage", fields.object());
        Optional<Money> amount = fields.amount("amount");
        Optional<Usage> usage = fields.usage();
        if (amount.isPresent() == usage.isPresent()) {
            throw ApiFault.wrongValue(fields.name("amount"), "there, or “usage”, and not both");
        }
        String model = fields.text("model").orElse("");
        if (usage.isPresent() && model.isEmpty()) {
            throw ApiFault.missing(fields.name("model"));
        }
        Instant happened = fields.moment("happened_at").orElseGet(clock::instant);
        Cost cost =
                usage.<Cost>map(Cost.Used::new)
                        .orElseGet(() -> new Cost.Known(amount.orElseThrow()));
        try {
            Payer payer = payers.named(fields);
            UsageEvent event = new UsageEvent(operation, payer, model, cost, happened);
            return new Read(key, Optional.of(event), Optional.empty());
        } catch (ApiFault fault) {
            if (fault.status() != 404) {
                throw fault;
            }
            return new Read(key, Optional.empty(), Optional.of(fault));
        }
    }

    private static ObjectNode view(String key, UsageOutcome outcome) {
        return switch (outcome) {
            case UsageOutcome.Charged charged ->
                    Json.object()
                            .put("key", key)
                            .put("status", "charged")
                            .put("duplicate", charged.replayed())
                            .put("request", RequestIds.print(charged.requestId()))
                            .put("amount", charged.amount().exact())
                            .put("balance", charged.balance().exact())
                            .put("charged_at", charged.chargedAt().toString());
            case UsageOutcome.Refused refused ->
                    refused(key, ApiFault.of(refused.refusal()))
                            .put("duplicate", refused.replayed());
            case UsageOutcome.KeyReused() -> {
                ObjectNode view = refused(key, ApiFault.keyReused());
                yield view.put("status", "conflict");
            }
            case UsageOutcome.AskAgain() ->
                    throw new IllegalStateException("an event that nobody decided on");
        };
    }

    private static ObjectNode refused(String key, ApiFault fault) {
        ObjectNode view =
                Json.object().put("key", key).put("status", "refused").put("duplicate", false);
        view.set("error", fault.error());
        return view;
    }
}
