package dev.scrip.charging;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scrip.ledger.Exchange.LeaseReport;
import dev.scrip.ledger.Exchange.Share;
import dev.scrip.ledger.ExchangeReply.LeaseState;
import dev.scrip.ledger.ExchangeReply.Rest;
import dev.scrip.ledger.Payer;
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

/**
 * Holds that are extended, from scoped credit, a wallet and a limit together: whatever happens,
 * each lease has what its holds have of it, and is charged what the ledger works out from their
 * shares.
 */
class HoldLawsTest {

    private static final Payer PAYER = new Payer(7, 1, 1, 1, null);
    private static final int WALLET = 1;
    private static final int LIMIT = 2;

    enum Deed {
        BEGIN,
        EXTEND,
        EXTEND_ENDED,
        CHARGE,
        RELEASE,
        GRANT,
        END
    }

    record Step(Deed deed, int which, long amount) {}

    private static final class World {
        final OrganizationLeases owner = Leases.owner(7);
        final List<Lease> leases =
                List.of(
                        lease(5, Pool.Kind.SCOPED_CREDIT),
                        lease(0, Pool.Kind.WALLET),
                        lease(9, Pool.Kind.BUDGET));
        final Holdings holdings =
                new Holdings(
                        leases.subList(0, LIMIT),
                        leases.subList(LIMIT, 3),
                        Instant.EPOCH,
                        null,
                        0,
                        Long.MAX_VALUE / 2);
        final List<RunningHold> holds = new ArrayList<>();
        final long[] granted = new long[3];
        final long[] spent = new long[3];
        Instant now = Instant.EPOCH;
        long exchange = 1;

        World() {
            for (int which = 0; which < 3; which++) {
                learn(which, 0);
            }
        }

        private Lease lease(long poolId, Pool.Kind kind) {
            return new Lease(owner, new Pool(new PoolId(7, poolId), kind, null, null), 0);
        }

        /** The ledger grants so much; its pools have nothing else. */
        void learn(int which, long more) {
            granted[which] += more;
            LeaseReport report = leases.get(which).report();
            leases.get(which)
                    .learn(
                            new LeaseState(
                                    leases.get(which).id(),
                                    Money.ofNanos(granted[which]),
                                    report == null ? Money.ZERO : report.spent(),
                                    report == null ? Money.ZERO : report.returned(),
                                    Money.ZERO,
                                    new Rest(Money.ZERO, Money.ZERO, Money.ZERO, Money.ZERO),
                                    null,
                                    false),
                            exchange++,
                            true,
                            0,
                            Long.MAX_VALUE / 2);
        }

        private Taken take(long amount) {
            return holdings.take(Money.ofNanos(amount), now, now, 0);
        }

        void take(Step step) {
            now = now.plusSeconds(1);
            RunningHold hold = holds.isEmpty() ? null : holds.get(step.which() % holds.size());
            switch (step.deed()) {
                case BEGIN -> begin(step.amount());
                case EXTEND -> {
                    Taken more = hold == null ? null : take(step.amount());
                    if (more != null) {
                        Money before = hold.amount();
                        assertThat(hold.extend(more, step.amount())).isTrue();
                        assertThat(hold.amount().minus(before).nanos()).isEqualTo(step.amount());
                    }
                }
                case EXTEND_ENDED -> {
                    Taken more = hold == null ? null : take(step.amount());
                    if (more != null) {
                        release(hold);
                        assertThat(hold.extend(more, step.amount())).isFalse();
                        more.giveBack();
                    }
                }
                case CHARGE -> {
                    if (hold != null) {
                        charge(hold, Math.min(hold.amount().nanos(), step.amount()));
                    }
                }
                case RELEASE -> {
                    if (hold != null) {
                        release(hold);
                    }
                }
                case GRANT -> learn(step.which() % 3, step.amount());
                case END -> leases.get(step.which() % 3).returnFree();
            }
        }

        private void begin(long amount) {
            Taken taken = take(amount);
            if (taken != null) {
                holds.add(new RunningHold(PAYER, null, false, taken, amount));
            }
        }

        private void release(RunningHold hold) {
            holds.remove(hold);
            hold.end();
            hold.giveBackAllBut(0);
        }

        private void charge(RunningHold hold, long charged) {
            holds.remove(hold);
            hold.end();
            hold.giveBackAllBut(charged);
            long left = charged;
            for (Share share : hold.shares()) {
                long part = Math.min(left, share.held().nanos());
                left -= part;
                spent[share.poolId() == 0 ? WALLET : 0] += part;
            }
            assertThat(left).isZero();
            spent[LIMIT] += charged;
            hold.spend(charged, 0, new Batch(exchange, now));
        }

        long held(int which) {
            long held = 0;
            for (RunningHold hold : holds) {
                if (which == LIMIT) {
                    held += hold.amount().nanos();
                }
                for (Share share : hold.shares()) {
                    held += share.poolId() == poolOf(which) ? share.held().nanos() : 0;
                }
            }
            return held;
        }

        private static long poolOf(int which) {
            return which == WALLET ? 0 : which == LIMIT ? -1 : 5;
        }
    }

    @Property
    void eachLeaseHasWhatItsHoldsHaveAndIsChargedByTheirShares(@ForAll("steps") List<Step> steps) {
        World world = new World();
        for (Step step : steps) {
            world.take(step);
            for (int which = 0; which < 3; which++) {
                assertThat(world.leases.get(which).running().nanos()).isEqualTo(world.held(which));
            }
        }
        while (!world.holds.isEmpty()) {
            world.take(new Step(Deed.CHARGE, 0, 70));
        }
        for (int which = 0; which < 3; which++) {
            Lease lease = world.leases.get(which);
            lease.returnFree();
            LeaseReport report = lease.report();
            if (report != null) {
                assertThat(report.spent().nanos()).isEqualTo(world.spent[which]);
                assertThat(report.spent().plus(report.returned()).nanos())
                        .isEqualTo(world.granted[which]);
            }
        }
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        return Combinators.combine(
                        Arbitraries.of(Deed.class),
                        Arbitraries.integers().between(0, 5),
                        Arbitraries.longs().between(0, 200))
                .as(Step::new)
                .list()
                .ofMaxSize(80);
    }
}
