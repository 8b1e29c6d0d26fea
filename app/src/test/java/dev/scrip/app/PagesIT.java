package dev.scrip.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every page, as each role, on a phone, a tablet and a desk, light and dark: accessible, never
 * wider than the screen, without an error. Keeps a picture of each under {@code
 * target/screenshots}.
 */
class PagesIT {

    private static final String EMAIL = "ada@example.org";
    private static final String PASSWORD = "correct horse battery staple";

    @TempDir Path folder;

    private final Looks looks = new Looks();

    @Test
    void everyPageIsAccessibleAtEveryWidthInLightAndDark() throws IOException {
        Map<String, String> settings = Map.of("SCRIP_DEMO_TOKENS_PER_SECOND", "0");
        try (ScripProcess scrip = ScripProcess.start(folder.resolve("data"), settings);
                Chromium chromium = Chromium.launch()) {
            Person visitor = new Person(chromium.visitor(scrip));
            Person operator = new Person(chromium.visitor(scrip));
            operator.signIn("operator@example.com", scrip.operatorPassword());
            visitor.signUp("Ada Lovelace", EMAIL, PASSWORD, "Analytical Engines");
            visitor.open(operator.linkTo(EMAIL));
            walk(visitor, visitorPages());

            Person ada = visitor.signIn(EMAIL, PASSWORD);
            walk(ada, emptyPages());
            prepare(ada, scrip);
            walk(ada, customerPages(ada));
            menus(ada);
            walk(operator, operatorPages(operator));
            ada.open("/billing");
            looks.at(ada, "billing-scoped");
            operator.open("/operator/verification").press("Verify now");
            operator.open("/operator/verification");
            assertThat(operator.text()).contains("All figures agree");
            looks.at(operator, "operator-verification");
            looks.complain(chromium.complaints());
        }
        assertThat(looks.faults()).isEmpty();
    }

    private static Map<String, String> visitorPages() {
        Map<String, String> pages = new LinkedHashMap<>();
        pages.put("sign-up", "/sign-up");
        pages.put("check-mail", "/check-mail?email=ada%40example.org");
        pages.put("sign-in", "/sign-in");
        pages.put("forgot-password", "/forgot-password");
        pages.put("verify-fault", "/verify?token=wrong");
        pages.put("reset-fault", "/reset-password?token=wrong");
        pages.put("pricing", "/pricing");
        pages.put("docs", "/docs");
        pages.put("missing", "/no/such/page");
        return pages;
    }

    /** What somebody sees who has only just come. */
    private static Map<String, String> emptyPages() {
        Map<String, String> pages = new LinkedHashMap<>();
        pages.put("new-dashboard", "/");
        pages.put("new-usage", "/usage");
        pages.put("new-requests", "/requests");
        pages.put("new-billing", "/billing");
        pages.put("new-buy", "/billing/buy");
        pages.put("new-limits", "/limits");
        pages.put("new-rates", "/limits/rates");
        pages.put("new-keys", "/keys");
        return pages;
    }

    /** Calls, purchases of every outcome, two keys and both limits. */
    private void prepare(Person ada, ScripProcess scrip) throws IOException {
        String key = ada.makeKey("first program");
        looks.at(ada, "key-created");
        ada.makeKey("a second machine");
        for (String model : List.of("scrip-demo", "scrip-demo-large", "scrip-demo-large")) {
            assertThat(Calls.send(Calls.chat(scrip, key, model, 4000, false)).statusCode())
                    .isEqualTo(200);
        }
        assertThat(Calls.send(Calls.chatFor("ann", scrip, key, "scrip-demo")).statusCode())
                .isEqualTo(200);
        ada.addCard(Person.DECLINED).addCard(Person.GOOD).addCard(Person.ASKS_THE_BANK);
        ada.buy("5", "9995");
        looks.at(ada, "purchase-declined");
        ada.buy("7.50", "3184");
        looks.at(ada, "purchase-at-the-bank");
        ada.chooseToBuy("20", "4242");
        looks.at(ada, "buy-confirm");
        ada.press("Charge");
        looks.at(ada, "purchase-paid");
        ada.follow("Receipt");
        looks.at(ada, "purchase-receipt");
        ada.setLimit("soft", "0.01").setLimit("hard", "25");
        ada.addLimit("The whole organization", "day", "hard", "0.0001");
        ada.addLimit("Each project", "week", "hard", "100");
        ada.addLimit("API key first program", "month", "soft", "7.25");
        ada.addLimit("Each end user", "lifetime", "soft", "3");
        ada.addRateLimit("API key first program", "", Map.of("requests_per_minute", "4"));
        ada.addRateLimit(
                "Project Default project",
                "scrip-demo-large",
                Map.of("tokens_per_minute", "2000000", "requests_per_day", "10000"));
        HttpResponse<String> passed = Calls.send(Calls.chat(scrip, key, "scrip-demo", 9, false));
        assertThat(passed.headers().firstValue("x-ratelimit-limit-requests")).contains("4");
        HttpResponse<String> refused = Calls.send(Calls.chat(scrip, key, "scrip-demo", 9, false));
        assertThat(refused.body()).contains("rate_limit_exceeded");
    }

    private static Map<String, String> customerPages(Person ada) {
        Map<String, String> pages = new LinkedHashMap<>();
        pages.put("dashboard", "/");
        pages.put("usage", "/usage");
        pages.put("end-users", "/usage/end-users");
        pages.put("requests", "/requests");
        pages.put("requests-of-end-user", "/requests?from=2020-01-01&end_user=ann");
        pages.put("requests-of-nobody", "/requests?member=user_0000000000000");
        ada.open("/requests");
        pages.put("request", ada.page().locator("tbody th a").first().getAttribute("href"));
        pages.put("billing", "/billing");
        pages.put("purchases", "/billing/purchases");
        pages.put("history", "/billing/history");
        pages.put("card-new", "/billing/cards/new");
        pages.put("buy", "/billing/buy");
        pages.put("limits", "/limits");
        pages.put("limits-filtered", "/limits?whose=project&period=week&sort=spent.down");
        pages.put("limit-confirm", "/limits/hard?amount=0.01");
        pages.put("limit-new", "/limits/one");
        pages.put("limit-new-fault", "/limits/one/confirm?whose=end_user&period=day&kind=hard");
        pages.put(
                "limit-new-confirm",
                "/limits/one/confirm?whose=end_user&endUser=ann&period=day&kind=hard&amount=2");
        pages.put(
                "limit-each-confirm",
                "/limits/one/confirm?whose=project:*&period=week&kind=hard&amount=2");
        ada.open("/limits");
        Locator row = ada.page().locator("#all tbody tr").last();
        pages.put("limit-change", row.locator("a[href*='one?id=']").first().getAttribute("href"));
        pages.put("limit-remove", row.locator("a[href*='remove?id=']").getAttribute("href"));
        pages.put("rates", "/limits/rates");
        pages.put("rate-new", "/limits/rates/one");
        ada.open("/limits/rates");
        pages.put(
                "rate-change",
                ada.page().locator("a[href*='one?id=']").first().getAttribute("href"));
        pages.put("keys", "/keys");
        pages.put("key-new", "/keys/new");
        pages.put("organizations", "/organizations");
        pages.put("settings", "/settings");
        pages.put("missing-inside", "/keys/no-such-page");
        ada.open("/keys/no-such-page");
        assertThat(ada.page().locator(".side a").count()).as("navigation").isPositive();
        return pages;
    }

    private static Map<String, String> operatorPages(Person operator) {
        Map<String, String> pages = new LinkedHashMap<>();
        pages.put("operator-organizations", "/operator/organizations");
        operator.open("/operator/organizations").follow("Analytical Engines");
        String organization = operator.page().url();
        operator.open(
                organization
                        + "/grant?kind=PROMOTION&amount=2&note=For+the+large+model&models=scrip-demo-large");
        operator.press("Grant");
        String monthly =
                organization
                        + "/recurring/confirm?amount=5&period=month&rest=expires&note=Every+month&priority=40";
        operator.open(monthly).press("Grant");
        operator.open("/operator/rates").fill(Map.of("requests_per_minute", "many"));
        operator.press("Set the limit");
        assertThat(operator.text()).contains("Enter a whole number");
        operator.fill(Map.of("requests_per_minute", "6,000")).press("Set the limit");
        assertThat(operator.text()).contains("at most 6,000 requests a minute");
        String own = "/operator/rates?organization=" + organization.replaceFirst(".*/", "");
        operator.open(own).fill(Map.of("model", "scrip-demo", "images_per_minute", "5"));
        operator.press("Set the limit");
        pages.put("operator-rates", "/operator/rates");
        pages.put("operator-rates-own", own);
        operator.open(organization);
        pages.put("operator-organization", organization);
        pages.put("operator-recurring", organization + "/recurring");
        pages.put("operator-recurring-fault", organization + "/recurring/confirm?amount=0");
        pages.put("operator-recurring-confirm", monthly + "&models=scrip-demo");
        pages.put(
                "operator-grant",
                organization
                        + "/grant?kind=PROMOTION&amount=5&note=Thank+you&expires=&models=scrip-demo");
        pages.put(
                "operator-grant-fault",
                organization
                        + "/grant?kind=PROMOTION&amount=5&note=Thank+you&models=no-such-model");
        pages.put(
                "operator-revoke",
                operator.page().locator("a[href*='/revoke?grant=']").first().getAttribute("href"));
        pages.put("operator-upstreams", "/operator/upstreams");
        pages.put("operator-processes", "/operator/processes?all=yes");
        pages.put("operator-prices", "/operator/prices");
        pages.put("operator-price-history", "/operator/prices/history?model=scrip-demo");
        pages.put("operator-price-new", "/operator/prices/new?model=scrip-demo");
        pages.put(
                "operator-price-confirm",
                "/operator/prices/confirm?model=scrip-demo&displayName=Demo&from=&input=1"
                        + "&cachedInput=0.5&cacheWrite=&output=2&request=0&context=128000"
                        + "&answer=4096&source=Test");
        pages.put("operator-price-units", "/operator/prices/new?model=dall-e-3");
        pages.put("operator-price-tiers", "/operator/prices/history?model=gpt-5");
        pages.put(
                "operator-price-fault",
                "/operator/prices/confirm?model=m&input=x&images=one+two+three&context=many");
        pages.put("operator-prices-audio", "/operator/prices?q=audio");
        pages.put("operator-usage", "/operator/usage");
        pages.put("operator-usage-empty", "/operator/usage?from=2020-01-01&to=2020-01-02");
        pages.put("operator-outbox", "/operator/outbox");
        pages.put("operator-books", "/operator/books");
        pages.put("operator-keys", "/operator/keys");
        pages.put(
                "operator-books-sorted", "/operator/books?on=2026-01-01&sort=accounts.debit.down");
        pages.put("operator-organization-then", organization + "?on=2026-01-01");
        return pages;
    }

    /** What opens on a page: the menus of the top bar, and the confirmation of a danger. */
    private void menus(Person ada) {
        Page page = ada.page();
        ada.open("/keys");
        page.getByText("Revoke", new Page.GetByTextOptions().setExact(true)).first().click();
        looks.at(ada, "key-revoke");
        ada.open("/");
        page.locator("summary[aria-label^='Profile']").click();
        looks.at(ada, "menu-profile");
        ada.open("/");
        page.setViewportSize(360, 800);
        page.locator("summary[aria-label=Menu]").click();
        page.screenshot(
                new Page.ScreenshotOptions()
                        .setPath(Looks.PICTURES.resolve("360-dark/menu-sheet.png")));
        Locator sheet = page.locator(".sheet-body");
        assertThat(sheet.isVisible()).isTrue();
    }

    private void walk(Person person, Map<String, String> pages) {
        pages.forEach(
                (name, address) -> {
                    person.open(address);
                    looks.at(person, name);
                });
    }
}
