package dev.scrip.charging;

import org.jspecify.annotations.Nullable;

/** Who pays for a request, and where it is counted. */
public record Payer(long organizationId, long projectId, long apiKeyId, @Nullable String endUser) {}
