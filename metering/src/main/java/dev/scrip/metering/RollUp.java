package dev.scrip.metering;

import dev.scrip.money.Money;
import dev.scrip.postgres.Ids;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Records of one organization, quarter of an hour, project, key and model, added up. A request
 * belongs to the quarter in which it was held, which its id says.
 */
final class RollUp {

    static final long BUCKET_SECONDS = 15 * 60;

    /** One order for all writers, so that none waits for another in a circle. */
    private static final Comparator<RollUp> ORDER =
            Comparator.comparingLong((RollUp line) -> line.key.organizationId())
                    .thenComparingLong(line -> line.key.bucketSecond())
                    .thenComparingLong(line -> line.key.projectId())
                    .thenComparingLong(line -> line.key.apiKeyId())
                    .thenComparing(line -> line.key.model());

    /**
     * What is added up apart.
     *
     * @param bucketSecond the start of the quarter, in seconds since 1970
     */
    record Key(
            long organizationId, long bucketSecond, long projectId, long apiKeyId, String model) {

        static Key of(UsageRecord record, long bucketSecond) {
            return new Key(
                    record.organizationId(),
                    bucketSecond,
                    record.projectId(),
                    record.apiKeyId(),
                    record.model());
        }

        boolean isOf(UsageRecord record, long second) {
            return organizationId == record.organizationId()
                    && bucketSecond == second
                    && projectId == record.projectId()
                    && apiKeyId == record.apiKeyId()
                    && model.equals(record.model());
        }
    }

    final Key key;
    private long requests;
    private long inputTokens;
    private long cachedInputTokens;
    private long outputTokens;
    private Money amount = Money.ZERO;
    private long images;
    private long audioSeconds;
    private long characters;
    private Money costed = Money.ZERO;
    private Money upstreamCost = Money.ZERO;

    private RollUp(Key key) {
        this.key = key;
    }

    /**
     * One line for each key, in the order in which they are to be written.
     *
     * @param records quickest when those of one key mostly follow each other
     */
    static List<RollUp> of(List<UsageRecord> records) {
        Map<Key, RollUp> byKey = new HashMap<>();
        RollUp last = null;
        for (UsageRecord record : records) {
            long bucketSecond = bucketSecond(Ids.time(record.requestId()));
            if (last == null || !last.key.isOf(record, bucketSecond)) {
                last = byKey.computeIfAbsent(Key.of(record, bucketSecond), RollUp::new);
            }
            last.add(record);
        }
        return byKey.values().stream().sorted(ORDER).toList();
    }

    /** The start of the quarter of an hour that holds a moment. */
    static Instant bucketStart(Instant moment) {
        return Instant.ofEpochSecond(bucketSecond(moment));
    }

    private static long bucketSecond(Instant moment) {
        long second = moment.getEpochSecond();
        return second - Math.floorMod(second, BUCKET_SECONDS);
    }

    private void add(UsageRecord record) {
        requests++;
        inputTokens = Math.addExact(inputTokens, record.inputTokens());
        cachedInputTokens = Math.addExact(cachedInputTokens, record.cachedInputTokens());
        outputTokens = Math.addExact(outputTokens, record.outputTokens());
        amount = amount.plus(record.amount());
        images = Math.addExact(images, record.units().images());
        audioSeconds = Math.addExact(audioSeconds, record.units().audioSeconds());
        characters = Math.addExact(characters, record.units().characters());
        Money cost = record.upstreamCost();
        if (cost != null) {
            costed = costed.plus(record.amount());
            upstreamCost = upstreamCost.plus(cost);
        }
    }

    long requests() {
        return requests;
    }

    long inputTokens() {
        return inputTokens;
    }

    long cachedInputTokens() {
        return cachedInputTokens;
    }

    long outputTokens() {
        return outputTokens;
    }

    Money amount() {
        return amount;
    }

    long images() {
        return images;
    }

    long audioSeconds() {
        return audioSeconds;
    }

    long characters() {
        return characters;
    }

    Money costed() {
        return costed;
    }

    Money upstreamCost() {
        return upstreamCost;
    }
}
