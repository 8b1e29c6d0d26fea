package dev.scrip.metering;

import dev.scrip.money.Money;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Records of one organization, quarter of an hour, project, key and model, added up. */
record RollUp(
        Key key,
        long requests,
        long inputTokens,
        long cachedInputTokens,
        long outputTokens,
        Money amount) {

    static final long BUCKET_SECONDS = 15 * 60;

    record Key(
            long organizationId, Instant bucketStart, long projectId, long apiKeyId, String model) {

        /** One order for all writers, so that none waits for another in a circle. */
        static final Comparator<Key> ORDER =
                Comparator.comparingLong(Key::organizationId)
                        .thenComparing(Key::bucketStart)
                        .thenComparingLong(Key::projectId)
                        .thenComparingLong(Key::apiKeyId)
                        .thenComparing(Key::model);
    }

    /** One line for each key, in the order in which they are to be written. */
    static List<RollUp> of(List<UsageRecord> records) {
        Map<Key, RollUp> byKey = new TreeMap<>(Key.ORDER);
        for (UsageRecord record : records) {
            RollUp one = of(record);
            byKey.merge(one.key(), one, RollUp::plus);
        }
        return List.copyOf(byKey.values());
    }

    /** The start of the quarter of an hour that holds a moment. */
    static Instant bucketStart(Instant moment) {
        return moment.truncatedTo(ChronoUnit.SECONDS)
                .minusSeconds(Math.floorMod(moment.getEpochSecond(), BUCKET_SECONDS));
    }

    private static RollUp of(UsageRecord record) {
        return new RollUp(
                new Key(
                        record.organizationId(),
                        bucketStart(record.endedAt()),
                        record.projectId(),
                        record.apiKeyId(),
                        record.model()),
                1,
                record.inputTokens(),
                record.cachedInputTokens(),
                record.outputTokens(),
                record.amount());
    }

    private RollUp plus(RollUp other) {
        return new RollUp(
                key,
                requests + other.requests,
                Math.addExact(inputTokens, other.inputTokens),
                Math.addExact(cachedInputTokens, other.cachedInputTokens),
                Math.addExact(outputTokens, other.outputTokens),
                amount.plus(other.amount));
    }
}
