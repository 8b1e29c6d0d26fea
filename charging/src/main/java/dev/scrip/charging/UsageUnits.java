package dev.scrip.charging;

import dev.scrip.metering.Units;
import dev.scrip.pricing.Extras;

/** What pricing counts besides plain tokens, as metering keeps it. */
final class UsageUnits {

    private UsageUnits() {}

    static Units of(Extras extras) {
        return extras.equals(Extras.NONE)
                ? Units.NONE
                : new Units(
                        extras.audioInputTokens(),
                        extras.imageInputTokens(),
                        extras.audioOutputTokens(),
                        extras.imageOutputTokens(),
                        extras.images(),
                        extras.imageVariant(),
                        extras.audioSeconds(),
                        extras.characters());
    }
}
