package dev.scrip.organizations;

/** Who changed something, for the log of changes. */
public record Actor(Kind kind, long id) {

    public enum Kind {
        USER,
        /** A program, by the key that an operator gave it. */
        OPERATOR_KEY
    }

    public static Actor user(long id) {
        return new Actor(Kind.USER, id);
    }

    public static Actor operatorKey(long id) {
        return new Actor(Kind.OPERATOR_KEY, id);
    }
}
