package dev.scrip.pricing;

import java.math.BigDecimal;

/**
 * A rate as it is usually said.
 *
 * @param what "Audio input"; of images sold by the piece their variant, "1024x1024/high"
 * @param dollars exact
 * @param per "1M tokens", "minute", "1M characters", "image"
 */
public record PublishedRate(String what, BigDecimal dollars, String per) {

    public PublishedRate {
        dollars = dollars.signum() == 0 ? BigDecimal.ZERO : dollars.stripTrailingZeros();
    }
}
