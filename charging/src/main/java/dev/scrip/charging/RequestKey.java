package dev.scrip.charging;

/**
 * What a client calls a request, so that it can be repeated: its own in a project.
 *
 * @param key the client's word
 * @param hash of all that makes the request what it is; the same word stands for nothing else
 */
public record RequestKey(long organizationId, long projectId, String key, String hash) {

    /** A longer word is no key. */
    public static final int LENGTH_MAX = 255;
}
