package dev.scrip.organizations;

import java.time.Instant;

/**
 * Who owns money, projects and keys.
 *
 * @param personal made for one person who named no organization
 */
public record Organization(long id, String name, boolean personal, Instant createdAt) {

    /** How an organization's id is written in public: {@code org_...}. */
    public static final String PREFIX = "org_";
}
