package dev.scrip.organizations;

/**
 * Whose requests a rate limit counts.
 *
 * @param id of the project or key; 0 for the whole organization
 */
public record RateSubject(Kind kind, long id) {

    public enum Kind {
        /** Set by the operator. */
        ORGANIZATION,
        PROJECT,
        API_KEY
    }

    public RateSubject {
        if ((kind == Kind.ORGANIZATION) != (id == 0)) {
            throw new IllegalArgumentException(kind + " " + id);
        }
    }

    public static RateSubject organization() {
        return new RateSubject(Kind.ORGANIZATION, 0);
    }

    public static RateSubject project(long id) {
        return new RateSubject(Kind.PROJECT, id);
    }

    public static RateSubject apiKey(long id) {
        return new RateSubject(Kind.API_KEY, id);
    }
}
