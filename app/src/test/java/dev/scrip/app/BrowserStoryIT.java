package dev.scrip.app;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import dev.scrip.money.Money;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole story in a real browser, with the API called in between. */
class BrowserStoryIT {

    private static final String EMAIL = "ada@example.org";
    private static final String PASSWORD = "correct horse battery staple";

    @TempDir Path folder;

    @Test
    void fromSignUpToTheSecondOrganization() throws IOException {
        Map<String, String> settings = Map.of("SCRIP_DEMO_TOKENS_PER_SECOND", "0");
        try (ScripProcess scrip = ScripProcess.start(folder.resolve("data"), settings);
                Chromium chromium = Chromium.launch()) {
            Person ada = new Person(chromium.visitor(scrip));
            Person operator = new Person(chromium.visitor(scrip));
            ada.page().setDefaultTimeout(20_000);

            signUp(ada);
            nothingWorksBeforeTheLink(ada);
            followTheLink(ada, operator, scrip);
            String key = makeKey(ada);
            usageShowsTheCall(ada, call(scrip, key, 16_384));
            declined(ada);
            buyOnce(ada);
            limit(ada, scrip, key);
            limitsOpenTheirRequests(ada, scrip, key);
            revoke(ada, scrip, key);
            secondOrganization(ada);
            signOutAndIn(ada);

            assertThat(chromium.complaints()).isEmpty();
        }
    }

    private static void signUp(Person ada) {
        ada.open("/").follow("Create an account");
        ada.fill(
                        Map.of(
                                "name",
                                "Ada",
                                "email",
                                EMAIL,
                                "password",
                                PASSWORD,
                                "organization",
                                "Analytical Engines"))
                .press("Create account");
        assertThat(ada.page()).hasURL(Pattern.compile("/check-mail"));
        assertThat(ada.text()).contains(EMAIL, "works for 24 hours");
    }

    private static void nothingWorksBeforeTheLink(Person ada) {
        ada.open("/billing");
        assertThat(ada.title()).isEqualTo("Sign in");
        ada.signIn(EMAIL, PASSWORD);
        assertThat(ada.page()).hasURL(Pattern.compile("/sign-in"));
        assertThat(ada.page().getByRole(AriaRole.ALERT)).containsText("link");
        ada.open("/verify?token=wrong");
        assertThat(ada.title()).isEqualTo("This link does not work");
    }

    private static void followTheLink(Person ada, Person operator, ScripProcess scrip) {
        operator.signIn("operator@example.com", scrip.operatorPassword());
        String link = operator.linkTo(EMAIL);
        ada.open(link);
        assertThat(ada.text()).contains("Your e-mail address is verified");
        operator.open(link);
        assertThat(operator.title()).isEqualTo("This link was used before");
        ada.signIn(EMAIL, PASSWORD);
        assertThat(ada.title()).isEqualTo("Dashboard");
        assertThat(ada.figure("Balance")).isEqualTo(Money.ofDollars("5"));
    }

    private static String makeKey(Person ada) {
        ada.follow("Create a key").fill(Map.of("name", "first program")).press("Create key");
        String secret = ada.page().locator("[data-secret]").innerText();
        assertThat(secret).startsWith("sk-scrip-");
        ada.press("Copy key");
        assertThat(ada.page().getByText("Copied", exactly())).isVisible();
        assertThat(ada.page().evaluate("navigator.clipboard.readText()")).isEqualTo(secret);
        ada.page().reload();
        assertThat(ada.title()).isEqualTo("API keys");
        assertThat(ada.page().content()).contains("first program").doesNotContain(secret);
        return secret;
    }

    /** The figures of the one call: in the chart, its table, the list, and the receipt. */
    private static void usageShowsTheCall(Person ada, Money cost) {
        assertThat(ada.balance()).isEqualTo(Money.ofDollars("5").minus(cost));
        ada.go("Usage");
        assertThat(ada.figure("Spent in these days")).isEqualTo(cost);
        Page page = ada.page();
        page.getByText("The figures of the chart").click();
        assertThat(page.locator("#bars tbody tr")).hasCount(1);
        assertThat(Person.amount(page.locator("#bars tfoot .money").innerText())).isEqualTo(cost);
        assertThat(page.locator("canvas")).isVisible();
        page.waitForFunction("() => Chart.getChart(document.querySelector('canvas'))");
        Object bars =
                page.evaluate(
                        "() => Chart.getChart(document.querySelector('canvas')).data.datasets"
                                + ".flatMap(set => set.data).filter(bar => bar).length");
        assertThat(bars).isEqualTo(1);
        openTheBar(page);

        assertThat(page).hasURL(Pattern.compile("/usage\\?from=([\\d-]+)&to=\\1"));
        assertThat(ada.figure("Spent in these days")).isEqualTo(cost);
        ada.follow("scrip-demo-large");
        assertThat(page).hasURL(Pattern.compile("/requests\\?.*model=scrip-demo-large"));
        assertThat(page.locator("tbody tr")).hasCount(1);
        page.locator("tbody th a").click();
        assertThat(ada.figure("Cost")).isEqualTo(cost);
        assertThat(ada.figure("Balance after")).isEqualTo(Money.ofDollars("5").minus(cost));
        assertThat(Person.amount(page.locator("[aria-labelledby=draws] .money").innerText()))
                .as("drawn from the trial credit")
                .isEqualTo(cost);
    }

    /** Clicks into the last day's bar, which is today's. */
    private static void openTheBar(Page page) {
        int x = today(page, "bar.x");
        int y = today(page, "(bar.y + bar.base) / 2");
        page.locator("canvas").click(new Locator.ClickOptions().setPosition(x, y));
    }

    private static int today(Page page, String position) {
        Object pixels =
                page.evaluate(
                        "() => { const bar = Chart.getChart(document.querySelector('canvas'))"
                                + ".getDatasetMeta(0).data.at(-1); return Math.round("
                                + position
                                + "); }");
        return (Integer) pixels;
    }

    private static void declined(Person ada) {
        Money before = ada.balance();
        ada.go("Billing").follow("Buy credit").follow("Add a card").addCard(Person.DECLINED);
        ada.buy("5", "9995");
        assertThat(ada.page().getByRole(AriaRole.ALERT))
                .containsText("The card does not have enough money for this amount");
        assertThat(ada.text()).contains("Nothing was charged", "use another card");
        assertThat(ada.balance()).isEqualTo(before);
    }

    /** A doubled click, a reload, and the same form sent again from the page before. */
    private static void buyOnce(Person ada) {
        Money before = ada.balance();
        Money after = before.plus(Money.ofDollars("20"));
        ada.addCard(Person.GOOD).chooseToBuy("20", "4242");
        assertThat(ada.text()).contains("Charge Visa ··4242 $20.00");
        assertThat(ada.text()).contains("$" + after.exact());
        Page page = ada.page();
        button(page, "Charge").dblclick();
        assertThat(page).hasURL(Pattern.compile("/billing/purchases/\\w+"));
        assertThat(ada.text()).contains("was charged once");
        String purchase = page.url();
        page.reload();
        assertThat(page.url()).isEqualTo(purchase);
        page.goBack();
        button(page, "Charge").click();
        assertThat(page).hasURL(purchase);
        assertThat(ada.balance()).isEqualTo(after);

        page.navigate(purchase);
        ada.follow("Receipt");
        assertThat(ada.text()).contains("Analytical Engines", "··4242", "$20.00");
        ada.go("Billing");
        assertThat(ada.figure("Balance")).isEqualTo(after);
        assertThat(page.locator("#purchases tbody tr")).hasCount(2);
    }

    private static void limit(Person ada, ScripProcess scrip, String key) throws IOException {
        ada.setLimit("hard", "0.001");
        assertThat(ada.text()).contains("Reached: requests are refused");
        HttpResponse<String> refused =
                Calls.send(Calls.chat(scrip, key, "scrip-demo-large", 50, false));
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.body()).contains("organization_spend_limit_exceeded");
        assertThat(refused.headers().firstValue("x-should-retry")).contains("false");
        ada.setLimit("hard", "10");
        Money before = ada.balance();
        Money cost = call(scrip, key, 50);
        assertThat(ada.balance()).isEqualTo(before.minus(cost));

        ada.addLimit("API key", "day", "hard", "0.0001");
        assertThat(ada.text()).contains("Refuses");
        assertThat(Calls.send(Calls.chat(scrip, key, "scrip-demo-large", 50, false)).statusCode())
                .isEqualTo(429);
        ada.page().locator("#all tr:has-text('API key') a[href*='remove']").click();
        ada.press("Remove the limit");
        assertThat(call(scrip, key, 50)).isGreaterThan(Money.ZERO);
    }

    /** From what is spent of a limit to the requests that spent it. */
    private static void limitsOpenTheirRequests(Person ada, ScripProcess scrip, String key)
            throws IOException {
        HttpResponse<String> answer =
                Calls.send(Calls.chatFor("ann & bob", scrip, key, "scrip-demo-large"));
        Money ofAnn = Money.ofDollars(answer.headers().firstValue("x-scrip-cost").orElseThrow());
        ada.addEndUserLimit("ann & bob", "month", "hard", "10");
        ada.addLimit("Member Ada", "lifetime", "soft", "100");
        ada.addLimit("Each member", "month", "soft", "100");

        assertThat(openSpent(ada, "End user ann & bob")).isEqualTo(ofAnn);
        assertThat(ada.page().locator("#end_user")).hasValue("ann & bob");
        assertThat(ada.page().locator("tbody tr")).hasCount(1);
        ada.page().locator("tbody th a").click();
        assertThat(ada.text()).contains("End user\nann & bob", "Whose key\nAda");

        Money ofAda = openSpent(ada, "Member Ada");
        assertThat(ofAda).isGreaterThan(ofAnn);
        int requests = ada.page().locator("tbody tr").count();
        String export = ada.page().getByText("Export CSV", exactly()).getAttribute("href");
        assertThat(ada.page().request().get(scrip.url() + export).text().lines())
                .hasSize(requests + 1);

        ada.open("/limits").follow("what each has spent");
        assertThat(ada.page()).hasURL(Pattern.compile("/usage\\?.*#members"));
        Locator members = ada.page().locator("#members tbody tr");
        assertThat(members).hasCount(1);
        assertThat(Person.amount(members.locator(".money").innerText())).isEqualTo(ofAda);
        ada.follow("By end user");
        Locator endUsers = ada.page().locator("tbody tr");
        assertThat(endUsers).hasCount(1);
        assertThat(Person.amount(endUsers.locator(".money").innerText())).isEqualTo(ofAnn);
        ada.open("/usage");
        ada.page().locator("#end_user").fill("ann & bob");
        ada.press("Show");
        assertThat(ada.figure("Spent in these days")).isEqualTo(ofAnn);
    }

    /** Clicks what is spent of a limit; its requests, and their sum, are that much. */
    private static Money openSpent(Person ada, String whose) {
        Page page = ada.open("/limits").page();
        Locator spent =
                page.locator("#all tr")
                        .filter(new Locator.FilterOptions().setHasText(whose))
                        .locator(".limit-line a");
        Money amount = Person.amount(spent.innerText());
        spent.click();
        assertThat(page).hasURL(Pattern.compile("/requests\\?"));
        Money listed =
                page.locator("tbody tr td:nth-last-child(2) .money").allInnerTexts().stream()
                        .map(Person::amount)
                        .reduce(Money.ZERO, Money::plus);
        assertThat(listed).isEqualTo(amount);
        assertThat(Person.amount(page.locator("main > p .money").first().innerText()))
                .isEqualTo(amount);
        return amount;
    }

    private static void revoke(Person ada, ScripProcess scrip, String key) throws IOException {
        ada.go("API keys");
        ada.page().getByText("Revoke", exactly()).click();
        ada.press("Revoke key");
        assertThat(ada.page().getByText("No key yet")).isVisible();
        HttpResponse<String> dead = Calls.send(Calls.chat(scrip, key, "scrip-demo", 5, false));
        assertThat(dead.statusCode()).isEqualTo(401);
    }

    private static void secondOrganization(Person ada) {
        Money first = ada.balance();
        ada.go("Organizations").fill(Map.of("name", "Difference Engines"));
        ada.press("Open organization");
        assertThat(ada.balance()).isEqualTo(Money.ZERO);
        Page page = ada.page();
        page.locator("summary[aria-label='Organization: Difference Engines']").click();
        page.locator(".menu-item", new Page.LocatorOptions().setHasText("Analytical Engines"))
                .click();
        assertThat(page.locator("summary[aria-label='Organization: Analytical Engines']"))
                .isVisible();
        assertThat(ada.balance()).isEqualTo(first);
    }

    private static void signOutAndIn(Person ada) {
        ada.page().locator("summary[aria-label='Profile: Ada']").click();
        ada.press("Sign out");
        ada.open("/billing");
        assertThat(ada.title()).isEqualTo("Sign in");
        ada.fill(Map.of("email", EMAIL, "password", PASSWORD)).press("Sign in");
        assertThat(ada.title()).as("where the visit was going").isEqualTo("Billing");
    }

    /** Calls the large demonstration model and returns what its header says it cost. */
    private static Money call(ScripProcess scrip, String key, int tokensMax) throws IOException {
        HttpResponse<String> answer =
                Calls.send(Calls.chat(scrip, key, "scrip-demo-large", tokensMax, false));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return Money.ofDollars(answer.headers().firstValue("x-scrip-cost").orElseThrow());
    }

    private static Locator button(Page page, String name) {
        return page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name)).first();
    }

    private static Page.GetByTextOptions exactly() {
        return new Page.GetByTextOptions().setExact(true);
    }
}
