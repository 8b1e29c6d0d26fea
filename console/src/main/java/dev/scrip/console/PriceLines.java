package dev.scrip.console;

import dev.scrip.money.Money;
import dev.scrip.pricing.NewPrice;
import dev.scrip.pricing.PriceTier;
import dev.scrip.pricing.TokenRates;
import dev.scrip.pricing.UnitRates;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The parts of a price that are typed as lines: images by variant, and rates for long input. */
final class PriceLines {

    static final String IMAGES_FAULT =
            "Write a line for each variant: its name, a space, and dollars for one image, such as"
                    + " 1024x1024/high 0.04. No variant twice.";

    static final String LONG_INPUT_FAULT =
            "Write a line for each step: input tokens above which it holds, then dollars per million"
                    + " for input, cached input, input written to a cache and output, such as"
                    + " 200000 2.50 0.25 2.50 15.";

    private static final int PICO_SCALE = 12;
    private static final int RATES = 4;

    private PriceLines() {}

    static String images(UnitRates units) {
        return units.imagePicos().entrySet().stream()
                .map(
                        image ->
                                image.getKey()
                                        + " "
                                        + BigDecimal.valueOf(image.getValue(), PICO_SCALE)
                                                .stripTrailingZeros()
                                                .toPlainString())
                .collect(Collectors.joining("\n"));
    }

    /** Pico-dollars by variant; empty if a line is wrong. */
    static Optional<SortedMap<String, Long>> readImages(String typed) {
        SortedMap<String, Long> images = new TreeMap<>();
        for (String line : lines(typed)) {
            String[] parts = line.split("\\s+", -1);
            Optional<Money> dollars = parts.length == 2 ? Money.parse(parts[1]) : Optional.empty();
            if (dollars.isEmpty() || images.containsKey(parts[0])) {
                return Optional.empty();
            }
            images.put(parts[0], NewPrice.picosEach(dollars.get()));
        }
        return Optional.of(images);
    }

    static String longInput(List<PriceTier> tiers) {
        return tiers.stream()
                .map(
                        tier ->
                                "%d %s %s %s %s"
                                        .formatted(
                                                tier.aboveInputTokens(),
                                                tier.rates().inputPerMillion().exact(),
                                                tier.rates().cachedInputPerMillion().exact(),
                                                tier.rates().cacheWritePerMillion().exact(),
                                                tier.rates().outputPerMillion().exact()))
                .collect(Collectors.joining("\n"));
    }

    /** The steps in the order of their lines; empty if a line is wrong. */
    static Optional<List<PriceTier>> readLongInput(String typed) {
        List<PriceTier> tiers = new ArrayList<>();
        for (String line : lines(typed)) {
            String[] parts = line.split("\\s+", -1);
            Optional<TokenRates> rates = rates(parts);
            if (rates.isEmpty() || !parts[0].matches("[1-9]\\d{0,9}")) {
                return Optional.empty();
            }
            tiers.add(new PriceTier(Long.parseLong(parts[0]), rates.get()));
        }
        return Optional.of(tiers);
    }

    private static Optional<TokenRates> rates(String[] parts) {
        List<Money> rates = new ArrayList<>();
        for (int index = 1; index < parts.length; index++) {
            Money.parse(parts[index]).ifPresent(rates::add);
        }
        return parts.length == RATES + 1 && rates.size() == RATES
                ? TokenRates.ofMillion(rates.get(0), rates.get(1), rates.get(2), rates.get(3))
                : Optional.empty();
    }

    private static List<String> lines(String typed) {
        return typed.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
    }
}
