package dev.scrip.management;

import dev.scrip.ledger.Payer;
import dev.scrip.organizations.ApiKey;
import dev.scrip.organizations.Organization;
import dev.scrip.organizations.Organizations;
import dev.scrip.organizations.Project;
import dev.scrip.postgres.Ids;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds out who pays, by the public ids in a call; each organization is read once for a call. */
final class Payers {

    private static final long NONE = 0;

    private final Organizations organizations;
    private final Map<Long, Optional<Organization>> known = new HashMap<>();
    private final Map<Long, List<Project>> projects = new HashMap<>();
    private final Map<Long, List<ApiKey>> keys = new HashMap<>();

    Payers(Organizations organizations) {
        this.organizations = organizations;
    }

    /** The organization in the path. */
    long organization(ApiCall call) {
        long id = call.id("organization", Organization.PREFIX, "organization");
        return required(id, null);
    }

    private long required(long id, @Nullable String param) {
        if (known.computeIfAbsent(id, organizations::organization).isEmpty()) {
            throw ApiFault.notFound("organization", param);
        }
        return id;
    }

    /** Who pays, of the organization that a field names. */
    Payer named(Fields fields) {
        String printed = fields.requiredText("organization");
        String param = fields.name("organization");
        long id =
                Ids.parse(Organization.PREFIX, printed)
                        .orElseThrow(() -> ApiFault.notFound("organization", param));
        return of(required(id, param), fields);
    }

    /** Who pays of an organization: a key's project, the project named, or the default one. */
    Payer of(long organizationId, Fields fields) {
        Optional<ApiKey> key =
                fields.id("api_key", ApiKey.PREFIX)
                        .map(id -> key(organizationId, id, fields.name("api_key")));
        Optional<Project> project =
                fields.id("project", Project.PREFIX)
                        .map(id -> project(organizationId, id, fields.name("project")));
        if (key.isPresent() && project.isPresent() && key.get().projectId() != project.get().id()) {
            throw ApiFault.wrongValue(fields.name("project"), "the project of the API key");
        }
        long projectId =
                key.map(ApiKey::projectId)
                        .or(() -> project.map(Project::id))
                        .orElseGet(() -> defaultProject(organizationId));
        return new Payer(
                organizationId,
                projectId,
                key.map(ApiKey::id).orElse(NONE),
                key.map(ApiKey::createdBy).orElse(NONE),
                fields.text("end_user").orElse(null));
    }

    private ApiKey key(long organizationId, long id, String param) {
        return keys.computeIfAbsent(organizationId, organizations::keys).stream()
                .filter(key -> key.id() == id)
                .findFirst()
                .orElseThrow(() -> ApiFault.notFound("api_key", param));
    }

    /** A key of the organization that is not revoked. */
    ApiKey livingKey(long organizationId, long id, String param) {
        ApiKey key = key(organizationId, id, param);
        if (key.revokedAt() != null) {
            throw ApiFault.notFound("api_key", param);
        }
        return key;
    }

    /** A project of the organization. */
    Project project(long organizationId, long id, String param) {
        return projects.computeIfAbsent(organizationId, organizations::projects).stream()
                .filter(project -> project.id() == id)
                .findFirst()
                .orElseThrow(() -> ApiFault.notFound("project", param));
    }

    private long defaultProject(long organizationId) {
        return projects.computeIfAbsent(organizationId, organizations::projects).stream()
                .filter(Project::isDefault)
                .map(Project::id)
                .findFirst()
                .orElse(NONE);
    }
}
