package dev.scrip.organizations;

import java.time.Instant;

/** Where keys live. Every organization has a default project. */
public record Project(
        long organizationId, long id, String name, boolean isDefault, Instant createdAt) {

    /** How a project's id is written in public: {@code proj_...}. */
    public static final String PREFIX = "proj_";
}
