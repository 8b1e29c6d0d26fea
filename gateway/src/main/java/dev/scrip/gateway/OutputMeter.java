package dev.scrip.gateway;

import dev.scrip.pricing.Usage;
import java.util.Optional;

/**
 * An upper bound of the tokens that a stream has brought so far. No tokenizer makes more tokens
 * than bytes, so bytes are counted first; what a tokenizer or the upstream itself has counted takes
 * their place. An event without text counts as one token.
 */
final class OutputMeter {

    private final AnswerStream stream;

    /** Tokens of the text that was counted. */
    private long counted;

    /** How much of the text that is; its bytes are not in {@link #bytes} any more. */
    private int countedChars;

    private int readChars;
    private long bytes;
    private long textless;
    private long unseenCounted;
    private long told;

    OutputMeter(AnswerStream stream) {
        this.stream = stream;
    }

    /** An event was read. */
    void read() {
        CharSequence written = stream.written();
        long more = bytes(written, readChars, written.length());
        readChars = written.length();
        bytes += more;
        textless += more == 0 ? 1 : 0;
        Optional<Usage> usage = stream.usage();
        // What does not grow is no count of what has come so far.
        if (usage.isPresent() && usage.get().outputTokens() > told) {
            told = usage.get().outputTokens();
            counted = told;
            countedChars = readChars;
            bytes = 0;
            textless = 0;
            unseenCounted = stream.unseenTokens();
        }
    }

    long tokensMax() {
        return counted + bytes + textless + stream.unseenTokens() - unseenCounted;
    }

    /** The upstream itself has counted all that came. */
    boolean isTold() {
        return told > 0 && bytes == 0 && textless == 0;
    }

    /** Bytes that nobody has counted in tokens. */
    long uncountedBytes() {
        return bytes;
    }

    /** The text that nobody has counted. */
    String uncounted() {
        return stream.written().subSequence(countedChars, readChars).toString();
    }

    /** The text has so many tokens at most, if it is still the first that nobody has counted. */
    void count(int from, String text, long tokens) {
        if (from == countedChars) {
            long its = bytes(text, 0, text.length());
            counted += Math.min(tokens, its);
            bytes -= its;
            countedChars += text.length();
        }
    }

    int countedChars() {
        return countedChars;
    }

    /** Of UTF-8; half a character counts for the whole. */
    static long bytes(CharSequence text, int from, int to) {
        long bytes = 0;
        for (int at = from; at < to; at++) {
            char c = text.charAt(at);
            bytes += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
        }
        return bytes;
    }
}
