package dev.scrip.organizations;

/** Who calls the gateway, as its key tells. */
public record Caller(long organizationId, long projectId, long apiKeyId) {}
