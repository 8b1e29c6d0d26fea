package dev.scrip.pricing;

import dev.scrip.postgres.Ids;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** What makes a price one that can be added. */
final class PriceRules {

    /** A million dollars for a million tokens: beyond it there is a slip of the pen. */
    static final long PICOS_MAX = 1_000_000_000_000L;

    static final long TOKENS_MAX = 1_000_000_000L;
    static final int NAME_LENGTH_MAX = 200;

    /** A thousand dollars for one picture. */
    static final long IMAGE_PICOS_MAX = 1_000 * PICOS_MAX;

    private static final Pattern SERVICE_TIER = Pattern.compile("[a-z0-9_-]{1,40}");
    private static final Pattern IMAGE_VARIANT = Pattern.compile("\\*|[A-Za-z0-9._/-]{1,80}");

    private PriceRules() {}

    /** One sentence for each thing that is wrong, empty for a sound price. */
    static List<String> problems(NewPrice price) {
        List<String> problems = new ArrayList<>();
        checkText(problems, "The model's name", price.model());
        checkText(problems, "The display name", price.displayName());
        checkText(problems, "The source", price.source());
        checkRates(problems, price.rates());
        if (price.picosPerRequest() < 0 || price.picosPerRequest() > PICOS_MAX) {
            problems.add("The price per request must be between 0 and 1 dollar.");
        }
        if (price.contextTokensMax() < 1 || price.contextTokensMax() > TOKENS_MAX) {
            problems.add("The context must be between 1 and 1,000,000,000 tokens.");
        }
        if (price.outputTokensMax() < 0 || price.outputTokensMax() > price.contextTokensMax()) {
            problems.add("The longest answer must be between 0 tokens and the context.");
        }
        if (!SERVICE_TIER.matcher(price.serviceTier()).matches()) {
            problems.add("A service tier's name has 1 to 40 lower-case letters, digits, - and _.");
        }
        checkUnits(problems, price.units());
        long above = 0;
        for (PriceTier tier : price.tiers()) {
            checkRates(problems, tier.rates());
            if (tier.aboveInputTokens() <= above) {
                problems.add("The tiers must be in order of their input.");
            }
            above = tier.aboveInputTokens();
        }
        return problems.stream().distinct().toList();
    }

    /** The row that a sound price becomes. */
    static Price price(NewPrice price, Instant now) {
        TokenRates rates = price.rates();
        return new Price(
                Ids.next(),
                price.model(),
                price.displayName(),
                price.effectiveFrom().orElse(now).truncatedTo(ChronoUnit.MICROS),
                rates.inputPicosPerToken(),
                rates.cachedInputPicosPerToken(),
                rates.cacheWritePicosPerToken(),
                rates.outputPicosPerToken(),
                price.picosPerRequest(),
                price.contextTokensMax(),
                price.outputTokensMax(),
                price.source(),
                price.tiers(),
                price.serviceTier(),
                price.units());
    }

    private static void checkUnits(List<String> problems, UnitRates units) {
        if (units.picos().values().stream().anyMatch(rate -> rate > PICOS_MAX)
                || units.imagePicos().values().stream().anyMatch(rate -> rate > IMAGE_PICOS_MAX)) {
            problems.add(
                    "A second or character must cost at most 1 dollar, a picture at most 1,000.");
        }
        if (!units.imagePicos().keySet().stream()
                .allMatch(variant -> IMAGE_VARIANT.matcher(variant).matches())) {
            problems.add(
                    "A variant of pictures is written like 1024x1024/high; * stands for any other.");
        }
    }

    private static void checkText(List<String> problems, String what, String text) {
        if (text.isBlank()
                || text.length() > NAME_LENGTH_MAX
                || text.chars().anyMatch(Character::isISOControl)) {
            problems.add(what + " must have 1 to 200 characters on one line.");
        }
    }

    private static void checkRates(List<String> problems, TokenRates rates) {
        long dearest = Math.max(rates.dearestInputPicos(), rates.outputPicosPerToken());
        if (dearest > PICOS_MAX) {
            problems.add("A price must be at most 1,000,000 dollars per million tokens.");
        }
    }
}
