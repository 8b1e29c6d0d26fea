package dev.scrip.ledger;

/** What a hold is taken from: the wallet of an organization, or one hard budget in one period. */
public record PoolId(long organizationId, long poolId) implements Comparable<PoolId> {

    @Override
    public int compareTo(PoolId other) {
        int byOrganization = Long.compare(organizationId, other.organizationId);
        return byOrganization != 0 ? byOrganization : Long.compare(poolId, other.poolId);
    }
}
