package dev.scrip.console;

import dev.scrip.identity.Identity;
import dev.scrip.ledger.Subject;
import dev.scrip.organizations.Actor;
import dev.scrip.organizations.Organizations;
import dev.scrip.organizations.RateLimit;
import dev.scrip.organizations.RateLimits;
import dev.scrip.organizations.RateSubject;
import dev.scrip.organizations.RateUse;
import dev.scrip.postgres.Ids;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.Response;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jboss.resteasy.reactive.RestForm;
import org.jboss.resteasy.reactive.RestQuery;

/** How fast an organization, its projects and its keys may ask. */
@Path("/limits/rates")
@RunOnVirtualThread
class RateLimitPages {

    private static final int ROWS_MAX = 500;
    private static final int CHANGES_MAX = 20;

    /**
     * @param ours set by the operator for the whole organization
     * @param rows of projects and keys
     * @param more there are more than are shown
     * @param payers who may change limits, for those who may not
     */
    @CheckedTemplate(basePath = "")
    record RateLimitList(
            List<RateRow> ours,
            List<RateRow> rows,
            boolean more,
            List<RateChangeRow> changes,
            String payers)
            implements TemplateInstance {}

    /**
     * @param whose the limit's owner by name, when it is changed
     * @param errors by form field
     */
    @CheckedTemplate(basePath = "")
    record RateLimitEdit(
            RateForm form,
            String whose,
            List<LimitSubjects.Group> groups,
            List<RateForm.Field> fields,
            Map<String, String> errors)
            implements TemplateInstance {}

    private final RateLimits limits;
    private final Organizations organizations;
    private final Identity identity;
    private final Visitor visitor;
    private final Page page;
    private final Flash flash;

    RateLimitPages(
            RateLimits limits,
            Organizations organizations,
            Identity identity,
            Visitor visitor,
            Page page,
            Flash flash) {
        this.limits = limits;
        this.organizations = organizations;
        this.identity = identity;
        this.visitor = visitor;
        this.page = page;
        this.flash = flash;
    }

    @GET
    public Response list() {
        long organizationId = visitor.organizationId();
        LimitSubjects subjects = subjects();
        List<RateLimit> found = limits.limits(organizationId, 0, ROWS_MAX + 1);
        List<RateLimit> own =
                found.stream()
                        .filter(limit -> limit.subject().kind() != RateSubject.Kind.ORGANIZATION)
                        .limit(ROWS_MAX)
                        .toList();
        return Pages.show(
                new RateLimitList(
                        rows(organizationId, limits.ofOrganization(organizationId), subjects),
                        rows(organizationId, own, subjects),
                        found.size() > ROWS_MAX,
                        limits.changes(organizationId, CHANGES_MAX).stream()
                                .map(
                                        change ->
                                                RateChangeRow.of(
                                                        change,
                                                        name(subjects, change.subject()),
                                                        identity,
                                                        page.formats()))
                                .toList(),
                        BillingPages.payers(organizations, identity, organizationId)));
    }

    private List<RateRow> rows(long organizationId, List<RateLimit> found, LimitSubjects subjects) {
        List<RateUse> uses = limits.use(organizationId, found);
        return found.stream()
                .map(limit -> RateRow.of(limit, name(subjects, limit.subject()), uses))
                .toList();
    }

    /** The form: for a limit that is there, or a new one. */
    @GET
    @Path("/one")
    @Needs(Access.PAY)
    public Response form(
            @RestQuery @DefaultValue("") String id, @RestQuery @DefaultValue("") String whose) {
        RateForm form =
                id.isEmpty()
                        ? RateForm.empty(whose)
                        : RateForm.of(id, print(find(id).subject()), find(id));
        return Pages.show(page(form, Map.of()));
    }

    @POST
    @Path("/one")
    @Needs(Access.PAY)
    public Response set(MultivaluedMap<String, String> sent) {
        RateForm form = RateForm.read(sent);
        Map<String, String> errors = new LinkedHashMap<>(form.errors());
        Optional<RateSubject> subject =
                form.isChange() ? Optional.of(find(form.id()).subject()) : subject(form.whose());
        if (subject.isEmpty()) {
            errors.put("whose", "Choose a project or a key.");
        }
        if (!errors.isEmpty() || subject.isEmpty()) {
            return Pages.refused(page(form, errors));
        }
        String model = form.isChange() ? find(form.id()).model() : form.model();
        RateLimit set =
                limits.set(
                        visitor.organizationId(),
                        subject.get(),
                        model,
                        form.bounds(),
                        Actor.user(visitor.user().id()));
        flash.say(
                "%s: at most %s from now on."
                        .formatted(
                                name(subjects(), set.subject()),
                                RateRow.words(set.bounds(), page.formats())));
        return Pages.redirect("/limits/rates");
    }

    @POST
    @Path("/remove")
    @Needs(Access.PAY)
    public Response remove(@RestForm @DefaultValue("") String id) {
        RateLimit limit = find(id);
        if (!limits.remove(visitor.organizationId(), limit.id(), Actor.user(visitor.user().id()))) {
            throw new NotFoundException();
        }
        flash.say("%s: the rate limit is removed.".formatted(name(subjects(), limit.subject())));
        return Pages.redirect("/limits/rates");
    }

    private RateLimitEdit page(RateForm form, Map<String, String> errors) {
        LimitSubjects subjects = subjects();
        String whose = form.isChange() ? name(subjects, find(form.id()).subject()) : "";
        return new RateLimitEdit(form, whose, groups(subjects), form.fields(errors), errors);
    }

    /** A limit of a project or key; the organization's is the operator's to change. */
    private RateLimit find(String id) {
        return Ids.parse(RateLimit.PREFIX, id)
                .flatMap(found -> limits.limit(visitor.organizationId(), found))
                .filter(limit -> limit.subject().kind() != RateSubject.Kind.ORGANIZATION)
                .orElseThrow(NotFoundException::new);
    }

    private LimitSubjects subjects() {
        return LimitSubjects.of(organizations, identity, visitor.organizationId());
    }

    private static String name(LimitSubjects subjects, RateSubject subject) {
        return subjects.name(RateRow.subject(subject));
    }

    private static String print(RateSubject subject) {
        return LimitSubjects.print(RateRow.subject(subject));
    }

    private Optional<RateSubject> subject(String whose) {
        return subjects()
                .read(whose, "")
                .filter(found -> !found.isEach())
                .flatMap(RateLimitPages::subject);
    }

    private static Optional<RateSubject> subject(Subject found) {
        return switch (found.kind()) {
            case PROJECT -> Optional.of(RateSubject.project(Long.parseLong(found.id())));
            case API_KEY -> Optional.of(RateSubject.apiKey(Long.parseLong(found.id())));
            case ORGANIZATION, MEMBER, END_USER -> Optional.empty();
        };
    }

    private static List<LimitSubjects.Group> groups(LimitSubjects subjects) {
        return List.of(
                new LimitSubjects.Group("Project", subjects.choices(Subject.Kind.PROJECT)),
                new LimitSubjects.Group("API key", subjects.choices(Subject.Kind.API_KEY)));
    }
}
