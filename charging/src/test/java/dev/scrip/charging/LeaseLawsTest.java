package dev.scrip.charging;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scrip.ledger.Exchange.LeaseReport;
import dev.scrip.ledger.ExchangeReply.LeaseState;
import dev.scrip.ledger.ExchangeReply.Rest;
import dev.scrip.ledger.Pool;
import dev.scrip.ledger.PoolId;
import dev.scrip.money.Money;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** A lease against a ledger that is a few numbers: whatever happens in whatever order. */
class LeaseLawsTest {

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final PoolId POOL = new PoolId(7, 0);

    enum Deed {
        HOLD,
        CHARGE,
        RELEASE,
        GRANT,
        REPORT,
        END,
        TRIM
    }

    record Step(Deed deed, long amount) {}

    private record Held(Tranche from, long amount) {}

    /** The lease, what is held from it, and what the ledger believes. */
    private static final class World {
        final Lease lease =
                new Lease(Leases.owner(7), new Pool(POOL, Pool.Kind.WALLET, null, null), 0);
        final List<Held> holds = new ArrayList<>();
        long granted;
        long reportedSpent;
        long reportedReturned;
        long exchange = 1;

        void take(Step step) {
            switch (step.deed()) {
                case HOLD -> {
                    long free = lease.free();
                    Tranche from = lease.tryHold(step.amount(), NOW, 0);
                    if (from != null) {
                        assertThat(step.amount()).isLessThanOrEqualTo(free);
                        holds.add(new Held(from, step.amount()));
                    }
                }
                case CHARGE -> {
                    if (!holds.isEmpty()) {
                        Held held = holds.removeFirst();
                        long charge = Math.min(held.amount(), step.amount());
                        lease.giveBack(held.from(), held.amount() - charge);
                        lease.spend(charge, held.amount(), 0);
                    }
                }
                case RELEASE -> {
                    if (!holds.isEmpty()) {
                        Held held = holds.removeLast();
                        lease.giveBack(held.from(), held.amount());
                    }
                }
                case GRANT -> {
                    granted += step.amount();
                    learn();
                }
                case REPORT -> report();
                case END -> {
                    lease.returnFree();
                    assertThat(lease.free()).isZero();
                }
                case TRIM -> lease.trim(0);
            }
        }

        void learn() {
            lease.learn(
                    new LeaseState(
                            POOL,
                            Money.ofNanos(granted),
                            Money.ofNanos(reportedSpent),
                            Money.ofNanos(reportedReturned),
                            Money.ZERO,
                            new Rest(Money.ZERO, Money.ZERO, Money.ZERO, Money.ZERO),
                            null,
                            false),
                    exchange++,
                    true,
                    0,
                    1);
        }

        void report() {
            LeaseReport report = lease.report();
            if (report != null) {
                assertThat(report.spent().nanos()).isGreaterThanOrEqualTo(reportedSpent);
                assertThat(report.returned().nanos()).isGreaterThanOrEqualTo(reportedReturned);
                reportedSpent = report.spent().nanos();
                reportedReturned = report.returned().nanos();
            }
            learn();
        }

        long held() {
            return holds.stream().mapToLong(Held::amount).sum();
        }
    }

    @Property
    void whatWasGrantedIsFreeHeldSpentOrReturned(@ForAll("steps") List<Step> steps) {
        World world = new World();
        world.learn();
        for (Step step : steps) {
            world.take(step);
            assertThat(world.lease.running().nanos()).isEqualTo(world.held());
            // What the ledger believes to be outstanding covers what is free and held.
            assertThat(world.granted - world.reportedSpent - world.reportedReturned)
                    .isGreaterThanOrEqualTo(world.lease.free() + world.held());
        }
        while (!world.holds.isEmpty()) {
            world.take(new Step(Deed.RELEASE, 0));
        }
        world.take(new Step(Deed.END, 0));
        world.report();
        assertThat(world.granted).isEqualTo(world.reportedSpent + world.reportedReturned);
        assertThat(world.lease.isOver()).isTrue();
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        return Combinators.combine(
                        Arbitraries.of(Deed.class), Arbitraries.longs().between(0, 1_000))
                .as(Step::new)
                .list()
                .ofMaxSize(60);
    }
}
