package dev.scrip.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scrip.postgres.Database;
import dev.scrip.postgres.DatabaseAddress;
import dev.scrip.testing.TestPostgres;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;

/** A journal from before draws were one row for each entry, and before there was a chain. */
class JournalMigrationTest {

    private static final String BEFORE =
            """
            INSERT INTO journal_entry VALUES
                (7, 1, 'GRANT', 900, 900, 'Trial, “welcome”', '2026-01-31T23:59:59.999999Z'),
                (7, 2, 'CHARGE', -30, 870, '2 requests', '2026-02-01T00:00:00Z'),
                (8, 1, 'CHARGE', 0, 0, '1 request', '2026-02-03T00:00:00Z');
            INSERT INTO posting VALUES
                (7, 1, 1, 'promotions', 'credit', 900, 77),
                (7, 2, 1, 'credit', 'revenue_given', 30, 0),
                (7, 2, 2, 'loss', 'revenue_lost', 4, 0);
            INSERT INTO grant_draw VALUES
                (7, 102, 77, 2, 10, 202602), (7, 101, 77, 2, 20, 202601), (7, 102, 0, 2, 4, 202602)
            """;

    @Test
    void isKeptAndSealed() throws SQLException {
        DatabaseAddress address = TestPostgres.address();
        Flyway.configure()
                .dataSource(address.jdbcUrl(), address.user(), address.password())
                .locations("classpath:db/migration")
                .target("0101")
                .load()
                .migrate();
        try (var connection =
                        DriverManager.getConnection(
                                address.jdbcUrl(), address.user(), address.password());
                var statement = connection.createStatement()) {
            statement.execute(BEFORE);
        }
        try (Database database = Database.open(address)) {
            assertThat(draws(database))
                    .containsExactly("{101,102,102} {77,0,77} {20,4,10} {20454,20485,20485}");
            assertThat(database.snapshot(new ChainStore()::verify))
                    .allSatisfy(check -> assertThat(check.differences()).isEmpty())
                    .allSatisfy(check -> assertThat(check.compared()).isPositive());
            JournalHead head = database.snapshot(new ChainStore()::head);
            assertThat(head.batchCount()).as("one batch for each lane with entries").isEqualTo(2);
        }
    }

    private static List<String> draws(Database database) {
        return database.read(
                tx ->
                        tx.createQuery(
                                        """
                                        SELECT concat_ws(' ', request_ids, grant_ids, amounts, days)
                                        FROM entry_draw
                                        """)
                                .mapTo(String.class)
                                .list());
    }
}
