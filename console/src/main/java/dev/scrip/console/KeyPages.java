package dev.scrip.console;

import dev.scrip.identity.Identity;
import dev.scrip.identity.User;
import dev.scrip.ledger.Ledger;
import dev.scrip.ledger.Subject;
import dev.scrip.organizations.ApiKey;
import dev.scrip.organizations.NewApiKey;
import dev.scrip.organizations.Organizations;
import dev.scrip.organizations.Project;
import dev.scrip.postgres.Ids;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** API keys: made, shown once, listed, revoked. */
@Path("/keys")
@RunOnVirtualThread
class KeyPages {

    /** A line of the list, with names in place of ids. */
    record Row(ApiKey key, String project, String createdBy, List<LimitRow> limits) {

        public boolean live() {
            return key.revokedAt() == null;
        }

        public String revokePath() {
            return "/keys/" + key.id() + "/revoke";
        }

        /** Its name where a limit is made. */
        public String subject() {
            return LimitSubjects.print(Subject.apiKey(key.id()));
        }

        public String usage() {
            return "/usage?range=month&zone=UTC&key=" + Ids.print(ApiKey.PREFIX, key.id());
        }
    }

    /** A project with its limits. */
    record ProjectRow(Project project, long keys, List<LimitRow> limits) {

        public String subject() {
            return LimitSubjects.print(Subject.project(project.id()));
        }

        public String usage() {
            return "/usage?range=month&zone=UTC&project=" + Ids.print(Project.PREFIX, project.id());
        }
    }

    @CheckedTemplate(basePath = "")
    record Keys(List<Row> live, List<Row> revoked, List<ProjectRow> projects, boolean mayManage)
            implements TemplateInstance {}

    @CheckedTemplate(basePath = "")
    record NewKey(List<Project> projects, String name, long projectId, String fault)
            implements TemplateInstance {}

    @CheckedTemplate(basePath = "")
    record KeyCreated(NewApiKey created, QuickStart example) implements TemplateInstance {}

    private final Organizations organizations;
    private final Identity identity;
    private final Ledger ledger;
    private final Visitor visitor;
    private final ConsoleSettings settings;
    private final Flash flash;

    KeyPages(
            Organizations organizations,
            Identity identity,
            Ledger ledger,
            Visitor visitor,
            ConsoleSettings settings,
            Flash flash) {
        this.organizations = organizations;
        this.identity = identity;
        this.ledger = ledger;
        this.visitor = visitor;
        this.settings = settings;
        this.flash = flash;
    }

    @GET
    public Response keys() {
        List<Row> rows = rows();
        return Pages.show(
                new Keys(
                        rows.stream().filter(Row::live).toList(),
                        rows.stream().filter(row -> !row.live()).toList(),
                        projects(rows),
                        visitor.mayManageKeys()));
    }

    @GET
    @Path("new")
    @Needs(Access.MANAGE_KEYS)
    public Response form() {
        List<Project> projects = organizations.projects(visitor.organizationId());
        return Pages.show(new NewKey(projects, "", defaultOf(projects), ""));
    }

    /**
     * The answer shows the secret, so it is the page itself and no redirect; the script gives it
     * the address of the list, so that a reload makes no second key.
     */
    @POST
    @Needs(Access.MANAGE_KEYS)
    public Response create(
            @FormParam("name") @DefaultValue("") String name,
            @FormParam("project") @DefaultValue("0") long projectId) {
        List<Project> projects = organizations.projects(visitor.organizationId());
        Optional<String> fault =
                Organizations.nameFault(name)
                        .or(
                                () ->
                                        projects.stream().anyMatch(each -> each.id() == projectId)
                                                ? Optional.empty()
                                                : Optional.of("Choose one of your projects."));
        if (fault.isPresent()) {
            return Pages.refused(new NewKey(projects, name, projectId, fault.get()));
        }
        NewApiKey created =
                organizations.createKey(
                        visitor.organizationId(), projectId, name, visitor.user().id());
        QuickStart example = QuickStart.curl(settings.publicUrl(), created.secret());
        return Pages.show(new KeyCreated(created, example));
    }

    @POST
    @Path("{id}/revoke")
    @Needs(Access.MANAGE_KEYS)
    public Response revoke(@PathParam("id") long apiKeyId) {
        if (!organizations.revokeKey(visitor.organizationId(), apiKeyId)) {
            throw new NotFoundException();
        }
        flash.say("The key is revoked: requests with it are refused from now on.");
        return Pages.redirect("/keys");
    }

    private List<ProjectRow> projects(List<Row> rows) {
        Map<Subject, List<LimitRow>> limits = limits();
        return organizations.projects(visitor.organizationId()).stream()
                .map(
                        project ->
                                new ProjectRow(
                                        project,
                                        rows.stream()
                                                .filter(Row::live)
                                                .filter(
                                                        row ->
                                                                row.key().projectId()
                                                                        == project.id())
                                                .count(),
                                        limits.getOrDefault(
                                                Subject.project(project.id()), List.of())))
                .toList();
    }

    /** The limits by whose they are. */
    private Map<Subject, List<LimitRow>> limits() {
        LimitSubjects subjects =
                LimitSubjects.of(organizations, identity, visitor.organizationId());
        return ledger.budgets(visitor.organizationId()).stream()
                .map(state -> LimitRow.of(state, subjects))
                .collect(Collectors.groupingBy(LimitRow::subject));
    }

    private List<Row> rows() {
        Map<Subject, List<LimitRow>> limits = limits();
        Map<Long, String> projects =
                organizations.projects(visitor.organizationId()).stream()
                        .collect(Collectors.toMap(Project::id, Project::name));
        List<ApiKey> keys = organizations.keys(visitor.organizationId());
        Map<Long, String> people =
                keys.stream()
                        .map(ApiKey::createdBy)
                        .distinct()
                        .collect(Collectors.toMap(Function.identity(), this::nameOf));
        return keys.stream()
                .map(
                        key ->
                                new Row(
                                        key,
                                        projects.getOrDefault(key.projectId(), ""),
                                        people.getOrDefault(key.createdBy(), ""),
                                        limits.getOrDefault(Subject.apiKey(key.id()), List.of())))
                .toList();
    }

    private String nameOf(long userId) {
        return identity.user(userId).map(User::name).orElse("");
    }

    private static long defaultOf(List<Project> projects) {
        return projects.stream().filter(Project::isDefault).map(Project::id).findFirst().orElse(0L);
    }
}
