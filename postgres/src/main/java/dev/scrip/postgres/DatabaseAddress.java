package dev.scrip.postgres;

/**
 * Where a PostgreSQL is and how to sign in.
 *
 * @param connectionsMax the most connections this process opens
 */
public record DatabaseAddress(String jdbcUrl, String user, String password, int connectionsMax) {

    @Override
    public String toString() {
        return jdbcUrl + " as " + user;
    }
}
