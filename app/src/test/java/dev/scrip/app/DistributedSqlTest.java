package dev.scrip.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scrip.postgres.Database;
import dev.scrip.testing.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The keys and the statements keep to the rules by which the same program runs on a PostgreSQL that
 * is distributed by {@code organization_id} (Citus): what belongs to organizations is found by
 * organization, is unique only within one, and is written in transactions of one lane.
 */
class DistributedSqlTest {

    /**
     * Tables of a lane: written beside those of organizations, never in one statement with them.
     */
    private static final Set<String> OF_LANES =
            Set.of("exchange_record", "journal_head", "journal_batch", "book_flow");

    /**
     * Small tables that must be unique everywhere, and those of other modules that are looked up by
     * what nobody knows the organization of.
     */
    private static final Set<String> EVERYWHERE =
            Set.of("api_key_hash", "membership", "trial_address");

    /** Reads over all organizations: by sweepers, verification and accountants; never a lock. */
    private static final Map<String, String> READS_ALL =
            Map.of(
                    "VerificationStore", "recomputes everything on one snapshot",
                    "ChainStore", "recomputes the chain of a lane",
                    "BooksStore", "the platform's accounts");

    private static final Pattern BY_ORGANIZATION =
            Pattern.compile("organization_id = (any\\(|:|\\?|\\$)");

    private static final Pattern FORBIDDEN =
            Pattern.compile(
                    "\\bmerge into\\b|clock_timestamp\\(|random\\(|gen_random_uuid\\(|\\brollup\\s*\\("
                            + "|lateral .* limit");

    private static final Pattern WRITES = Pattern.compile("\\b(update (?!set)|delete from)\\b");

    private static Database database;

    @BeforeAll
    static void open() {
        database = TestPostgres.database();
    }

    @AfterAll
    static void close() {
        database.close();
    }

    private static List<String> names(String sql) {
        return database.read(tx -> tx.createQuery(sql).mapTo(String.class).list());
    }

    private static Set<String> tablesOfOrganizations() {
        Set<String> tables =
                new TreeSet<>(
                        names(
                                """
                                SELECT c.relname FROM pg_class AS c JOIN pg_attribute AS a
                                    ON a.attrelid = c.oid AND a.attname = 'organization_id'
                                WHERE c.relnamespace = 'public'::regnamespace
                                    AND c.relkind IN ('r', 'p') AND NOT c.relispartition
                                """));
        tables.removeAll(EVERYWHERE);
        return tables;
    }

    @Test
    void everyKeyOfAnOrganizationsTableBeginsWithTheOrganization() {
        assertThat(tablesOfOrganizations()).contains("pool", "lease", "usage_record", "posting");
        List<String> wrong =
                names(
                        """
                        SELECT c.relname || ': ' || i.relname FROM pg_index AS x
                            JOIN pg_class AS c ON c.oid = x.indrelid
                            JOIN pg_class AS i ON i.oid = x.indexrelid
                            JOIN pg_attribute AS o
                                ON o.attrelid = c.oid AND o.attname = 'organization_id'
                        WHERE c.relnamespace = 'public'::regnamespace AND x.indisunique
                            AND NOT c.relispartition AND x.indkey[0] <> o.attnum
                        """);
        wrong.removeIf(key -> EVERYWHERE.contains(key.substring(0, key.indexOf(':'))));
        assertThat(wrong).isEmpty();
        List<String> withoutKey =
                names(
                        """
                        SELECT c.relname FROM pg_class AS c JOIN pg_attribute AS a
                            ON a.attrelid = c.oid AND a.attname = 'organization_id'
                        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
                            AND NOT EXISTS (SELECT FROM pg_index AS x
                                WHERE x.indrelid = c.oid AND x.indisprimary)
                        """);
        assertThat(withoutKey).isEmpty();
    }

    @Test
    void foreignKeysStayWithinAnOrganization() {
        assertThat(
                        names(
                                """
                                SELECT k.conrelid::regclass || ': ' || k.conname
                                FROM pg_constraint AS k JOIN pg_attribute AS o
                                    ON o.attrelid = k.conrelid AND o.attname = 'organization_id'
                                WHERE k.contype = 'f' AND NOT o.attnum = ANY(k.conkey)
                                """))
                .isEmpty();
    }

    @Test
    void nothingHasATriggerOrFollowsASequence() {
        assertThat(names("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal")).isEmpty();
        assertThat(names("SELECT relname FROM pg_class WHERE relkind = 'S'")).isEmpty();
    }

    @Test
    void statementsNameTheirOrganizations() throws IOException {
        Set<String> tables = tablesOfOrganizations();
        List<String> faults = new ArrayList<>();
        int statements = 0;
        for (Path store : stores()) {
            String name = store.getFileName().toString().replace(".java", "");
            for (String sql : SqlTexts.of(store)) {
                statements++;
                String fault = fault(name, sql, tables);
                if (!fault.isEmpty()) {
                    faults.add(name + ": " + fault + ": " + sql);
                }
            }
        }
        assertThat(statements).as("statements found").isGreaterThan(100);
        assertThat(faults).isEmpty();
    }

    private static String fault(String store, String sql, Set<String> tables) {
        if (FORBIDDEN.matcher(sql).find()) {
            return "does not run everywhere";
        }
        boolean ofOrganizations = names(sql, tables);
        if (ofOrganizations && names(sql, OF_LANES) && !READS_ALL.containsKey(store)) {
            return "joins rows of lanes and of organizations";
        }
        if (!ofOrganizations || BY_ORGANIZATION.matcher(sql).find()) {
            return "";
        }
        if (sql.contains("for update") || WRITES.matcher(sql).find()) {
            return "locks or changes rows without naming their organizations";
        }
        return "";
    }

    private static boolean names(String sql, Set<String> tables) {
        return tables.stream()
                .anyMatch(
                        table ->
                                Pattern.compile("\\b(from|join|into|update|copy) " + table + "\\b")
                                        .matcher(sql)
                                        .find());
    }

    private static List<Path> stores() throws IOException {
        try (Stream<Path> files = Files.walk(TidyTest.ROOT)) {
            return files.filter(file -> file.toString().endsWith("Store.java"))
                    .filter(file -> file.toString().contains("/src/main/java/"))
                    .filter(file -> !file.toString().contains("/bench/"))
                    .sorted()
                    .toList();
        }
    }
}
