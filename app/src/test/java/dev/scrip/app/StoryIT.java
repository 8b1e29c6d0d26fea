package dev.scrip.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.http.HttpResponseFor;
import com.openai.core.http.StreamResponse;
import com.openai.errors.NotFoundException;
import com.openai.errors.RateLimitException;
import com.openai.errors.UnauthorizedException;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.models.Model;
import dev.scrip.money.Money;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The whole story over HTTP: the pages as forms without JavaScript, the API by the official SDK
 * with nothing changed but its base URL and its key.
 */
class StoryIT {

    private static final String EMAIL = "ada@example.org";
    private static final String PASSWORD = "correct horse battery staple";

    @TempDir Path folder;

    @Test
    void fromSignUpToTheCallAfterThePurchase() {
        Map<String, String> settings = Map.of("SCRIP_DEMO_TOKENS_PER_SECOND", "0");
        try (ScripProcess scrip = ScripProcess.start(folder.resolve("data"), settings)) {
            Visitor ada = new Visitor(scrip);
            signUp(scrip, ada);
            String key = makeKey(ada);
            OpenAIClient client = client(scrip, key);

            theModelsAreListed(client);
            Money balance = paidCalls(ada, client);
            balance = spendAll(client, balance);
            assertThat(shown(ada)).isEqualTo(balance);
            buy(ada);
            Money bought = balance.plus(Money.ofDollars("20"));
            assertThat(shown(ada)).isEqualTo(bought);
            theBooksHaveIt(scrip, bought);

            Paid again = call(client, hello("scrip-demo", 5));
            assertThat(again.balance()).isEqualTo(bought.minus(again.cost()));
            theHardLimitHoldsUntilItIsRaised(ada, client);
            usageAgreesWithTheWallet(ada);
            twoOrganizations(ada);
            revoke(ada, client);
            signOutAndIn(ada);
        }
        ScripProcess.Ended verified =
                ScripProcess.command(folder.resolve("data"), Map.of(), "verify");
        assertThat(verified.output()).contains("The books balance.");
    }

    /** The operator reads what is owed to customers, and that it was bought in this month. */
    private static void theBooksHaveIt(ScripProcess scrip, Money balance) {
        Visitor operator =
                new Visitor(scrip).signedIn("operator@example.com", scrip.operatorPassword());
        Document books = operator.open("/operator/books");
        assertThat(books.getElementById("head").text()).matches("[0-9.]+:[0-9a-f]{64}");
        assertThat(operator.text("/operator/books/trial-balance.csv"))
                .startsWith("account,nature,debit,credit,balance")
                .contains("clearing,asset,20.00,0.00,20.00");
        assertThat(operator.text("/operator/books/trial-balance.csv?on=2020-01-01"))
                .contains("total,,0.00,0.00,0.00");
        assertThat(operator.text("/operator/books/months.csv").lines()).hasSize(2);
        String address =
                operator.open("/operator/organizations")
                        .select("a:contains(Analytical Engines)")
                        .attr("href");
        Document organization = operator.open(address);
        assertThat(organization.getElementById("then").text()).contains(balance.exact());
    }

    private static void signUp(ScripProcess scrip, Visitor ada) {
        Document sent =
                ada.submit(
                        ada.open("/sign-up"),
                        "/sign-up",
                        Map.of(
                                "name",
                                "Ada",
                                "email",
                                EMAIL,
                                "password",
                                PASSWORD,
                                "organization",
                                "Analytical Engines"));
        assertThat(sent.text()).contains("mail");
        Document early =
                ada.submit(
                        ada.open("/sign-in"),
                        "/sign-in",
                        Map.of("email", EMAIL, "password", PASSWORD));
        assertThat(early.text()).contains("link");
        assertThat(ada.open("/verify?token=wrong").text()).contains("link");

        Visitor operator =
                new Visitor(scrip).signedIn("operator@example.com", scrip.operatorPassword());
        String mail = operator.open("/operator/outbox").text();
        Matcher link = Pattern.compile("http\\S+/verify\\?token=\\S+").matcher(mail);
        assertThat(link.find()).as(mail).isTrue();
        String address = link.group().replaceFirst("^http://[^/]+", "");
        ada.open(address);
        assertThat(new Visitor(scrip).open(address).text()).containsIgnoringCase("already");
        ada.signedIn(EMAIL, PASSWORD);
        assertThat(shown(ada)).isEqualTo(Money.ofDollars("5"));
    }

    private static String makeKey(Visitor ada) {
        Document created =
                ada.submit(ada.open("/keys/new"), "/keys", Map.of("name", "first program"));
        String secret = created.select("[data-secret]").text();
        assertThat(secret).startsWith("sk-scrip-");
        assertThat(ada.open("/keys").text()).contains("first program").doesNotContain(secret);
        return secret;
    }

    private static OpenAIClient client(ScripProcess scrip, String key) {
        return OpenAIOkHttpClient.builder().baseUrl(scrip.url() + "/v1").apiKey(key).build();
    }

    private static void theModelsAreListed(OpenAIClient client) {
        List<String> models = client.models().list().data().stream().map(Model::id).toList();
        assertThat(models).contains("scrip-demo", "scrip-demo-large");
        assertThatThrownBy(() -> client.chat().completions().create(hello("no-such-model", 5)))
                .isInstanceOf(NotFoundException.class);
    }

    /** One plain call and one stream; returns the balance after them. */
    private static Money paidCalls(Visitor ada, OpenAIClient client) {
        Paid answer = call(client, hello("scrip-demo", 50));
        Money balance = answer.balance();
        var usage = answer.completion().usage().orElseThrow();
        long nanos = usage.promptTokens() * 150 + usage.completionTokens() * 600;
        assertThat(answer.cost()).as("tokens × price").isEqualTo(Money.ofNanos(nanos));
        assertThat(balance).isEqualTo(Money.ofDollars("5").minus(answer.cost()));

        ChatCompletionCreateParams streamed =
                hello("scrip-demo", 50).toBuilder()
                        .streamOptions(
                                ChatCompletionStreamOptions.builder().includeUsage(true).build())
                        .build();
        long streamNanos;
        try (StreamResponse<ChatCompletionChunk> stream =
                client.chat().completions().createStreaming(streamed)) {
            List<ChatCompletionChunk> chunks = stream.stream().toList();
            var streamUsage = chunks.getLast().usage().orElseThrow();
            streamNanos = streamUsage.promptTokens() * 150 + streamUsage.completionTokens() * 600;
        }
        Money after = balance.minus(Money.ofNanos(streamNanos));
        assertThat(shown(ada)).isEqualTo(after);
        return after;
    }

    /** Calls until the wallet does not cover the smallest useful answer. */
    private static Money spendAll(OpenAIClient client, Money before) {
        Money balance = before;
        for (int calls = 0; calls < 60; calls++) {
            try {
                Paid answer =
                        call(client, hello("scrip-demo-large", 16_384).toBuilder().n(8).build());
                balance = balance.minus(answer.cost());
                assertThat(answer.balance()).isEqualTo(balance);
            } catch (RateLimitException empty) {
                assertThat(empty.code()).contains("credit_balance_exhausted");
                assertThat(empty.headers().values("x-should-retry")).containsExactly("false");
                assertThat(balance).isLessThan(Money.ofDollars("0.01"));
                return balance;
            }
        }
        throw new AssertionError("the wallet did not run out; left: " + balance);
    }

    private static void buy(Visitor ada) {
        Document card = ada.open("/billing/cards/new");
        Document declined = ada.submit(card, "/billing/cards", card("4000000000009995"));
        assertThat(declined.text()).contains("9995");
        Document refused = purchase(ada, "5");
        assertThat(refused.text()).contains("does not have enough money", "Nothing was charged");

        ada.submit(ada.open("/billing/cards/new"), "/billing/cards", card("4242424242424242"));
        Document confirm = confirmation(ada, "20", "4242");
        Document receipt = ada.submit(confirm, "/billing/buy", Map.of());
        assertThat(receipt.text()).contains("20.00");
        ada.submit(confirm, "/billing/buy", Map.of()); // a doubled click
    }

    private static Document purchase(Visitor ada, String amount) {
        return ada.submit(confirmation(ada, amount, "9995"), "/billing/buy", Map.of());
    }

    private static Document confirmation(Visitor ada, String amount, String last4) {
        Document buy = ada.open("/billing/buy");
        String option =
                buy.select("select[name=card] option").stream()
                        .filter(each -> each.text().contains(last4))
                        .findFirst()
                        .orElseThrow()
                        .attr("value");
        return ada.submit(buy, "/billing/buy/confirm", Map.of("amount", amount, "card", option));
    }

    private static Map<String, String> card(String number) {
        return Map.of(
                "number", number,
                "expiry", "12/39",
                "cvc", "123",
                "holder", "Ada Lovelace",
                "line", "12 St James's Square",
                "postalCode", "SW1Y 4JH",
                "city", "London",
                "country", "GB");
    }

    private static void theHardLimitHoldsUntilItIsRaised(Visitor ada, OpenAIClient client) {
        setHardLimit(ada, "5.01");
        RateLimitException refused =
                catchThrowableOfType(
                        RateLimitException.class,
                        () -> {
                            for (int calls = 0; calls < 20; calls++) {
                                client.chat()
                                        .completions()
                                        .create(hello("scrip-demo-large", 16_384));
                            }
                        });
        assertThat(refused.code()).contains("organization_spend_limit_exceeded");
        assertThat(refused.headers().values("x-should-retry")).containsExactly("false");
        setHardLimit(ada, "10");
        assertThat(client.chat().completions().create(hello("scrip-demo-large", 100)).choices())
                .hasSize(1);
    }

    private static void setHardLimit(Visitor ada, String amount) {
        Document confirm =
                ada.submit(ada.open("/limits"), "/limits/hard", Map.of("amount", amount));
        ada.submit(confirm, "/limits/hard", Map.of());
    }

    /** Trial and purchase, less what the usage page adds up, is the balance: to the last digit. */
    private static void usageAgreesWithTheWallet(Visitor ada) {
        Money spent = dollars(Visitor.figure(ada.open("/usage"), "Spent in these days"));
        assertThat(Money.ofDollars("25").minus(spent)).isEqualTo(shown(ada));
        String csv = ada.text(ada.open("/usage").select("a[href*=export.csv]").attr("href"));
        assertThat(csv.lines().count()).isGreaterThan(4);
    }

    private static void twoOrganizations(Visitor ada) {
        Money first = shown(ada);
        ada.submit(ada.open("/organizations"), "/organizations", Map.of("name", "Second"));
        assertThat(shown(ada)).isEqualTo(Money.ZERO);
        assertThat(ada.open("/keys").text()).doesNotContain("first program");
        Document list = ada.open("/organizations");
        String id = list.select("button[name=organization]").attr("value");
        Document form = list;
        form.select("form[action=/organizations/current]")
                .last()
                .appendElement("input")
                .attr("type", "hidden")
                .attr("name", "organization")
                .attr("value", id);
        ada.submit(list, "/organizations/current", Map.of("organization", id));
        assertThat(shown(ada)).isEqualTo(first);
    }

    private static void revoke(Visitor ada, OpenAIClient client) {
        Document keys = ada.open("/keys");
        String action = keys.select("form[action$=/revoke]").attr("action");
        ada.submit(keys, action, Map.of());
        assertThatThrownBy(() -> client.chat().completions().create(hello("scrip-demo", 5)))
                .isInstanceOf(UnauthorizedException.class);
    }

    private static void signOutAndIn(Visitor ada) {
        Document page = ada.open("/");
        ada.submit(page, "/sign-out", Map.of());
        assertThat(ada.open("/billing").title()).contains("Sign in");
        ada.signedIn(EMAIL, PASSWORD);
        assertThat(ada.open("/billing").title()).contains("Billing");
    }

    private static ChatCompletionCreateParams hello(String model, int tokensMax) {
        return ChatCompletionCreateParams.builder()
                .model(model)
                .maxCompletionTokens(tokensMax)
                .addUserMessage("Write 20000 words about trust.")
                .build();
    }

    /** An answer and what its headers say of money. */
    private record Paid(ChatCompletion completion, Money cost, Money balance) {}

    private static Paid call(OpenAIClient client, ChatCompletionCreateParams params) {
        try (HttpResponseFor<ChatCompletion> response =
                client.chat().completions().withRawResponse().create(params)) {
            return new Paid(
                    response.parse(),
                    Money.ofDollars(response.headers().values("x-scrip-cost").getFirst()),
                    Money.ofDollars(response.headers().values("x-scrip-balance").getFirst()));
        }
    }

    /** The balance as the dashboard shows it, exact. */
    private static Money shown(Visitor visitor) {
        return dollars(Visitor.figure(visitor.open("/"), "Balance"));
    }

    private static Money dollars(String shown) {
        return Money.parse(shown).orElseThrow(() -> new AssertionError("no amount: " + shown));
    }
}
