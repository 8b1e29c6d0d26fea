package dev.scrip.console;

/** Who may open a page. */
enum Access {
    /** Anybody, signed in or not. */
    EVERYBODY,
    /** Whoever is signed in, member of an organization or not. */
    SIGNED_IN,
    /** Members of the current organization. */
    MEMBER,
    /** Members who may make and revoke keys. */
    MANAGE_KEYS,
    /** Members who may pay and set limits. */
    PAY,
    /** Operators of the installation. */
    OPERATOR
}
