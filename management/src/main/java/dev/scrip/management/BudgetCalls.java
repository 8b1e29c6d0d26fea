package dev.scrip.management;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.scrip.ledger.Budget;
import dev.scrip.ledger.BudgetPeriod;
import dev.scrip.ledger.BudgetState;
import dev.scrip.ledger.Ledger;
import dev.scrip.ledger.LimitKind;
import dev.scrip.ledger.Subject;
import dev.scrip.management.ApiCall.Answer;
import dev.scrip.money.Money;
import dev.scrip.organizations.ApiKey;
import dev.scrip.organizations.Organizations;
import dev.scrip.organizations.Project;
import dev.scrip.postgres.Ids;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Limits: looked at, set, removed. To set one again changes nothing, so it needs no key. */
final class BudgetCalls {

    private static final String PREFIX = "budget_";
    private static final String MEMBER = "user_";

    private final Organizations organizations;
    private final Ledger ledger;

    BudgetCalls(Organizations organizations, Ledger ledger) {
        this.organizations = organizations;
        this.ledger = ledger;
    }

    Answer list(ApiCall call) {
        long organizationId = new Payers(organizations).organization(call);
        return Answer.list(ledger.budgets(organizationId).stream().map(BudgetCalls::view).toList());
    }

    private static ObjectNode view(BudgetState state) {
        Instant resets = state.resetsAt();
        return view(state.budget())
                .put("spent", state.spent().map(Money::exact).orElse(null))
                .put("resets_at", resets == null ? null : resets.toString());
    }

    Answer set(ApiCall call) {
        long organizationId = new Payers(organizations).organization(call);
        Fields fields = call.fields().only(Set.of("subject", "period", "kind", "amount"));
        Subject subject = fields.has("subject") ? subject(fields) : Subject.organization();
        BudgetPeriod period =
                fields.choice("period", BudgetPeriod.class)
                        .orElseThrow(() -> ApiFault.missing("period"));
        LimitKind kind =
                fields.choice("kind", LimitKind.class).orElseThrow(() -> ApiFault.missing("kind"));
        Money amount = fields.requiredAmount("amount");
        return Answer.ok(view(ledger.setBudget(organizationId, subject, period, kind, amount)));
    }

    private static Subject subject(Fields fields) {
        Fields named = fields.inner("subject").only(Set.of("type", "id"));
        Subject.Kind kind =
                named.choice("type", Subject.Kind.class)
                        .orElseThrow(() -> ApiFault.missing(named.name("type")));
        if (kind == Subject.Kind.ORGANIZATION) {
            return Subject.organization();
        }
        String id = named.requiredText("id");
        if (id.equals(Subject.EACH)) {
            return Subject.each(kind);
        }
        if (kind == Subject.Kind.END_USER) {
            return Subject.endUser(id);
        }
        return new Subject(kind, Long.toString(named.id("id", prefix(kind)).orElseThrow()));
    }

    private static String prefix(Subject.Kind kind) {
        return switch (kind) {
            case PROJECT -> Project.PREFIX;
            case API_KEY -> ApiKey.PREFIX;
            case MEMBER -> MEMBER;
            case ORGANIZATION, END_USER -> "";
        };
    }

    Answer remove(ApiCall call) {
        long organizationId = new Payers(organizations).organization(call);
        String id = call.path().getOrDefault("budget", "");
        Optional<Long> budgetId = Ids.parse(PREFIX, id);
        if (budgetId.isEmpty() || !ledger.removeBudget(organizationId, budgetId.get())) {
            throw ApiFault.notFound("budget", null);
        }
        return Answer.ok(Json.object().put("object", "budget").put("id", id).put("deleted", true));
    }

    private static ObjectNode view(Budget budget) {
        Subject subject = budget.subject();
        ObjectNode view = Json.object();
        view.put("object", "budget");
        view.put("id", Ids.print(PREFIX, budget.budgetId()));
        ObjectNode named = view.putObject("subject");
        named.put("type", subject.kind().name().toLowerCase(Locale.ROOT));
        named.put("id", printed(subject));
        view.put("period", budget.period().name().toLowerCase(Locale.ROOT));
        view.put("kind", budget.kind().name().toLowerCase(Locale.ROOT));
        view.put("amount", budget.amount().exact());
        return view;
    }

    private static String printed(Subject subject) {
        String prefix = prefix(subject.kind());
        return prefix.isEmpty() || subject.isEach()
                ? subject.id()
                : Ids.print(prefix, Long.parseLong(subject.id()));
    }
}
