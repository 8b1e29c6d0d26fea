package dev.scrip.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scrip.ledger.Exchange.ChargeOrder;
import dev.scrip.ledger.Exchange.LeaseDemand;
import dev.scrip.ledger.Exchange.LeaseReport;
import dev.scrip.ledger.Exchange.Share;
import dev.scrip.money.Money;
import dev.scrip.postgres.Database;
import dev.scrip.postgres.Ids;
import dev.scrip.testing.TestPostgres;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A ledger on a database of its own, with a clock that the test moves. */
final class LedgerFixture implements AutoCloseable {

    static final Instant START = Instant.parse("2026-03-15T12:00:00Z");

    final Database database = TestPostgres.database();
    Instant now = START;
    final Ledger ledger = new Ledger(database, () -> now);

    long organization() {
        long organization = Ids.next();
        database.execute(tx -> ledger.openWallet(tx, organization));
        return organization;
    }

    void pass(Duration time) {
        now = now.plus(time);
    }

    GrantOutcome grant(GrantOrder order) {
        return database.transaction(tx -> ledger.grant(tx, order));
    }

    /** Credits dollars that never expire. */
    Grant credit(long organization, String dollars) {
        return credit(organization, GrantKind.PURCHASE, dollars, null);
    }

    Grant credit(long organization, GrantKind kind, String dollars, @Nullable Instant expiresAt) {
        return credit(organization, kind, dollars, GrantOrder.PRIORITY_DEFAULT, expiresAt);
    }

    Grant credit(
            long organization,
            GrantKind kind,
            String dollars,
            int priority,
            @Nullable Instant expiresAt) {
        GrantOrder order =
                new GrantOrder(
                        organization,
                        "key-" + Ids.next(),
                        kind,
                        Money.ofDollars(dollars),
                        priority,
                        now,
                        expiresAt,
                        kind.name());
        return ((GrantOutcome.Granted) grant(order)).grant();
    }

    Holder process() {
        return new Holder("node");
    }

    void balances() {
        Verification verification = ledger.verify();
        assertThat(verification.checks())
                .allSatisfy(check -> assertThat(check.differences()).as(check.name()).isEmpty());
    }

    @Override
    public void close() {
        database.close();
    }

    /** A process with leases, as careful as a real one, but in one thread. */
    final class Holder {

        final UUID id = UUID.randomUUID();
        private final Map<Integer, Long> numbers = new HashMap<>();
        private final Map<PoolId, Money> spent = new HashMap<>();
        private final Map<PoolId, Money> returned = new HashMap<>();

        Holder(String node) {
            ledger.enlist(id, node, now);
        }

        ExchangeReply.LeaseState demand(PoolId pool, String need, String want) {
            return demand(pool, Money.ofDollars(need), Money.ofDollars(want));
        }

        ExchangeReply.LeaseState demand(PoolId pool, Money need, Money want) {
            return exchange(
                            pool.organizationId(),
                            List.of(),
                            List.of(),
                            List.of(LedgerFixture.demandOf(pool, need, want)))
                    .leases()
                    .getFirst();
        }

        /** Settles a request held now on these pools. */
        ExchangeReply charge(String amount, String held, Instant heldAt, PoolId... pools) {
            return charge(Money.ofDollars(amount), Money.ofDollars(held), heldAt, pools);
        }

        ExchangeReply charge(Money amount, Money held, Instant heldAt, PoolId... pools) {
            for (PoolId pool : pools) {
                spent.merge(pool, amount, Money::plus);
            }
            long organization = pools[0].organizationId();
            ChargeOrder order = order(organization, Ids.next(), amount, held, heldAt);
            return exchange(organization, reports(List.of(pools)), List.of(order), List.of());
        }

        ExchangeReply giveBack(PoolId pool, String dollars) {
            return giveBack(pool, Money.ofDollars(dollars));
        }

        ExchangeReply giveBack(PoolId pool, Money amount) {
            returned.merge(pool, amount, Money::plus);
            return exchange(pool.organizationId(), reports(List.of(pool)), List.of(), List.of());
        }

        void spend(PoolId pool, Money amount) {
            spent.merge(pool, amount, Money::plus);
        }

        void giveBackLater(PoolId pool, Money amount) {
            returned.merge(pool, amount, Money::plus);
        }

        List<LeaseReport> reports(List<PoolId> pools) {
            return pools.stream()
                    .map(
                            pool ->
                                    new LeaseReport(
                                            pool,
                                            spent.getOrDefault(pool, Money.ZERO),
                                            returned.getOrDefault(pool, Money.ZERO)))
                    .toList();
        }

        ExchangeReply exchange(
                long organization,
                List<LeaseReport> reports,
                List<ChargeOrder> charges,
                List<LeaseDemand> demands) {
            return send(next(organization, reports, charges, demands));
        }

        Exchange next(
                long organization,
                List<LeaseReport> reports,
                List<ChargeOrder> charges,
                List<LeaseDemand> demands) {
            int lane = Lanes.of(organization);
            long number = numbers.merge(lane, 1L, Long::sum);
            return new Exchange(id, lane, number, now, reports, charges, demands);
        }
    }

    /** Ends every hold whose time is over; answers those that were charged. */
    List<HoldOutcome.Done> sweep() {
        List<HoldOutcome.Done> charged = new ArrayList<>();
        for (long organization : ledger.holds().due(1_000)) {
            charged.addAll(
                    database.transaction(
                            tx -> ledger.holds().endDue(tx, List.of(organization), 1_000)));
        }
        return charged;
    }

    ExchangeReply send(Exchange exchange) {
        return database.transaction(tx -> ledger.exchange(tx, exchange));
    }

    /** One request's charge, held from the wallet alone. */
    static ChargeOrder order(
            long organization, long requestId, Money amount, Money held, Instant heldAt) {
        return new ChargeOrder(
                payer(organization),
                requestId,
                amount,
                List.of(new Share(PoolRow.WALLET, held, heldAt)),
                heldAt);
    }

    static LeaseDemand demandOf(PoolId pool, Money need, Money want) {
        return new LeaseDemand(pool, need, want, false);
    }

    static Payer payer(long organization) {
        return new Payer(organization, 11, 12, 13, null);
    }

    /** What a request of an ordinary payer holds from: the wallet first. */
    List<Pool> pools(long organization, Instant at) {
        PoolList list = ledger.pools(payer(organization), "model", at);
        return Stream.concat(list.credit().stream(), list.budgets().stream()).toList();
    }

    static PoolId wallet(long organization) {
        return new PoolId(organization, 0);
    }

    static Optional<Money> dollars(String amount) {
        return Optional.of(Money.ofDollars(amount));
    }
}
