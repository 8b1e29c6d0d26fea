package dev.scrip.charging;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scrip.money.Money;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LeaseTest {

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final Instant LATER = NOW.plusSeconds(60);

    @Test
    void holdsNoMoreThanIsFree() {
        Lease lease = Leases.lease(100, null);

        assertThat(lease.tryHold(60, NOW, 0)).isNotNull();
        assertThat(lease.tryHold(41, NOW, 0)).isNull();
        assertThat(lease.tryHold(40, NOW, 0)).isNotNull();
        assertThat(lease.free()).isZero();
        assertThat(lease.running()).isEqualTo(Money.ofNanos(100));
    }

    @Test
    void whatIsReleasedIsUsableAtOnce() {
        Lease lease = Leases.lease(100, null);
        Tranche from = lease.tryHold(100, NOW, 0);

        lease.giveBack(from, 100);
        assertThat(lease.tryHold(100, NOW, 0)).isNotNull();
    }

    @Test
    void holdsNothingAtOrAfterItsEnd() {
        Lease lease = Leases.lease(100, LATER);

        assertThat(lease.tryHold(1, LATER.minusNanos(1), 0)).isNotNull();
        assertThat(lease.tryHold(1, LATER, 0)).isNull();
        assertThat(lease.hasEnded(LATER)).isTrue();
        assertThat(lease.mustAsk(1, LATER, 0)).isTrue();
    }

    @Test
    void whatAnOldHoldReleasesAfterTheEndGoesBackToThePool() {
        Lease lease = Leases.lease(100, LATER);
        Tranche old = lease.tryHold(30, NOW, 0);

        assertThat(lease.returnFree()).isTrue();
        Leases.learn(lease, 2, 150, 0, null);

        assertThat(lease.free()).as("only what was granted since").isEqualTo(50);
        lease.giveBack(old, 30);
        assertThat(lease.free()).isEqualTo(50);
        assertThat(lease.report()).isNotNull();
        assertThat(lease.report().returned()).isEqualTo(Money.ofNanos(100));
    }

    @Test
    void aStaleLeaseHoldsNothingUntilItIsRenewed() {
        Tranche tranche = new Tranche(100, 0, null, 1_000);

        assertThat(tranche.tryHold(1, NOW, 1_000)).isEqualTo(-1);
        tranche.renew(null, 2_000);
        assertThat(tranche.tryHold(1, NOW, 1_000)).isEqualTo(99);
    }

    @Test
    void whatIsOnItsWayBackCountsAsAvailable() {
        Lease lease = Leases.lease(100, null);
        Leases.learn(lease, 2, 100, 7, null);
        assertThat(lease.available()).isEqualTo(Money.ofNanos(107));

        lease.returnFree();

        assertThat(lease.available())
                .as("returned, and not yet in the pool's free amount")
                .isEqualTo(Money.ofNanos(107));
    }

    @Test
    void manyThreadsNeverHoldMoreThanWasGrantedWhileItEndsAndBeginsAnew() throws Exception {
        Lease lease = Leases.lease(1_000, null);
        AtomicLong spent = new AtomicLong();
        CountDownLatch end = new CountDownLatch(4);
        List<Thread> threads = new ArrayList<>();
        for (int thread = 0; thread < 4; thread++) {
            threads.add(
                    Thread.ofPlatform()
                            .start(
                                    () -> {
                                        holdAndRelease(lease, spent);
                                        end.countDown();
                                    }));
        }
        long granted = 1_000;
        for (long exchange = 2; end.getCount() > 0; exchange++) {
            lease.returnFree();
            granted += 500;
            Leases.learn(lease, exchange, granted, 0, null);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        lease.returnFree();

        lease.spend(spent.get(), spent.get(), 0);
        assertThat(lease.running()).isEqualTo(Money.ZERO);
        assertThat(lease.report().returned().nanos() + spent.get()).isEqualTo(granted);
    }

    private static void holdAndRelease(Lease lease, AtomicLong spent) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        for (int round = 0; round < 50_000; round++) {
            long amount = random.nextLong(300);
            Tranche from = lease.tryHold(amount, NOW, 0);
            if (from != null) {
                long charge = random.nextLong(amount + 1) / 100;
                spent.addAndGet(charge);
                lease.giveBack(from, amount - charge);
            }
        }
    }
}
