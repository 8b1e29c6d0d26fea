package dev.scrip.charging;

import dev.scrip.postgres.DatabaseAddress;
import java.sql.DriverManager;
import java.sql.SQLException;

/** A standby that hears of nothing after it was made. */
final class Standby {

    private Standby() {}

    /** A database as it is now; nobody may be connected to it meanwhile. */
    static DatabaseAddress of(DatabaseAddress primary) {
        String name = primary.jdbcUrl().substring(primary.jdbcUrl().lastIndexOf('/') + 1);
        String maintenance = primary.jdbcUrl().replaceFirst("/[^/]*$", "/postgres");
        try (var connection =
                        DriverManager.getConnection(
                                maintenance, primary.user(), primary.password());
                var statement = connection.createStatement()) {
            statement.execute("DROP DATABASE IF EXISTS " + name + "_standby WITH (FORCE)");
            statement.execute("CREATE DATABASE " + name + "_standby TEMPLATE " + name);
        } catch (SQLException failed) {
            throw new IllegalStateException("no standby", failed);
        }
        return new DatabaseAddress(
                primary.jdbcUrl() + "_standby",
                primary.user(),
                primary.password(),
                primary.connectionsMax());
    }
}
