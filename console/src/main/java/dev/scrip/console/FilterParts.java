package dev.scrip.console;

import dev.scrip.identity.Identity;
import dev.scrip.organizations.ApiKey;
import dev.scrip.organizations.Organizations;
import dev.scrip.organizations.Project;
import java.util.List;
import java.util.Map;

/**
 * What usage of an organization can be narrowed to, and its names.
 *
 * @param keys all, the revoked ones too
 * @param people the names of everybody whose keys may have been used, by their ids
 */
record FilterParts(List<Project> projects, List<ApiKey> keys, Map<Long, String> people) {

    /** For pages that only choose days. */
    static final FilterParts NONE = new FilterParts(List.of(), List.of(), Map.of());

    static FilterParts of(Organizations organizations, Identity identity, long organizationId) {
        return LimitSubjects.of(organizations, identity, organizationId).parts();
    }
}
