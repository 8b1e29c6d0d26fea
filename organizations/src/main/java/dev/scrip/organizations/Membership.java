package dev.scrip.organizations;

/** An organization as one user sees it. */
public record Membership(Organization organization, long userId, Role role) {}
