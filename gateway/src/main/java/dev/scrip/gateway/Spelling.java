package dev.scrip.gateway;

import org.jspecify.annotations.Nullable;

/**
 * What of a request's body is different from upstream to upstream.
 *
 * @param model the model's name there
 * @param outputBoundField the only field that it knows for the bound on output; null: the client's
 * @param continuousUsage it is asked to tell the usage so far with every event of a stream
 */
record Spelling(String model, @Nullable String outputBoundField, boolean continuousUsage) {}
