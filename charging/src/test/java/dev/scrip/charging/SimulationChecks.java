package dev.scrip.charging;

import dev.scrip.money.Money;
import dev.scrip.postgres.Database;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What must be true when a simulation has come to rest. */
final class SimulationChecks {

    private final Database database;
    private final long firstOrganization;

    SimulationChecks(Database database, long firstOrganization) {
        this.database = database;
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
        return database.read(
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
            if (request.acknowledged && record == null) {
                throw broken("I15", request, "was acknowledged and is not durable");
            }
            if (record != null && (!charged || !record.equals(request.cost))) {
                throw broken("I17", request, "cost " + request.cost + ", recorded as " + record);
            }
            if (record == null && charged && !request.cutOff) {
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

    private Map<Long, Money> recorded() {
        Map<Long, Money> recorded = new TreeMap<>();
        database.read(
                tx -> {
                    tx.createQuery(
                                    """
                                    SELECT request_id, amount_nanos FROM usage_record
                                    WHERE organization_id >= :first AND organization_id < :end
                                    """)
                            .bind("first", firstOrganization)
                            .bind("end", firstOrganization + Simulation.ORGANIZATIONS)
                            .map(
                                    (row, context) ->
                                            recorded.put(
                                                    row.getLong("request_id"),
                                                    Money.ofNanos(row.getLong("amount_nanos"))))
                            .list();
                    return recorded;
                });
        return recorded;
    }

    private long poolsNotAtRest() {
        return database.read(
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
