package dev.scrip.organizations;

import dev.scrip.postgres.Database;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jdbi.v3.core.Handle;

/** Organizations, projects, members and API keys. Knows users by their id, and no money. */
public final class Organizations implements AutoCloseable {

    public Organizations(Database database, InstantSource clock) {
        throw new UnsupportedOperationException("organizations: to be written");
    }

    /** Makes an organization with its owner and its default project. */
    public Organization create(Handle tx, String name, boolean personal, long ownerUserId) {
        throw new UnsupportedOperationException();
    }

    public Optional<Organization> organization(long organizationId) {
        throw new UnsupportedOperationException();
    }

    /** All organizations, newest first, for the operator. */
    public List<Organization> organizations(Optional<Long> beforeId, int limit) {
        throw new UnsupportedOperationException();
    }

    /** The organizations of a user, by name. */
    public List<Membership> memberships(long userId) {
        throw new UnsupportedOperationException();
    }

    /** A user's place in one organization; empty if they have none. */
    public Optional<Membership> membership(long userId, long organizationId) {
        throw new UnsupportedOperationException();
    }

    /** Users who may pay, for mails about money. */
    public List<Long> owners(long organizationId) {
        throw new UnsupportedOperationException();
    }

    public List<Project> projects(long organizationId) {
        throw new UnsupportedOperationException();
    }

    /** Makes a key; throws {@link IllegalArgumentException} if the project is of another one. */
    public NewApiKey createKey(long organizationId, long projectId, String name, long createdBy) {
        throw new UnsupportedOperationException();
    }

    /** All keys, the revoked ones included, newest first. */
    public List<ApiKey> keys(long organizationId) {
        throw new UnsupportedOperationException();
    }

    /** Dead at once, in this process and within a second in every other. False: no such key. */
    public boolean revokeKey(long organizationId, long apiKeyId) {
        throw new UnsupportedOperationException();
    }

    /** Who a secret is. From memory when it was seen lately; never blocks its caller. */
    public CompletionStage<KeyOutcome> authenticate(String secret) {
        throw new UnsupportedOperationException();
    }

    /** Writes what is still in memory (times of last use) and stops listening. */
    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
