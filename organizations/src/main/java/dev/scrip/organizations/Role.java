package dev.scrip.organizations;

/** What a member may do: each role may also do what the ones behind it may. */
public enum Role {
    /** Everything, members included. */
    OWNER,
    /** Cards, purchases, limits. */
    BILLING,
    /** Keys and projects. */
    DEVELOPER,
    /** Look. */
    VIEWER;

    public boolean mayManageMembers() {
        return this == OWNER;
    }

    public boolean mayPay() {
        return this == OWNER || this == BILLING;
    }

    public boolean mayManageKeys() {
        return this == OWNER || this == DEVELOPER;
    }
}
