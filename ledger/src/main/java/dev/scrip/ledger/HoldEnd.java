package dev.scrip.ledger;

import dev.scrip.ledger.Exchange.ChargeOrder;
import dev.scrip.ledger.Exchange.Share;
import dev.scrip.money.Money;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/** How a durable hold ends, whoever ends it. */
final class HoldEnd {

    private HoldEnd() {}

    /**
     * Ends a hold: what it had is let go and charged as far as it was captured.
     *
     * @return the number of the entry; 0: it was not to be charged
     */
    static long end(
            Handle tx,
            Stores stores,
            LockedWallets wallets,
            DurableHold ended,
            List<HoldPart> parts,
            boolean charge) {
        long organizationId = ended.organizationId();
        wallets.letGo(organizationId, parts);
        long entry = charge ? charge(wallets, ended, parts) : 0;
        wallets.unpin(organizationId, parts);
        stores.holds().end(tx, ended, entry);
        return entry;
    }

    private static long charge(LockedWallets wallets, DurableHold hold, List<HoldPart> parts) {
        List<Share> shares = new ArrayList<>();
        Map<Long, Money> cover = new HashMap<>();
        Money left = hold.captured();
        for (HoldPart part : parts) {
            if (part.credit()) {
                shares.add(new Share(part.poolId(), part.amount(), part.heldAt()));
                Money here = left.min(part.amount());
                left = left.minus(here);
                cover.merge(part.poolId(), here, Money::plus);
            }
        }
        ChargeOrder order =
                new ChargeOrder(
                        hold.payer(), hold.holdId(), hold.captured(), shares, hold.heldAt());
        wallets.count(order);
        return wallets.wallet(hold.organizationId()).chargeHold(order, cover, "1 captured hold");
    }
}
