package dev.scrip.organizations;

/**
 * Who calls the gateway, as its key tells.
 *
 * @param memberId the user who made the key
 */
public record Caller(long organizationId, long projectId, long apiKeyId, long memberId) {}
