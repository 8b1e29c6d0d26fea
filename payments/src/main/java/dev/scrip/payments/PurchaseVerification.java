package dev.scrip.payments;

import dev.scrip.ledger.Grant;
import dev.scrip.ledger.GrantKind;
import dev.scrip.ledger.Ledger;
import dev.scrip.ledger.Verification;
import dev.scrip.money.Money;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Compares purchases with the grants they made and with the sandbox's charges, both ways. */
final class PurchaseVerification {

    private static final String NAME =
            "Purchases: every paid one has its grant, and its charge at the sandbox; none is left"
                    + " over";

    private record GrantId(long organizationId, long grantId) {}

    private final Map<GrantId, Money> grants = new HashMap<>();
    private final Map<String, Money> charges;
    private final List<String> differences = new ArrayList<>();
    private long compared;

    private PurchaseVerification(Handle snapshot, Ledger ledger) {
        ledger.eachGrant(snapshot, GrantKind.PURCHASE, this::add);
        charges = SandboxStore.succeeded(snapshot);
        compared = (long) grants.size() + charges.size();
    }

    static Verification.Check run(Handle snapshot, Ledger ledger) {
        PurchaseVerification verification = new PurchaseVerification(snapshot, ledger);
        PurchaseStore.each(snapshot, verification::compare);
        return verification.end();
    }

    private void add(Grant grant) {
        grants.put(new GrantId(grant.organizationId(), grant.grantId()), grant.amount());
    }

    private void compare(StoredPurchase stored) {
        Purchase purchase = stored.purchase();
        boolean ofSandbox = stored.means().processor().equals(SandboxProcessor.NAME);
        switch (purchase.state()) {
            case PAID -> {
                compared++;
                long grantId = Objects.requireNonNull(stored.payment()).grantId();
                expect(
                        stored,
                        "grant " + grantId,
                        grants.remove(new GrantId(purchase.organizationId(), grantId)));
                if (ofSandbox) {
                    expect(stored, "charge", charges.remove(stored.processorKey()));
                }
            }
            case DECLINED -> {
                Money charged = charges.remove(stored.processorKey());
                if (charged != null) {
                    differences.add(
                            "%s was declined but charged with %s".formatted(name(stored), charged));
                }
            }
            // Charged, and not known here yet: the answer is on its way.
            case PENDING, CONFIRMING -> charges.remove(stored.processorKey());
        }
    }

    private void expect(StoredPurchase stored, String what, @Nullable Money found) {
        if (found == null) {
            differences.add("%s is paid but has no %s".formatted(name(stored), what));
        } else if (!found.equals(stored.purchase().amount())) {
            differences.add(
                    "%s is of %s but its %s of %s"
                            .formatted(name(stored), stored.purchase().amount(), what, found));
        }
    }

    private static String name(StoredPurchase stored) {
        return "organization %d: purchase %s"
                .formatted(stored.purchase().organizationId(), stored.processorKey());
    }

    private Verification.Check end() {
        grants.forEach(
                (grant, amount) ->
                        differences.add(
                                "organization %d: grant %d of %s has no paid purchase"
                                        .formatted(
                                                grant.organizationId(), grant.grantId(), amount)));
        charges.forEach(
                (key, amount) ->
                        differences.add(
                                "the sandbox charged %s for %s, which is no purchase"
                                        .formatted(amount, key)));
        return new Verification.Check(NAME, compared, differences);
    }
}
