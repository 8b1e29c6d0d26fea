package dev.scrip.ledger;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where the journal's chains of hashes end: kept outside, it proves later that nothing up to here
 * was changed, left out or put in.
 *
 * <p>As text: how many batches each lane has, with dots between, a colon, and the SHA-256 over the
 * last hashes of the lanes, in their order (32 zero bytes for a lane without a batch).
 *
 * @param batches the number of each lane's last batch; 0: it has none
 * @param hash in hexadecimal digits
 */
public record JournalHead(List<Long> batches, String hash) {

    private static final Pattern TEXT =
            Pattern.compile("(\\d{1,18}(?:\\.\\d{1,18})*):(\\p{XDigit}{64})");

    public JournalHead {
        batches = List.copyOf(batches);
    }

    static JournalHead of(List<Long> batches, List<byte[]> hashes) {
        CanonicalBytes all = new CanonicalBytes();
        hashes.forEach(all::addBytes);
        return new JournalHead(batches, HexFormat.of().formatHex(all.hash()));
    }

    /** Reads what {@link #toString} wrote; empty: it is none. */
    public static Optional<JournalHead> parse(String text) {
        Matcher parts = TEXT.matcher(text.strip());
        if (!parts.matches()) {
            return Optional.empty();
        }
        List<Long> batches = new ArrayList<>();
        for (String number : parts.group(1).split("\\.", -1)) {
            batches.add(Long.parseLong(number));
        }
        return batches.size() == Lanes.COUNT
                ? Optional.of(
                        new JournalHead(batches, parts.group(2).toLowerCase(java.util.Locale.ROOT)))
                : Optional.empty();
    }

    /** Of all lanes together. */
    public long batchCount() {
        return batches.stream().mapToLong(Long::longValue).sum();
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (long count : batches) {
            text.append(text.isEmpty() ? "" : ".").append(count);
        }
        return text.append(':').append(hash).toString();
    }
}
