package dev.scrip.organizations;

import dev.scrip.postgres.Database;
import dev.scrip.postgres.Ids;
import dev.scrip.postgres.Signals;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jdbi.v3.core.Handle;

/** Organizations, projects, members and API keys. Knows users by their id, and no money. */
public final class Organizations implements CallerCheck, AutoCloseable {

    /** The longest name of an organization or a key, in characters. */
    public static final int NAME_LENGTH_MAX = 64;

    private static final String DEFAULT_PROJECT = "Default project";

    private final Database database;
    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();
    private final KeyRing ring;

    public Organizations(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
        this.ring = new KeyRing(database, clock);
    }

    /**
     * Why a name that a person typed will not do, as a sentence; empty if it will. Spaces around it
     * do not matter.
     */
    public static Optional<String> nameFault(String name) {
        String stripped = name.strip();
        if (stripped.isEmpty()) {
            return Optional.of("Please give it a name.");
        }
        if (stripped.codePointCount(0, stripped.length()) > NAME_LENGTH_MAX) {
            return Optional.of("A name has at most " + NAME_LENGTH_MAX + " characters.");
        }
        if (stripped.codePoints().anyMatch(Character::isISOControl)) {
            return Optional.of("A name is one line of text.");
        }
        return Optional.empty();
    }

    /**
     * Makes an organization with its owner and its default project.
     *
     * @throws IllegalArgumentException if the name has a {@link #nameFault}
     */
    public Organization create(Handle tx, String name, boolean personal, long ownerUserId) {
        Organization organization = new Organization(Ids.next(), checked(name), personal, now());
        OrganizationStore.insert(tx, organization);
        OrganizationStore.insert(tx, new Membership(organization, ownerUserId, Role.OWNER));
        OrganizationStore.insert(
                tx,
                new Project(
                        organization.id(),
                        Ids.next(),
                        DEFAULT_PROJECT,
                        true,
                        organization.createdAt()));
        return organization;
    }

    public Optional<Organization> organization(long organizationId) {
        return database.read(handle -> OrganizationStore.organization(handle, organizationId));
    }

    /** All organizations, newest first, for the operator. */
    public List<Organization> organizations(Optional<Long> beforeId, int limit) {
        return database.read(
                handle ->
                        OrganizationStore.organizations(
                                handle, beforeId.orElse(Long.MAX_VALUE), limit));
    }

    /** The organizations of a user, by name. */
    public List<Membership> memberships(long userId) {
        return database.read(
                handle ->
                        OrganizationStore.memberships(
                                handle, userId, OrganizationStore.organizationsOf(handle, userId)));
    }

    /** A user's place in one organization; empty if they have none. */
    public Optional<Membership> membership(long userId, long organizationId) {
        return database
                .read(
                        handle ->
                                OrganizationStore.memberships(
                                        handle, userId, List.of(organizationId)))
                .stream()
                .findFirst();
    }

    /** Users who belong to it, whatever their role. */
    public List<Long> members(long organizationId) {
        List<Role> all = List.of(Role.values());
        return database.read(
                handle -> OrganizationStore.membersInRole(handle, organizationId, all));
    }

    /** Users who may pay, for mails about money. */
    public List<Long> owners(long organizationId) {
        List<Role> paying = List.of(Role.values()).stream().filter(Role::mayPay).toList();
        return database.read(
                handle -> OrganizationStore.membersInRole(handle, organizationId, paying));
    }

    /** The default project first, then the others by name. */
    public List<Project> projects(long organizationId) {
        return database.read(handle -> projects(handle, organizationId));
    }

    /** {@link #projects(long)} as the caller's transaction sees them. */
    public List<Project> projects(Handle handle, long organizationId) {
        return OrganizationStore.projects(handle, organizationId);
    }

    /** {@link #createKey(Handle, long, long, String, long)} in a transaction of its own. */
    public NewApiKey createKey(long organizationId, long projectId, String name, long createdBy) {
        return database.transaction(
                tx -> createKey(tx, organizationId, projectId, name, createdBy));
    }

    /**
     * Makes a key.
     *
     * @throws IllegalArgumentException if the project is of another organization, or the name has a
     *     {@link #nameFault}
     */
    public NewApiKey createKey(
            Handle tx, long organizationId, long projectId, String name, long createdBy) {
        String checkedName = checked(name);
        if (!OrganizationStore.hasProject(tx, organizationId, projectId)) {
            throw new IllegalArgumentException(
                    "project " + projectId + " is not of organization " + organizationId);
        }
        String secret = Secret.random(random);
        ApiKey key =
                new ApiKey(
                        organizationId,
                        Ids.next(),
                        projectId,
                        checkedName,
                        Secret.start(secret),
                        Secret.end(secret),
                        createdBy,
                        now(),
                        null,
                        null);
        KeyStore.insert(tx, key, SecretHash.of(secret));
        return new NewApiKey(key, secret);
    }

    /** All keys, the revoked ones included, newest first. */
    public List<ApiKey> keys(long organizationId) {
        return database.read(handle -> KeyStore.keys(handle, organizationId));
    }

    /**
     * Dead at once, in this process and within a second in every other. False: no such key. Doing
     * it again changes nothing.
     */
    public boolean revokeKey(long organizationId, long apiKeyId) {
        Instant at = now();
        Optional<SecretHash> revoked =
                database.transaction(
                        tx -> {
                            Optional<SecretHash> hash =
                                    KeyStore.revoke(tx, organizationId, apiKeyId, at);
                            hash.ifPresent(buried -> KeyStore.bury(tx, buried, at));
                            Signals.send(tx, Signals.Topic.KEYS_CHANGED, organizationId);
                            return hash;
                        });
        revoked.ifPresent(ring::forget);
        return revoked.isPresent();
    }

    @Override
    public CompletionStage<KeyOutcome> authenticate(String secret) {
        if (!Secret.isWellFormed(secret)) {
            return CompletableFuture.completedFuture(new KeyOutcome.Unknown());
        }
        return ring.find(SecretHash.of(secret));
    }

    private static String checked(String name) {
        nameFault(name)
                .ifPresent(
                        fault -> {
                            throw new IllegalArgumentException(fault);
                        });
        return name.strip();
    }

    /** As finely as the database keeps it, so that what is returned equals what is read later. */
    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    /** Keys may have been revoked elsewhere: they are looked for at once. */
    public void keysChanged() {
        ring.pollNow();
    }

    /** Writes what is still in memory (times of last use) and stops listening. */
    @Override
    public void close() {
        ring.close();
    }
}
