package dev.scrip.ledger;

import dev.scrip.money.Money;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The ledger's answer to an {@link Exchange}.
 *
 * @param replayed the exchange had been carried out before: this is the stored answer, and what
 *     belongs to it in other modules' tables is there already
 * @param leases every lease that was reported or demanded, as it is now
 * @param wallets the wallets that were charged
 */
public record ExchangeReply(
        boolean replayed, List<LeaseState> leases, List<WalletSettled> wallets) {

    public ExchangeReply {
        leases = List.copyOf(leases);
        wallets = List.copyOf(wallets);
    }

    /**
     * @param granted absolute: all that was ever granted on this lease
     * @param spent absolute, as the ledger knows it after this exchange; with {@code returned} it
     *     lets a process that has forgotten an idle lease take it up again
     * @param returned absolute, as the ledger knows it after this exchange
     * @param pinnedGranted what {@code granted} was when a grant of the pool last ended, while
     *     something from before that may still burn it; zero otherwise
     * @param rest what there is of the pool beside this lease
     * @param endsAt no hold may be made from this lease at or after this moment without asking
     *     again: the next expiry of a grant, or the period's end of a budget; null: no such moment
     * @param frozen nothing may be held from this pool
     */
    public record LeaseState(
            PoolId pool,
            Money granted,
            Money spent,
            Money returned,
            Money pinnedGranted,
            Rest rest,
            @Nullable Instant endsAt,
            boolean frozen) {}

    /**
     * What there is of a pool beside one lease.
     *
     * @param free what no lease or hold has; zero or more
     * @param elsewhere of {@code aside}, what processes that were heard of lately have on leases
     *     and may give back. It is exact where a demand was not met, elsewhere perhaps too much
     * @param aside all that others have set aside: leases of other processes, durable holds
     * @param charged of a limit: what was charged to it in its period; of credit: zero
     */
    public record Rest(Money free, Money elsewhere, Money aside, Money charged) {}

    /**
     * @param entryId the journal entry of this batch's charges of this wallet
     * @param balanceBefore the wallet's credit before the entry; a request's balance after it is
     *     this less all charges of the wallet in the exchange up to and including its own
     */
    public record WalletSettled(long organizationId, long entryId, Money balanceBefore) {}
}
