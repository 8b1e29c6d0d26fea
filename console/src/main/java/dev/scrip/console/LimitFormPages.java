package dev.scrip.console;

import dev.scrip.identity.Identity;
import dev.scrip.ledger.Budget;
import dev.scrip.ledger.BudgetPeriod;
import dev.scrip.ledger.BudgetState;
import dev.scrip.ledger.Ledger;
import dev.scrip.ledger.LimitKind;
import dev.scrip.ledger.Subject;
import dev.scrip.money.Money;
import dev.scrip.organizations.Organizations;
import dev.scrip.postgres.Ids;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Response;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jboss.resteasy.reactive.RestForm;
import org.jboss.resteasy.reactive.RestQuery;

/** One limit of anybody for any period: made, changed, removed, each after a question. */
@Path("/limits/one")
@Needs(Access.PAY)
@RunOnVirtualThread
class LimitFormPages {

    /**
     * @param whose the limit's owner by name, when it is changed
     * @param errors by form field
     */
    @CheckedTemplate(basePath = "")
    record LimitEdit(
            LimitForm form,
            String whose,
            List<LimitSubjects.Group> groups,
            Map<String, String> errors)
            implements TemplateInstance {}

    @CheckedTemplate(basePath = "")
    record LimitQuestion(LimitPlan plan, LimitForm form) implements TemplateInstance {}

    private final Ledger ledger;
    private final Organizations organizations;
    private final Identity identity;
    private final Visitor visitor;
    private final Page page;
    private final Flash flash;
    private final InstantSource clock;

    LimitFormPages(
            Ledger ledger,
            Organizations organizations,
            Identity identity,
            Visitor visitor,
            Page page,
            Flash flash,
            InstantSource clock) {
        this.ledger = ledger;
        this.organizations = organizations;
        this.identity = identity;
        this.visitor = visitor;
        this.page = page;
        this.flash = flash;
        this.clock = clock;
    }

    /** The form: for a limit that is there, or a new one of somebody. */
    @GET
    public Response form(
            @RestQuery @DefaultValue("") String id,
            @RestQuery @DefaultValue("organization") String whose,
            @RestQuery @DefaultValue("") String endUser) {
        LimitForm form =
                id.isEmpty()
                        ? LimitForm.empty(whose, endUser)
                        : LimitForm.of(id, find(id).budget());
        return Pages.show(page(form, subjects(), Map.of()));
    }

    /** Says what the limit will do. Changes nothing. */
    @GET
    @Path("/confirm")
    public Response confirmation(
            @RestQuery @DefaultValue("") String id,
            @RestQuery @DefaultValue("") String whose,
            @RestQuery @DefaultValue("") String endUser,
            @RestQuery @DefaultValue("") String period,
            @RestQuery @DefaultValue("") String kind,
            @RestQuery @DefaultValue("") String amount) {
        LimitForm form = read(id, whose, endUser, period, kind, amount);
        LimitSubjects subjects = subjects();
        Map<String, String> errors = errors(form, subjects);
        return errors.isEmpty()
                ? Pages.show(new LimitQuestion(plan(form, subjects), form))
                : Pages.refused(page(form, subjects, errors));
    }

    @POST
    public Response set(
            @RestForm @DefaultValue("") String id,
            @RestForm @DefaultValue("") String whose,
            @RestForm @DefaultValue("") String endUser,
            @RestForm @DefaultValue("") String period,
            @RestForm @DefaultValue("") String kind,
            @RestForm @DefaultValue("") String amount) {
        LimitForm form = read(id, whose, endUser, period, kind, amount);
        LimitSubjects subjects = subjects();
        Map<String, String> errors = errors(form, subjects);
        if (!errors.isEmpty()) {
            return Pages.refused(page(form, subjects, errors));
        }
        LimitPlan plan = plan(form, subjects);
        long organizationId = visitor.organizationId();
        Money limit = plan.amount().orElseThrow();
        Budget set =
                ledger.setBudget(organizationId, plan.subject(), plan.period(), plan.kind(), limit);
        if (form.isChange()) {
            // A soft limit stands beside others: the changed one goes when the new one is there.
            Budget old = find(form.id()).budget();
            if (old.budgetId() != set.budgetId()) {
                boolean _ = ledger.removeBudget(organizationId, old.budgetId());
            }
        }
        flash.say(
                "%s: the %s limit is %s %s from now on."
                        .formatted(
                                plan.whose(),
                                plan.isHard() ? "hard" : "soft",
                                page.exact(limit),
                                plan.each()));
        return Pages.redirect("/limits");
    }

    /** Says what removing a limit will do. Changes nothing. */
    @GET
    @Path("/remove")
    public Response removal(@RestQuery @DefaultValue("") String id) {
        BudgetState state = find(id);
        return Pages.show(
                new LimitQuestion(removal(state, subjects()), LimitForm.of(id, state.budget())));
    }

    @POST
    @Path("/remove")
    public Response remove(@RestForm @DefaultValue("") String id) {
        BudgetState state = find(id);
        long organizationId = visitor.organizationId();
        if (!ledger.removeBudget(organizationId, state.budget().budgetId())) {
            throw new NotFoundException();
        }
        LimitPlan plan = removal(state, subjects());
        flash.say(
                "%s: the %s limit %s is removed."
                        .formatted(plan.whose(), plan.isHard() ? "hard" : "soft", plan.each()));
        return Pages.redirect("/limits");
    }

    private LimitEdit page(LimitForm form, LimitSubjects subjects, Map<String, String> errors) {
        String whose = form.isChange() ? subjects.name(find(form.id()).budget().subject()) : "";
        return new LimitEdit(form, whose, subjects.groups(), errors);
    }

    private LimitSubjects subjects() {
        return LimitSubjects.of(organizations, identity, visitor.organizationId());
    }

    /** Of a limit that is changed, only the amount is asked for. */
    private LimitForm read(
            String id, String whose, String endUser, String period, String kind, String amount) {
        if (id.isEmpty()) {
            return new LimitForm("", whose, endUser.strip(), period, kind, amount.strip());
        }
        LimitForm is = LimitForm.of(id, find(id).budget());
        return new LimitForm(id, is.whose(), is.endUser(), is.period(), is.kind(), amount.strip());
    }

    private Map<String, String> errors(LimitForm form, LimitSubjects subjects) {
        Map<String, String> errors = form.errors(subjects);
        if (form.isChange()) {
            // Whose it is may be gone by now; the limit is not, and can be changed.
            errors.keySet().retainAll(Set.of("amount"));
        }
        return errors;
    }

    private LimitPlan plan(LimitForm form, LimitSubjects subjects) {
        Subject subject =
                form.isChange()
                        ? find(form.id()).budget().subject()
                        : subjects.read(form.whose(), form.endUser()).orElseThrow();
        BudgetPeriod period = form.chosenPeriod().orElseThrow();
        LimitKind kind = form.chosenKind().orElseThrow();
        return new LimitPlan(
                subject,
                subjects.name(subject),
                period,
                kind,
                before(form, subject, period, kind),
                form.money(),
                subject.isEach()
                        ? Optional.empty()
                        : Optional.of(ledger.spent(visitor.organizationId(), subject, period)),
                period.end(clock.instant()));
    }

    private Optional<Money> before(
            LimitForm form, Subject subject, BudgetPeriod period, LimitKind kind) {
        if (form.isChange()) {
            return Optional.of(find(form.id()).budget().amount());
        }
        return kind == LimitKind.SOFT
                ? Optional.empty()
                : ledger.budgets(visitor.organizationId()).stream()
                        .map(BudgetState::budget)
                        .filter(each -> each.kind() == kind && each.period() == period)
                        .filter(each -> each.subject().equals(subject))
                        .map(Budget::amount)
                        .findFirst();
    }

    private static LimitPlan removal(BudgetState state, LimitSubjects subjects) {
        Budget budget = state.budget();
        return new LimitPlan(
                budget.subject(),
                subjects.name(budget.subject()),
                budget.period(),
                budget.kind(),
                Optional.of(budget.amount()),
                Optional.empty(),
                state.spent(),
                state.resetsAt());
    }

    private BudgetState find(String printed) {
        return Ids.parse(LimitRow.PREFIX, printed)
                .flatMap(
                        id ->
                                ledger.budgets(visitor.organizationId()).stream()
                                        .filter(each -> each.budget().budgetId() == id)
                                        .findFirst())
                .orElseThrow(NotFoundException::new);
    }
}
