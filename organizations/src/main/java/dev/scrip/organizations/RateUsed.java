package dev.scrip.organizations;

/** What a request used of what rate limits count besides requests. */
record RateUsed(long tokens, long images, long audioSeconds) {

    static final RateUsed NOTHING = new RateUsed(0, 0, 0);

    RateUsed plus(long inputTokens, long outputTokens, long moreImages, long moreSeconds) {
        return new RateUsed(
                tokens + inputTokens + outputTokens,
                images + moreImages,
                audioSeconds + moreSeconds);
    }
}
