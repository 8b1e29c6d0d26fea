package dev.scrip.charging;

import dev.scrip.ledger.Payer;
import dev.scrip.ledger.PoolList.Dimension;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What of a payer and a model decides, in an organization, which pools a request holds from. */
record KeyMask(boolean project, boolean apiKey, boolean member, boolean endUser, boolean model) {

    static final KeyMask NOTHING = of(Set.of());

    /** A payer and a model, as far as they matter. */
    record Key(
            long projectId,
            long apiKeyId,
            long memberId,
            @Nullable String endUser,
            @Nullable String model) {}

    static KeyMask of(Set<Dimension> dependsOn) {
        return new KeyMask(
                dependsOn.contains(Dimension.PROJECT),
                dependsOn.contains(Dimension.API_KEY),
                dependsOn.contains(Dimension.MEMBER),
                dependsOn.contains(Dimension.END_USER),
                dependsOn.contains(Dimension.MODEL));
    }

    Key key(Payer payer, String ofModel) {
        return new Key(
                project ? payer.projectId() : 0,
                apiKey ? payer.apiKeyId() : 0,
                member ? payer.memberId() : 0,
                endUser ? payer.endUser() : null,
                model ? ofModel : null);
    }
}
