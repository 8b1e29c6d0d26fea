package dev.scrip.organizations;

import dev.scrip.postgres.Ids;

/**
 * Who calls the gateway, as its key tells.
 *
 * @param memberId the user who made the key
 */
public record Caller(long organizationId, long projectId, long apiKeyId, long memberId) {

    /** The organization as people and programs are shown it. */
    public String printedOrganization() {
        return Ids.print(Organization.PREFIX, organizationId);
    }

    /** The project as people and programs are shown it. */
    public String printedProject() {
        return Ids.print(Project.PREFIX, projectId);
    }

    /** The key as people and programs are shown it: its id, not its secret. */
    public String printedApiKey() {
        return Ids.print(ApiKey.PREFIX, apiKeyId);
    }
}
