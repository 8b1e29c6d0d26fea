package dev.scrip.pricing;

/** What a price may have a rate of its own for, besides plain tokens, requests and pictures. */
public enum Unit {
    AUDIO_INPUT("audio input tokens"),
    CACHED_AUDIO_INPUT("cached audio input tokens"),
    AUDIO_OUTPUT("audio output tokens"),
    IMAGE_INPUT("image input tokens"),
    CACHED_IMAGE_INPUT("cached image input tokens"),
    IMAGE_OUTPUT("image output tokens"),
    AUDIO_SECOND("seconds of audio"),
    CHARACTER("characters");

    private final String plural;

    Unit(String plural) {
        this.plural = plural;
    }

    /** "seconds of audio". */
    public String plural() {
        return plural;
    }
}
