package dev.scrip.payments;

import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Card brands by the ranges of their numbers, those included that are refused by name. */
public enum CardBrand {
    VISA("Visa", true, 3, "4", 13, 16, 19),
    MASTERCARD("Mastercard", true, 3, "5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720", 16),
    AMERICAN_EXPRESS("American Express", true, 4, "3[47]", 15),
    DISCOVER("Discover", true, 3, "6011|64[4-9]|65", 16, 17, 18, 19),
    DINERS_CLUB("Diners Club", false, 3, "30[0-5]|3095|36|3[89]", 14, 15, 16, 17, 18, 19),
    JCB("JCB", false, 3, "352[89]|35[3-8]", 16, 17, 18, 19),
    UNIONPAY("UnionPay", false, 3, "62|81", 16, 17, 18, 19),
    MIR("Mir", false, 3, "220[0-4]", 16, 17, 18, 19),
    RUPAY("RuPay", false, 3, "60|82", 16),
    MAESTRO("Maestro", false, 3, "5[0678]|6304|6759|676[1-3]", 12, 13, 14, 15, 16, 17, 18, 19);

    private final String title;
    private final boolean accepted;
    private final int cvcLength;
    private final Pattern range;
    private final Pattern complete;

    CardBrand(String title, boolean accepted, int cvcLength, String range, int... lengths) {
        this.title = title;
        this.accepted = accepted;
        this.cvcLength = cvcLength;
        this.range = Pattern.compile("(?:" + range + ")[0-9]*");
        this.complete =
                Pattern.compile(
                        Arrays.stream(lengths)
                                .mapToObj(length -> "[0-9]{" + length + "}")
                                .collect(Collectors.joining("|")));
    }

    /** The brand whose range a number is in; more special ranges stand first. */
    static Optional<CardBrand> of(String digits) {
        return Arrays.stream(values())
                .filter(brand -> brand.range.matcher(digits).matches())
                .findFirst();
    }

    /** As it is written on the card: "American Express". */
    public String title() {
        return title;
    }

    boolean accepted() {
        return accepted;
    }

    int cvcLength() {
        return cvcLength;
    }

    boolean hasLength(String digits) {
        return complete.matcher(digits).matches();
    }
}
