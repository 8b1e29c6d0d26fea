package dev.scrip.app;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import dev.scrip.money.Money;
import dev.scrip.postgres.DatabaseAddress;
import dev.scrip.postgres.EmbeddedPostgres;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One of two processes is killed during a request: what the operator and the customer see of its
 * money, until the operator states that it is dead.
 */
class BuryIT {

    private static final String EMAIL = "ada@example.org";
    private static final String PASSWORD = "correct horse battery staple";
    private static final String REASON = "the machine was scrapped";

    /** A nano-dollar more or less in Ada's wallet; the newest organization's is hers. */
    private static final String WRONG =
            """
            UPDATE pool SET funded = funded %s 1 WHERE pool_id = 0 AND organization_id =
                (SELECT max(organization_id) FROM pool)
            """;

    @TempDir Path folder;

    private final Looks looks = new Looks();

    @Test
    void moneyOfADeadProcessIsSeenAndComesBackWhenItIsBuried() throws Exception {
        Map<String, String> pace = Map.of("SCRIP_DEMO_TOKENS_PER_SECOND", "20");
        try (ScripProcess scrip = ScripProcess.start(folder.resolve("data"), pace);
                Chromium chromium = Chromium.launch()) {
            DatabaseAddress address = EmbeddedPostgres.running(scrip.data(), 1).orElseThrow();
            Person ada = new Person(chromium.visitor(scrip));
            Person operator = new Person(chromium.visitor(scrip));
            operator.signIn("operator@example.com", scrip.operatorPassword());
            ada.signUp("Ada", EMAIL, PASSWORD, "Analytical Engines");
            ada.open(operator.linkTo(EMAIL)).signIn(EMAIL, PASSWORD);
            String key = ada.makeKey("program");
            killDuringARequest(address, key);
            aMinutePasses(address);

            Money lent = operatorSeesWhoIsMissing(operator);
            customerSeesItInRecovery(ada, lent);
            bury(operator, lent);
            ada.open("/billing");
            assertThat(ada.text()).doesNotContain("in recovery");
            assertThat(ada.figure("Held now")).isEqualTo(Money.ZERO);
            assertThat(ada.figure("Balance")).as("nothing was charged").isEqualTo(balance());
            operator.open("/operator/verification").press("Verify now");
            operator.open("/operator/verification");
            assertThat(operator.text()).contains("All figures agree");
            freezeAndThaw(operator, address, scrip, key);
            looks.complain(chromium.complaints());
        }
        assertThat(looks.faults()).isEmpty();
    }

    private static Money balance() {
        return Money.ofDollars("5");
    }

    /** A second process on the same PostgreSQL, by its address, ends as if its power were cut. */
    private void killDuringARequest(DatabaseAddress address, String key) throws IOException {
        Map<String, String> byUrl =
                Map.of(
                        "SCRIP_DATABASE_URL", address.jdbcUrl(),
                        "SCRIP_DATABASE_USER", address.user(),
                        "SCRIP_DATABASE_PASSWORD", address.password(),
                        "SCRIP_NODE", "second",
                        "SCRIP_DEMO_TOKENS_PER_SECOND", "20");
        try (ScripProcess second = ScripProcess.start(folder.resolve("second"), byUrl);
                BufferedReader running =
                        Calls.open(Calls.chat(second, key, "scrip-demo-large", 2_000, true))) {
            assertThat(running.readLine()).startsWith("data: {");
            second.kill();
        }
    }

    /** The dead one notes no more that it is there, so the minute need not be waited for. */
    private static void aMinutePasses(DatabaseAddress address) throws SQLException {
        changeOne(
                address,
                """
                UPDATE incarnation SET seen_at = seen_at - interval '1 minute'
                WHERE node LIKE 'second%'
                """);
    }

    private static void changeOne(DatabaseAddress address, String sql) throws SQLException {
        try (var connection =
                        DriverManager.getConnection(
                                address.jdbcUrl(), address.user(), address.password());
                var statement = connection.createStatement()) {
            assertThat(statement.executeUpdate(sql)).isOne();
        }
    }

    /** Somebody changes a balance by hand: its wallet is frozen until the books agree again. */
    private void freezeAndThaw(
            Person operator, DatabaseAddress address, ScripProcess scrip, String key)
            throws Exception {
        changeOne(address, WRONG.formatted("+"));
        operator.open("/operator/verification").press("Verify now");
        assertThat(operator.text()).contains("There are differences", "I4 funded");
        operator.open("/operator/outbox");
        assertThat(operator.text()).contains("Alarm: the books differ");
        assertThat(Calls.send(Calls.chat(scrip, key, "scrip-demo", 5, false)).body())
                .contains("wallet_frozen");

        operator.open("/operator/organizations").follow("Analytical Engines");
        looks.at(operator, "operator-organization-frozen");
        thaw(operator);
        assertThat(operator.text()).contains("it stays frozen");
        changeOne(address, WRONG.formatted("-"));
        thaw(operator);
        assertThat(operator.text()).contains("The books agree").doesNotContain("is frozen");
        assertThat(Calls.send(Calls.chat(scrip, key, "scrip-demo", 5, false)).statusCode())
                .isEqualTo(200);
    }

    private static void thaw(Person operator) {
        operator.page().getByText("Thaw", new Page.GetByTextOptions().setExact(true)).click();
        operator.press("Recompute and thaw");
    }

    private Money operatorSeesWhoIsMissing(Person operator) {
        operator.open("/operator/processes");
        Locator second = process(operator, "second");
        assertThat(second).containsText("Not heard of");
        assertThat(process(operator, "main")).containsText("Serving");
        assertThat(process(operator, "main").getByText("Bury")).hasCount(0);
        Money lent = Person.amount(second.locator(".money").innerText());
        assertThat(lent.isPositive()).isTrue();
        assertThat(operator.page().locator(".figure").first()).containsText("in recovery");
        looks.at(operator, "operator-processes-missing");
        return lent;
    }

    private void customerSeesItInRecovery(Person ada, Money lent) {
        ada.open("/billing");
        Locator told =
                ada.page()
                        .locator(".notice")
                        .filter(new Locator.FilterOptions().setHasText("in recovery"));
        assertThat(Person.amount(told.locator(".money").innerText())).isEqualTo(lent);
        assertThat(told.getByText("Processes")).hasCount(0);
        assertThat(ada.figure("Held now")).isEqualTo(lent);
        assertThat(ada.figure("Balance")).isEqualTo(balance());
        looks.at(ada, "billing-in-recovery");
    }

    private void bury(Person operator, Money lent) {
        process(operator, "second").getByText("Bury").click();
        assertThat(operator.title()).isEqualTo("Bury a process");
        looks.at(operator, "operator-bury");
        operator.fill(Map.of("reason", " ")).press("Bury the process");
        assertThat(operator.text()).contains("Say how it is known that it is dead");
        operator.fill(Map.of("reason", REASON)).press("Bury the process");

        assertThat(operator.page().getByText("came back")).containsText("$" + lent.exact());
        Locator second = process(operator, "second");
        assertThat(second).containsText("Dead");
        assertThat(second).containsText("<operator@example.com>");
        assertThat(second).containsText(REASON);
        assertThat(Person.amount(second.locator(".money").innerText())).isEqualTo(Money.ZERO);
        assertThat(second.getByText("Bury")).hasCount(0);
        looks.at(operator, "operator-processes-buried");
    }

    private static Locator process(Person operator, String node) {
        return operator.page()
                .locator("tbody tr")
                .filter(new Locator.FilterOptions().setHasText(node));
    }
}
