package dev.scrip.identity;

import com.github.benmanes.caffeine.cache.CacheLoader;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.TimeMeter;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * How often somebody may try passwords: from one network address, and for one e-mail address from
 * there. In memory and bounded; right passwords cost nothing, so that people behind one address do
 * not lock each other out.
 */
final class SignInLimits {

    private static final int ENTRIES_MAX = 100_000;
    private static final Duration IDLE_LIFE = Duration.ofHours(2);

    private final LoadingCache<String, Bucket> networks;
    private final LoadingCache<Attempt, Bucket> attempts;

    private record Attempt(String network, String email) {}

    SignInLimits(InstantSource clock) {
        TimeMeter meter = meter(clock);
        networks = buckets(network -> bucket(60, 300, meter));
        attempts = buckets(attempt -> bucket(5, 20, meter));
    }

    /** Takes one try; empty if it may go on, else when the next may. */
    Optional<Duration> take(String address, String email) {
        String network = network(address);
        ConsumptionProbe fromNetwork = networks.get(network).tryConsumeAndReturnRemaining(1);
        if (!fromNetwork.isConsumed()) {
            return wait(fromNetwork);
        }
        Bucket attempt = attempts.get(new Attempt(network, email));
        ConsumptionProbe forEmail = attempt.tryConsumeAndReturnRemaining(1);
        return forEmail.isConsumed() ? Optional.empty() : wait(forEmail);
    }

    /** Gives a try back, because its password was right. */
    void giveBack(String address, String email) {
        String network = network(address);
        networks.get(network).addTokens(1);
        attempts.get(new Attempt(network, email)).reset();
    }

    /** An IPv6 network hands a person 2^64 addresses: they count as one. */
    private static String network(String address) {
        try {
            return InetAddress.ofLiteral(address) instanceof Inet6Address six
                    ? HexFormat.of().formatHex(Arrays.copyOf(six.getAddress(), 8))
                    : address;
        } catch (IllegalArgumentException noLiteral) {
            return address;
        }
    }

    private static Bucket bucket(int perMinute, int perHour, TimeMeter meter) {
        return Bucket.builder()
                .addLimit(
                        limit ->
                                limit.capacity(perMinute)
                                        .refillGreedy(perMinute, Duration.ofMinutes(1)))
                .addLimit(
                        limit -> limit.capacity(perHour).refillGreedy(perHour, Duration.ofHours(1)))
                .withCustomTimePrecision(meter)
                .build();
    }

    private static Optional<Duration> wait(ConsumptionProbe probe) {
        return Optional.of(Duration.ofNanos(probe.getNanosToWaitForRefill()));
    }

    private static <K> LoadingCache<K, Bucket> buckets(CacheLoader<K, Bucket> loader) {
        return Caffeine.newBuilder()
                .maximumSize(ENTRIES_MAX)
                .expireAfterAccess(IDLE_LIFE)
                .build(loader);
    }

    private static TimeMeter meter(InstantSource clock) {
        return new TimeMeter() {
            @Override
            public long currentTimeNanos() {
                Instant now = clock.instant();
                return TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
            }

            @Override
            public boolean isWallClockBased() {
                return true;
            }
        };
    }
}
