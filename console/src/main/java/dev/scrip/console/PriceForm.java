package dev.scrip.console;

import dev.scrip.money.Money;
import dev.scrip.pricing.NewPrice;
import dev.scrip.pricing.Price;
import dev.scrip.pricing.TokenRates;
import jakarta.ws.rs.core.MultivaluedMap;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an operator filled in to add a price. Amounts of tokens are dollars per million.
 *
 * @param from the moment from which it holds, in UTC; blank: from now
 * @param cacheWrite blank: writing to the cache costs what input costs
 */
public record PriceForm(
        String model,
        String displayName,
        String from,
        String input,
        String cachedInput,
        String cacheWrite,
        String output,
        String request,
        String context,
        String answer,
        String source) {

    static final PriceForm EMPTY = new PriceForm("", "", "", "", "", "", "", "0", "", "", "");

    static PriceForm read(MultivaluedMap<String, String> typed) {
        return new PriceForm(
                value(typed, "model"),
                value(typed, "displayName"),
                value(typed, "from"),
                value(typed, "input"),
                value(typed, "cachedInput"),
                value(typed, "cacheWrite"),
                value(typed, "output"),
                value(typed, "request"),
                value(typed, "context"),
                value(typed, "answer"),
                value(typed, "source"));
    }

    /** The next version of a price, to be changed. */
    static PriceForm after(Price price) {
        TokenRates rates = price.rates();
        return new PriceForm(
                price.model(),
                price.displayName(),
                "",
                rates.inputPerMillion().exact(),
                rates.cachedInputPerMillion().exact(),
                rates.cacheWritePerMillion().exact(),
                rates.outputPerMillion().exact(),
                price.dollarsPerRequest().stripTrailingZeros().toPlainString(),
                Long.toString(price.contextTokensMax()),
                Long.toString(price.outputTokensMax()),
                "");
    }

    /** What is wrong, by form field; empty: the book is asked. */
    Map<String, String> errors() {
        Map<String, String> errors = new LinkedHashMap<>();
        amount(errors, "input", input);
        amount(errors, "cachedInput", cachedInput);
        amount(errors, "cacheWrite", cacheWrite.isEmpty() ? input : cacheWrite);
        amount(errors, "output", output);
        amount(errors, "request", request);
        count(errors, "context", context);
        count(errors, "answer", answer);
        if (!from.isEmpty() && moment().isEmpty()) {
            errors.put("from", "Enter a date and a time, or nothing for now.");
        }
        if (errors.isEmpty() && rates().isEmpty()) {
            errors.put("input", "Prices per million tokens have at most six decimals.");
        }
        return errors;
    }

    /** The price of a form without {@link #errors}. */
    NewPrice price() {
        return new NewPrice(
                model,
                displayName,
                moment(),
                rates().orElseThrow(),
                NewPrice.picosPerRequest(Money.parse(request).orElseThrow()),
                Long.parseLong(context),
                Long.parseLong(answer),
                source,
                List.of());
    }

    Optional<TokenRates> rates() {
        return TokenRates.ofMillion(
                Money.parse(input).orElseThrow(),
                Money.parse(cachedInput).orElseThrow(),
                Money.parse(cacheWrite.isEmpty() ? input : cacheWrite).orElseThrow(),
                Money.parse(output).orElseThrow());
    }

    /** From when it holds; empty: from now. */
    public Optional<Instant> moment() {
        try {
            return from.isEmpty()
                    ? Optional.empty()
                    : Optional.of(LocalDateTime.parse(from).toInstant(ZoneOffset.UTC));
        } catch (DateTimeParseException noMoment) {
            return Optional.empty();
        }
    }

    private static void amount(Map<String, String> errors, String field, String typed) {
        if (Money.parse(typed).isEmpty()) {
            errors.put(field, "Enter dollars, such as 2.50.");
        }
    }

    private static void count(Map<String, String> errors, String field, String typed) {
        if (!typed.matches("\\d{1,10}")) {
            errors.put(field, "Enter a number of tokens, such as 128000.");
        }
    }

    private static String value(MultivaluedMap<String, String> typed, String name) {
        return Optional.ofNullable(typed.getFirst(name)).orElse("").strip();
    }
}
