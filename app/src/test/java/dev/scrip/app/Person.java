package dev.scrip.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import dev.scrip.money.Money;
import java.util.Map;

/** Somebody at a browser: clicks what has a name, and reads what is shown. */
final class Person {

    static final String DECLINED = "4000000000009995";
    static final String GOOD = "4242424242424242";
    static final String ASKS_THE_BANK = "4000002760003184";

    /** Whether a button sends a form away; its page is marked, the page that answers is not. */
    private static final String SENDS =
            "button => window.sent = button.type === 'submit' && button.form?.checkValidity() === true";

    private final Page page;

    Person(Page page) {
        this.page = page;
    }

    Page page() {
        return page;
    }

    Person open(String address) {
        page.navigate(address);
        return this;
    }

    String title() {
        return page.title().replace(" · Scrip", "");
    }

    String text() {
        return page.locator("main").innerText();
    }

    Person fill(Map<String, String> fields) {
        fields.forEach((id, typed) -> page.locator("#" + id).fill(typed));
        return this;
    }

    /**
     * Presses a button, and when it sends a form, waits until the page that answers is there: what
     * is done next must not race with a page on its way.
     */
    Person press(String button) {
        Locator pressed =
                page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(button))
                        .first();
        boolean sends = (Boolean) pressed.evaluate(SENDS);
        pressed.click();
        if (sends) {
            page.waitForFunction("() => !window.sent");
            page.waitForLoadState();
        }
        return this;
    }

    Person follow(String link) {
        page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName(link)).first().click();
        return this;
    }

    /** Goes to a page by the side bar. */
    Person go(String name) {
        page.locator(".side")
                .getByRole(
                        AriaRole.LINK, new Locator.GetByRoleOptions().setName(name).setExact(true))
                .first()
                .click();
        return this;
    }

    Person signUp(String name, String email, String password, String organization) {
        return open("/sign-up")
                .fill(
                        Map.of(
                                "name", name,
                                "email", email,
                                "password", password,
                                "organization", organization))
                .press("Create account");
    }

    Person signIn(String email, String password) {
        return open("/sign-in").fill(Map.of("email", email, "password", password)).press("Sign in");
    }

    /** As the operator: the link of the newest mail to somebody. */
    String linkTo(String email) {
        open("/operator/outbox?search=" + email.replace("@", "%40"));
        Locator mail = page.locator("details.mail").first();
        if (mail.getAttribute("open") == null) {
            mail.locator("summary").click();
        }
        return mail.locator("a[href*='/verify?token=']").getAttribute("href");
    }

    /** Creates a key and returns its secret, which the page shows this once. */
    String makeKey(String name) {
        open("/keys/new").fill(Map.of("name", name)).press("Create key");
        return page.locator("[data-secret]").innerText();
    }

    Person addCard(String number) {
        if (!page.url().contains("/billing/cards/new")) {
            open("/billing/cards/new");
        }
        fill(
                Map.of(
                        "number", number,
                        "expiry", "12/39",
                        "cvc", "123",
                        "holder", "Ada Lovelace",
                        "line", "12 St James's Square",
                        "postalCode", "SW1Y 4JH",
                        "city", "London"));
        page.locator("#country").selectOption("GB");
        return press("Add card");
    }

    /** Up to the page that says what will happen. */
    Person chooseToBuy(String dollars, String last4) {
        open("/billing/buy").fill(Map.of("amount", dollars));
        String card =
                page.locator("#card option")
                        .filter(new Locator.FilterOptions().setHasText(last4))
                        .getAttribute("value");
        page.locator("#card").selectOption(card);
        return press("Continue");
    }

    Person buy(String dollars, String last4) {
        return chooseToBuy(dollars, last4).press("Charge");
    }

    Person setLimit(String kind, String dollars) {
        open("/limits").fill(Map.of(kind + "-amount", dollars));
        page.locator("#" + kind + " form button").click();
        return press("Set the limit");
    }

    /** Adds a limit; whose it is, is chosen by how the list's line begins. */
    Person addLimit(String whose, String period, String kind, String dollars) {
        return addLimit(whose, "", period, kind, dollars);
    }

    Person addEndUserLimit(String endUser, String period, String kind, String dollars) {
        return addLimit("The end user named below", endUser, period, kind, dollars);
    }

    private Person addLimit(
            String whose, String endUser, String period, String kind, String dollars) {
        open("/limits/one").fill(Map.of("amount", dollars, "endUser", endUser));
        String value =
                page.locator("#whose option")
                        .filter(new Locator.FilterOptions().setHasText(whose))
                        .first()
                        .getAttribute("value");
        page.locator("#whose").selectOption(value);
        page.locator("#period").selectOption(period);
        page.locator("#kind").selectOption(kind);
        return press("Continue").press("Set the limit");
    }

    /** Adds a rate limit; whose it is, is chosen by how the list's line begins. */
    Person addRateLimit(String whose, String model, Map<String, String> numbers) {
        open("/limits/rates/one").fill(Map.of("model", model)).fill(numbers);
        String value =
                page.locator("#whose option")
                        .filter(new Locator.FilterOptions().setHasText(whose))
                        .first()
                        .getAttribute("value");
        page.locator("#whose").selectOption(value);
        return press("Set the limit");
    }

    /** The exact amount behind one of the page's figures. */
    Money figure(String label) {
        Locator money =
                page.locator(".figure")
                        .filter(
                                new Locator.FilterOptions()
                                        .setHas(page.locator("dt:text-is(\"" + label + "\")")))
                        .locator(".money")
                        .first();
        String exact = money.getAttribute("data-exact");
        return amount(exact == null ? money.innerText() : exact);
    }

    /** The exact balance, as the dashboard has it. */
    Money balance() {
        return open("/").figure("Balance");
    }

    static Money amount(String shown) {
        assertThat(shown).matches("[+−-]?\\$[\\d,]+\\.\\d{2,9}");
        return Money.ofDollars(shown.replaceAll("[$,+]", ""));
    }
}
