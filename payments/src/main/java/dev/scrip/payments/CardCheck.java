package dev.scrip.payments;

import dev.scrip.payments.CardOutcome.Refused;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Checks what was typed into the card form, before any processor sees it. */
final class CardCheck {

    /** Where a day ends last on earth: a card is good until its month is over everywhere. */
    private static final ZoneOffset LAST_ZONE = ZoneOffset.ofHours(-12);

    private static final int EXPIRY_YEARS_MAX = 20;
    private static final int TEXT_MAX = 100;

    private static final Pattern EXPIRY =
            Pattern.compile("(0?[1-9]|1[0-2])\\s*[/-]\\s*(?:20)?([0-9]{2})");
    private static final Pattern UNITED_STATES = Pattern.compile("[0-9]{5}(-?[0-9]{4})?");
    private static final Pattern CANADA =
            Pattern.compile("[A-Za-z][0-9][A-Za-z][ -]?[0-9][A-Za-z][0-9]");
    private static final Pattern POSTAL_CODE =
            Pattern.compile("[\\p{L}\\p{Nd}][\\p{L}\\p{Nd} -]{1,11}");
    private static final Pattern CARD_NUMBER_INSIDE = Pattern.compile("[0-9](?:[ -]?[0-9]){11,18}");

    /** Countries without postal codes, or where many addresses have none. */
    private static final Set<String> WITHOUT_POSTAL_CODE =
            Set.of(
                    ("AE AG AO AW BF BI BJ BO BS BW BZ CD CF CG CI CK CM CW DJ DM ER FJ GA GD GH GM"
                                    + " GQ GY HK IE JM KI KM KN KP LC LY ML MO MR MW NR NU PA QA RW"
                                    + " SB SC SL SO SR SS ST SX SY TD TF TG TK TL TO TT TV UG VU YE"
                                    + " ZW")
                            .split(" ", -1));

    private static final Set<String> COUNTRIES = Set.of(Locale.getISOCountries());

    /** What the check says. */
    sealed interface Checked {

        record Good(CardDetails card) implements Checked {}

        record Wrong(Refused refused) implements Checked {}
    }

    private CardCheck() {}

    /** The first field of the form that is wrong, or the card. */
    static Checked check(CardOrder order, Instant now) {
        String digits = order.number().replaceAll("[\\s-]", "");
        BillingAddress address = order.address();
        Optional<Checked> wrong =
                Stream.<Supplier<Optional<Refused>>>of(
                                () -> numberFault(digits),
                                () -> expiryFault(order.expiry(), now),
                                () -> cvcFault(order.cvc(), digits),
                                () -> holderFault(order.holder()),
                                () -> textFault("line", "street and house number", address.line()),
                                () -> textFault("city", "city", address.city()),
                                () -> countryFault(address.country()),
                                () -> postalCodeFault(address))
                        .map(Supplier::get)
                        .flatMap(Optional::stream)
                        .findFirst()
                        .map(Checked.Wrong::new);
        return wrong.orElseGet(() -> new Checked.Good(card(order, digits)));
    }

    private static CardDetails card(CardOrder order, String digits) {
        BillingAddress address = order.address();
        return new CardDetails(
                digits,
                CardBrand.of(digits).orElseThrow(),
                expiry(order.expiry()).orElseThrow(),
                order.cvc().strip(),
                order.holder().strip(),
                new BillingAddress(
                        address.line().strip(),
                        address.city().strip(),
                        address.postalCode().strip(),
                        country(address)));
    }

    private static Optional<Refused> numberFault(String digits) {
        if (digits.isEmpty()) {
            return refused("number", "Enter the card number.");
        }
        if (!digits.matches("[0-9]+")) {
            return refused("number", "A card number has digits only. Check it and try again.");
        }
        Optional<CardBrand> brand = CardBrand.of(digits);
        if (brand.isPresent() && !brand.get().accepted() && brand.get().hasLength(digits)) {
            return refused(
                    "number",
                    brand.get().title() + " is not accepted. Use " + acceptedBrands() + ".");
        }
        if (digits.length() < 12
                || !luhn(digits)
                || !brand.map(known -> known.hasLength(digits)).orElse(true)) {
            return refused(
                    "number",
                    "This is not a complete card number, or it has a typing error. Check the"
                            + " digits.");
        }
        return brand.isPresent()
                ? Optional.empty()
                : refused(
                        "number",
                        "This card's brand is not accepted. Use " + acceptedBrands() + ".");
    }

    private static String acceptedBrands() {
        return "Visa, Mastercard, American Express or Discover";
    }

    /** The check digit that catches every single typing error. */
    static boolean luhn(String digits) {
        int sum = 0;
        for (int fromRight = 0; fromRight < digits.length(); fromRight++) {
            int digit = digits.charAt(digits.length() - 1 - fromRight) - '0';
            int doubled = fromRight % 2 == 1 ? digit * 2 : digit;
            sum += doubled > 9 ? doubled - 9 : doubled;
        }
        return sum % 10 == 0;
    }

    private static Optional<Refused> expiryFault(String typed, Instant now) {
        Optional<YearMonth> expiry = expiry(typed);
        if (expiry.isEmpty()) {
            return refused("expiry", "Enter the expiry date as on the card: MM/YY.");
        }
        if (isOver(expiry.get(), now)) {
            return refused(
                    "expiry",
                    "This card expired in %02d/%d. Use another card."
                            .formatted(expiry.get().getMonthValue(), expiry.get().getYear()));
        }
        return expiry.get()
                        .isAfter(
                                YearMonth.from(now.atOffset(LAST_ZONE)).plusYears(EXPIRY_YEARS_MAX))
                ? refused("expiry", "No card is good for so long. Check the year.")
                : Optional.empty();
    }

    static boolean isOver(YearMonth expiry, Instant now) {
        return expiry.isBefore(YearMonth.from(now.atOffset(LAST_ZONE)));
    }

    private static Optional<YearMonth> expiry(String typed) {
        Matcher match = EXPIRY.matcher(typed.strip());
        return match.matches()
                ? Optional.of(
                        YearMonth.of(
                                2000 + Integer.parseInt(match.group(2)),
                                Integer.parseInt(match.group(1))))
                : Optional.empty();
    }

    private static Optional<Refused> cvcFault(String typed, String digits) {
        CardBrand brand = CardBrand.of(digits).orElseThrow();
        if (typed.strip().matches("[0-9]{" + brand.cvcLength() + "}")) {
            return Optional.empty();
        }
        return refused(
                "cvc",
                brand.cvcLength() == 4
                        ? "Enter the 4 digits on the front of the card."
                        : "Enter the 3 digits on the back of the card.");
    }

    private static Optional<Refused> holderFault(String holder) {
        if (!holder.isBlank() && holder.codePoints().noneMatch(Character::isLetter)) {
            return refused("holder", "Enter the name as it is printed on the card.");
        }
        return textFault("holder", "name as it is printed on the card", holder);
    }

    /** These texts are kept, so a card number typed into the wrong field must not pass. */
    private static Optional<Refused> textFault(String field, String what, String typed) {
        if (typed.isBlank()) {
            return refused(field, "Enter the " + what + ".");
        }
        if (typed.strip().length() > TEXT_MAX) {
            return refused(field, "Enter the " + what + " in at most " + TEXT_MAX + " characters.");
        }
        if (typed.strip().codePoints().anyMatch(Character::isISOControl)) {
            return refused(field, "Enter the " + what + " in one line of plain text.");
        }
        return holdsCardNumber(typed)
                ? refused(field, "This looks like a card number. Enter the " + what + " here.")
                : Optional.empty();
    }

    private static boolean holdsCardNumber(String typed) {
        return CARD_NUMBER_INSIDE
                .matcher(typed)
                .results()
                .anyMatch(found -> luhn(found.group().replaceAll("[ -]", "")));
    }

    private static Optional<Refused> countryFault(String typed) {
        return COUNTRIES.contains(typed.strip().toUpperCase(Locale.ROOT))
                ? Optional.empty()
                : refused("country", "Choose a country.");
    }

    private static Optional<Refused> postalCodeFault(BillingAddress address) {
        String country = country(address);
        String typed = address.postalCode().strip();
        if (typed.isEmpty() && WITHOUT_POSTAL_CODE.contains(country)) {
            return Optional.empty();
        }
        if (typed.isEmpty()) {
            return refused("postalCode", "Enter the postal code.");
        }
        Pattern form =
                switch (country) {
                    case "US" -> UNITED_STATES;
                    case "CA" -> CANADA;
                    default -> POSTAL_CODE;
                };
        return form.matcher(typed).matches()
                ? Optional.empty()
                : refused("postalCode", "This is not a postal code of the chosen country.");
    }

    private static String country(BillingAddress address) {
        return address.country().strip().toUpperCase(Locale.ROOT);
    }

    private static Optional<Refused> refused(String field, String reason) {
        return Optional.of(new Refused(field, reason));
    }
}
