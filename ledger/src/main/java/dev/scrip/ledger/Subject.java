package dev.scrip.ledger;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Whose spending a budget limits. In the tables {@code organization}, {@code project:17}, {@code
 * end_user:ann}; {@code project:*} is every project, each for itself.
 *
 * @param id of the project, key, member or end user; {@link #EACH}: each of them for itself; empty
 *     for the organization
 */
public record Subject(Kind kind, String id) {

    /** Every subject of its kind, each with the whole amount for itself. */
    public static final String EACH = "*";

    /** What can be limited. */
    public enum Kind {
        ORGANIZATION,
        PROJECT,
        API_KEY,
        MEMBER,
        END_USER
    }

    public Subject {
        if ((kind == Kind.ORGANIZATION) != id.isEmpty()) {
            throw new IllegalArgumentException(kind + " is not named by '" + id + "'");
        }
    }

    public static Subject organization() {
        return new Subject(Kind.ORGANIZATION, "");
    }

    public static Subject project(long projectId) {
        return new Subject(Kind.PROJECT, Long.toString(projectId));
    }

    public static Subject apiKey(long apiKeyId) {
        return new Subject(Kind.API_KEY, Long.toString(apiKeyId));
    }

    public static Subject member(long memberId) {
        return new Subject(Kind.MEMBER, Long.toString(memberId));
    }

    public static Subject endUser(String name) {
        return new Subject(Kind.END_USER, name);
    }

    /** Each subject of a kind for itself. */
    public static Subject each(Kind kind) {
        return new Subject(kind, EACH);
    }

    public boolean isEach() {
        return id.equals(EACH);
    }

    /** Reads what {@link #text} wrote. */
    static Subject parse(String text) {
        int colon = text.indexOf(':');
        String kind = colon < 0 ? text : text.substring(0, colon);
        return new Subject(
                Kind.valueOf(kind.toUpperCase(Locale.ROOT)),
                colon < 0 ? "" : text.substring(colon + 1));
    }

    /** As it stands in the tables. */
    String text() {
        String name = kind.name().toLowerCase(Locale.ROOT);
        return id.isEmpty() ? name : name + ":" + id;
    }

    /** The subject of this kind that a payer is; null when the payer names none. */
    static @Nullable Subject of(Kind kind, Payer payer) {
        return switch (kind) {
            case ORGANIZATION -> organization();
            case PROJECT -> project(payer.projectId());
            case API_KEY -> apiKey(payer.apiKeyId());
            case MEMBER -> member(payer.memberId());
            case END_USER -> {
                String endUser = payer.endUser();
                yield endUser == null ? null : endUser(endUser);
            }
        };
    }
}
