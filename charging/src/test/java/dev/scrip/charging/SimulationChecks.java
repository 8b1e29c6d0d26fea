package dev.scrip.charging;

import dev.scrip.ledger.Lanes;
import dev.scrip.money.Money;
import dev.scrip.postgres.Database;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Supplier;

/** What must be true when a simulation has come to rest. */
final class SimulationChecks {

    private final Supplier<Database> current;
    private final long firstOrganization;

    /**
     * @param current another one after a failover
     */
    SimulationChecks(Supplier<Database> current, long firstOrganization) {
        this.current = current;
        this.firstOrganization = firstOrganization;
    }

    /** Who still runs, for people. */
    static String left(List<SimulatedProcess> alive, List<SimulatedRequest> requests) {
        StringBuilder left = new StringBuilder();
        for (SimulatedProcess each : alive) {
            if (each.charging.running() > 0 || !each.charging.isSettled()) {
                left.append(", %s runs %d".formatted(each.name, each.charging.running()));
            }
        }
        for (SimulatedRequest request : requests) {
            boolean open = request.cost == null || !(request.released || request.acknowledged);
            if (open && alive.contains(request.process)) {
                left.append(", request %d of %s".formatted(request.number, request.process.name));
                left.append(request.cost == null ? " has not ended" : " is not settled");
            }
        }
        return left.toString();
    }

    boolean isRecorded(SimulatedRequest request) {
        return current.get()
                .read(
                        tx ->
                                tx.createQuery(
                                                        """
                                        SELECT count(*) FROM usage_record
                                        WHERE organization_id = :organization
                                            AND request_id = :request
                                        """)
                                                .bind("organization", request.organizationId())
                                                .bind("request", request.hold.requestId())
                                                .mapTo(Long.class)
                                                .one()
                                        > 0);
    }

    void run(List<SimulatedRequest> requests, Books books) {
        Map<Long, Money> recorded = recorded();
        for (SimulatedRequest request : requests) {
            Money record = recorded.remove(request.hold.requestId());
            boolean charged = request.cost != null && !request.released;
            if (request.acknowledged && record == null && !request.lost) {
                throw broken("I15", request, "was acknowledged and is not durable");
            }
            if (record != null && (!charged || !record.equals(request.cost))) {
                throw broken("I17", request, "cost " + request.cost + ", recorded as " + record);
            }
            if (record == null && charged && !request.cutOff && !request.lost) {
                throw broken("I17", request, "ended and is not charged");
            }
        }
        if (!recorded.isEmpty()) {
            throw new AssertionError("I17: charged, but never started: " + recorded);
        }
        long unrested = poolsNotAtRest();
        if (unrested > 0) {
            throw new AssertionError("I21: " + unrested + " pools are not at rest");
        }
        books.verify()
                .checks()
                .forEach(
                        check -> {
                            if (!check.differences().isEmpty()) {
                                throw new AssertionError(check.name() + ": " + check.differences());
                            }
                        });
    }

    private static AssertionError broken(String invariant, SimulatedRequest request, String what) {
        return new AssertionError(
                "%s: request %d of %s (%s) %s"
                        .formatted(
                                invariant,
                                request.number,
                                request.process.name,
                                request.hold.heldAt(),
                                what));
    }

    boolean isEnlisted(UUID incarnationId) {
        return current.get()
                .read(
                        tx ->
                                tx.createQuery(
                                                """
                                                SELECT EXISTS (SELECT FROM incarnation
                                                    WHERE incarnation_id = :incarnation)
                                                """)
                                        .bind("incarnation", incarnationId)
                                        .mapTo(Boolean.class)
                                        .one());
    }

    /** The last message of each lane of an incarnation; -1: it is not known. */
    List<Long> known(UUID incarnationId) {
        return current.get()
                .read(
                        tx ->
                                tx.createQuery(
                                                """
                                                SELECT coalesce(number, -1)
                                                FROM generate_series(0, :last) AS each
                                                    LEFT JOIN exchange_record ON lane = each
                                                        AND incarnation_id = :incarnation
                                                ORDER BY each
                                                """)
                                        .bind("last", Lanes.COUNT - 1)
                                        .bind("incarnation", incarnationId)
                                        .mapTo(Long.class)
                                        .list());
    }

    /** Every pool of the simulation's organizations. */
    Set<String> pools() {
        return current.get()
                .read(
                        tx ->
                                new TreeSet<>(
                                        tx.createQuery(
                                                        """
                                                        SELECT organization_id || '/' || pool_id
                                                        FROM pool
                                                        WHERE organization_id >= :first
                                                            AND organization_id < :end
                                                        """)
                                                .bind("first", firstOrganization)
                                                .bind(
                                                        "end",
                                                        firstOrganization
                                                                + Simulation.ORGANIZATIONS)
                                                .mapTo(String.class)
                                                .list()));
    }

    /** All that was granted to the simulation's organizations. */
    Map<Long, Money> granted() {
        return sums(
                """
                SELECT organization_id, sum(amount)::bigint FROM credit_grant
                WHERE organization_id >= :first AND organization_id < :end GROUP BY organization_id
                """);
    }

    /** What is recorded of the simulation's requests. */
    Map<Long, Money> recorded() {
        return sums(
                """
                SELECT request_id, amount_nanos FROM usage_record
                WHERE organization_id >= :first AND organization_id < :end
                """);
    }

    private Map<Long, Money> sums(String query) {
        Map<Long, Money> sums = new TreeMap<>();
        current.get()
                .execute(
                        tx ->
                                tx.createQuery(query)
                                        .bind("first", firstOrganization)
                                        .bind("end", firstOrganization + Simulation.ORGANIZATIONS)
                                        .map(
                                                (row, context) ->
                                                        Map.entry(
                                                                row.getLong(1),
                                                                Money.ofNanos(row.getLong(2))))
                                        .forEach(sum -> sums.put(sum.getKey(), sum.getValue())));
        return sums;
    }

    private long poolsNotAtRest() {
        return current.get()
                .read(
                        tx ->
                                tx.createQuery(
                                                """
                                        SELECT count(*) FROM pool
                                        WHERE organization_id >= :first AND organization_id < :end
                                            AND (leased <> 0 OR held <> 0)
                                        """)
                                        .bind("first", firstOrganization)
                                        .bind("end", firstOrganization + Simulation.ORGANIZATIONS)
                                        .mapTo(Long.class)
                                        .one());
    }
}
