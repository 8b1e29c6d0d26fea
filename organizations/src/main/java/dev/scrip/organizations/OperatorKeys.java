package dev.scrip.organizations;

import dev.scrip.postgres.Database;
import dev.scrip.postgres.Ids;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/**
 * Keys of operators: they open the management API, for all organizations. Read from the database at
 * every call, so that one that is revoked is dead everywhere at once.
 */
public final class OperatorKeys {

    private static final String PREFIX = Secret.PREFIX + "admin-";

    private final Database database;
    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();

    public OperatorKeys(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    /**
     * Makes a key.
     *
     * @throws IllegalArgumentException if the name has a {@link Organizations#nameFault}
     */
    public NewOperatorKey create(String name, long createdBy) {
        Organizations.nameFault(name)
                .ifPresent(
                        fault -> {
                            throw new IllegalArgumentException(fault);
                        });
        String secret = Secret.random(random, PREFIX);
        OperatorKey key =
                new OperatorKey(
                        Ids.next(),
                        name.strip(),
                        Secret.start(secret, PREFIX),
                        Secret.end(secret),
                        createdBy,
                        clock.instant().truncatedTo(ChronoUnit.MICROS),
                        null);
        database.execute(tx -> OperatorKeyStore.insert(tx, key, SecretHash.of(secret)));
        return new NewOperatorKey(key, secret);
    }

    /** All keys, the revoked ones included, newest first. */
    public List<OperatorKey> keys() {
        return database.read(OperatorKeyStore::keys);
    }

    /** Dead at once, in every process. False: no such key. Doing it again changes nothing. */
    public boolean revoke(long keyId) {
        return database.transaction(
                tx ->
                        OperatorKeyStore.revoke(
                                tx, keyId, clock.instant().truncatedTo(ChronoUnit.MICROS)));
    }

    /** The living key of a secret; empty: it is none. */
    public Optional<OperatorKey> authenticate(String secret) {
        if (!Secret.isWellFormed(secret, PREFIX)) {
            return Optional.empty();
        }
        SecretHash hash = SecretHash.of(secret);
        return database.read(tx -> OperatorKeyStore.find(tx, hash))
                .filter(key -> key.revokedAt() == null);
    }
}
