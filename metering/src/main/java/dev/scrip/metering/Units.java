package dev.scrip.metering;

import org.jspecify.annotations.Nullable;

/**
 * What a request used besides plain tokens. {@link #NONE} for most.
 *
 * @param audioInputTokens of the input, what is sound
 * @param imageInputTokens of the input, what is pictures
 * @param audioOutputTokens of the output, what is sound
 * @param imageOutputTokens of the output, what is pictures
 * @param images pictures that are sold by the piece
 * @param imageVariant their size and quality; null: not told
 * @param audioSeconds whole seconds of sound, begun ones counted
 * @param characters of text that is spoken
 */
public record Units(
        long audioInputTokens,
        long imageInputTokens,
        long audioOutputTokens,
        long imageOutputTokens,
        long images,
        @Nullable String imageVariant,
        long audioSeconds,
        long characters) {

    /** Plain tokens only. */
    public static final Units NONE = new Units(0, 0, 0, 0, 0, null, 0, 0);

    boolean isNone() {
        return equals(NONE);
    }
}
