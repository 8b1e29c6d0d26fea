package dev.scrip.gateway;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.scrip.pricing.Usage;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;

/**
 * An answer in one piece.
 *
 * @param body as it came
 * @param json the same, read
 * @param usage what the upstream says that it used
 * @param written where it does not say: all that the model wrote, to be counted
 */
record WholeAnswer(Buffer body, ObjectNode json, Optional<Usage> usage, String written) {}
