package dev.scrip.pricing;

import dev.scrip.money.Money;
import java.math.BigDecimal;
import java.util.OptionalLong;

/** What a price may have a rate of its own for, besides plain tokens, requests and images. */
public enum Unit {
    AUDIO_INPUT("audio input tokens", "Audio input", Unit.MILLION, "1M tokens"),
    CACHED_AUDIO_INPUT(
            "cached audio input tokens", "Cached audio input", Unit.MILLION, "1M tokens"),
    AUDIO_OUTPUT("audio output tokens", "Audio output", Unit.MILLION, "1M tokens"),
    IMAGE_INPUT("image input tokens", "Image input", Unit.MILLION, "1M tokens"),
    CACHED_IMAGE_INPUT(
            "cached image input tokens", "Cached image input", Unit.MILLION, "1M tokens"),
    IMAGE_OUTPUT("image output tokens", "Image output", Unit.MILLION, "1M tokens"),
    AUDIO_SECOND("seconds of audio", "Audio", Unit.MINUTE, "minute"),
    CHARACTER("characters", "Speech", Unit.MILLION, "1M characters");

    private static final long MILLION = 1_000_000;
    private static final long MINUTE = 60;
    private static final int PICO_SCALE = 12;
    private static final long PICOS_PER_NANO = 1_000;

    private final String plural;
    private final String title;
    private final long published;
    private final String per;

    /**
     * @param published how many a price is usually said for
     */
    Unit(String plural, String title, long published, String per) {
        this.plural = plural;
        this.title = title;
        this.published = published;
        this.per = per;
    }

    /** "seconds of audio". */
    public String plural() {
        return plural;
    }

    /** "Audio input". */
    public String title() {
        return title;
    }

    /** What its price is usually said for: "1M tokens". */
    public String per() {
        return per;
    }

    /**
     * What one costs if {@link #per} costs this much; empty if that is negative, absurd, or no
     * whole number of pico-dollars.
     */
    public OptionalLong picos(Money said) {
        long nanos = said.nanos();
        if (nanos < 0 || nanos > Long.MAX_VALUE / PICOS_PER_NANO) {
            return OptionalLong.empty();
        }
        long picos = nanos * PICOS_PER_NANO;
        return picos % published == 0 ? OptionalLong.of(picos / published) : OptionalLong.empty();
    }

    /** A rate of this unit as it is usually said. */
    public PublishedRate published(long picos) {
        return new PublishedRate(
                title,
                BigDecimal.valueOf(picos, PICO_SCALE).multiply(BigDecimal.valueOf(published)),
                per);
    }
}
