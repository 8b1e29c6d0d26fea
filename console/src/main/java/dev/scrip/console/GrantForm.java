package dev.scrip.console;

import dev.scrip.ledger.GrantKind;
import dev.scrip.ledger.GrantOrder;
import dev.scrip.money.Money;
import jakarta.ws.rs.core.MultivaluedMap;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * What an operator filled in to grant credit.
 *
 * @param expires the last day on which it can be used (UTC); blank: it does not expire
 * @param scope what it may be used for
 * @param key made with the form: the same key grants once
 */
public record GrantForm(
        String kind, String amount, String note, String expires, ScopeForm scope, String key) {

    /** What an operator grants by hand; the other kinds come from events that are recorded. */
    private static final List<GrantKind> KINDS = List.of(GrantKind.PROMOTION, GrantKind.ADJUSTMENT);

    private static final int NOTE_CHARACTERS_MAX = 200;

    static GrantForm empty() {
        return of("", "", "", "", ScopeForm.EVERYTHING, "");
    }

    static GrantForm read(MultivaluedMap<String, String> sent) {
        return of(
                FormFields.text(sent, "kind"),
                FormFields.text(sent, "amount"),
                FormFields.text(sent, "note"),
                FormFields.text(sent, "expires"),
                ScopeForm.read(sent),
                FormFields.text(sent, "key"));
    }

    private static GrantForm of(
            String kind, String amount, String note, String expires, ScopeForm scope, String key) {
        boolean known = key.matches("[0-9a-f-]{36}");
        return new GrantForm(
                kind.isEmpty() ? KINDS.getFirst().name() : kind,
                amount.strip(),
                note.strip(),
                expires.strip(),
                scope,
                known ? key : UUID.randomUUID().toString());
    }

    public List<GrantKind> kinds() {
        return KINDS;
    }

    public String kindName(GrantKind each) {
        return GrantRow.name(each);
    }

    /** The chosen kind in words; only of a form without {@link #errors}. */
    public String chosenName() {
        return chosenKind().map(GrantRow::name).orElse(kind);
    }

    /** What is wrong, by form field; empty: nothing. */
    Map<String, String> errors(ScopeForm.Offer offer, Instant now) {
        Map<String, String> errors = new LinkedHashMap<>(scope.errors(offer));
        if (chosenKind().isEmpty()) {
            errors.put("kind", "Choose one of the two.");
        }
        if (money().filter(Money::isPositive).isEmpty()) {
            errors.put("amount", "Enter a positive amount of dollars, such as 10 or 2.50.");
        }
        if (note.isEmpty() || note.length() > NOTE_CHARACTERS_MAX) {
            errors.put(
                    "note",
                    "Say why, in at most %d characters; the organization reads it."
                            .formatted(NOTE_CHARACTERS_MAX));
        }
        if (!expires.isEmpty() && expiresAt().filter(now::isBefore).isEmpty()) {
            errors.put("expires", "Choose a day that is not over yet, or none.");
        }
        return errors;
    }

    Optional<Money> money() {
        return Money.parse(amount);
    }

    /** The end of its last day. */
    public Optional<Instant> expiresAt() {
        try {
            return expires.isEmpty()
                    ? Optional.empty()
                    : Optional.of(
                            LocalDate.parse(expires)
                                    .plusDays(1)
                                    .atStartOfDay(ZoneOffset.UTC)
                                    .toInstant());
        } catch (DateTimeParseException noDay) {
            return Optional.empty();
        }
    }

    /**
     * The order of a form without {@link #errors}.
     *
     * @param now when it takes effect
     */
    GrantOrder order(long organizationId, ScopeForm.Offer offer, Instant now) {
        return new GrantOrder(
                organizationId,
                "operator:" + key,
                chosenKind().orElseThrow(),
                money().orElseThrow(),
                GrantOrder.PRIORITY_DEFAULT,
                scope.read(offer),
                now,
                expiresAt().orElse(null),
                note);
    }

    private Optional<GrantKind> chosenKind() {
        return KINDS.stream().filter(each -> each.name().equals(kind)).findFirst();
    }
}
