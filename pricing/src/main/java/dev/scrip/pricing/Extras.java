package dev.scrip.pricing;

import org.jspecify.annotations.Nullable;

/**
 * What a request uses, or may use at most, besides plain tokens. {@link #NONE} for most.
 *
 * @param audioInputTokens of the input, what is sound
 * @param imageInputTokens of the input, what is pictures
 * @param audioOutputTokens of the output, what is sound
 * @param imageOutputTokens of the output, what is pictures
 * @param images pictures that are sold by the piece
 * @param imageVariant their size and quality, {@code 1024x1024/high}; null: whatever the price of
 *     any picture is for
 * @param audioSeconds whole seconds of sound, begun ones counted
 * @param characters Unicode characters of text that is spoken
 */
public record Extras(
        long audioInputTokens,
        long imageInputTokens,
        long audioOutputTokens,
        long imageOutputTokens,
        long images,
        @Nullable String imageVariant,
        long audioSeconds,
        long characters) {

    /** Plain tokens only. */
    public static final Extras NONE = new Extras(0, 0, 0, 0, 0, null, 0, 0);

    public Extras {
        if (audioInputTokens < 0
                || imageInputTokens < 0
                || audioOutputTokens < 0
                || imageOutputTokens < 0
                || images < 0
                || audioSeconds < 0
                || characters < 0) {
            throw new IllegalArgumentException("a negative count");
        }
    }

    /** Whether there is nothing besides plain tokens. */
    @SuppressWarnings("ReferenceEquality") // nearly every request has this very object
    boolean isNone() {
        return this == NONE || equals(NONE);
    }

    /** Pictures sold by the piece. */
    public static Extras ofImages(long images, @Nullable String variant) {
        return new Extras(0, 0, 0, 0, images, variant, 0, 0);
    }

    /** Sound sold by its length, in whole seconds. */
    public static Extras ofSeconds(long audioSeconds) {
        return new Extras(0, 0, 0, 0, 0, null, audioSeconds, 0);
    }

    /** Text sold by its length. */
    public static Extras ofCharacters(long characters) {
        return new Extras(0, 0, 0, 0, 0, null, 0, characters);
    }
}
