package dev.scrip.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scrip.ledger.Exchange.Share;
import dev.scrip.money.Money;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Supplier;

/** A running request: what it holds, as it began and as it was extended. */
record RandomRequest(
        long requestId, Payer payer, String model, Instant heldAt, List<Layer> layers, Money cost) {

    List<Share> shares() {
        return layers.stream()
                .flatMap(
                        layer ->
                                layer.parts().stream()
                                        .filter(Part::credit)
                                        .map(part -> part.share(layer.heldAt())))
                .toList();
    }

    Money held() {
        return layers.stream().map(Layer::amount).reduce(Money.ZERO, Money::plus);
    }

    RandomRequest costing(Money amount) {
        return new RandomRequest(requestId, payer, model, heldAt, layers, amount);
    }

    RandomRequest extended(Layer layer) {
        List<Layer> more = new ArrayList<>(layers);
        more.add(layer);
        return new RandomRequest(requestId, payer, model, heldAt, more, cost);
    }

    /** What of its cost was held before a moment. */
    Money costHeldBefore(Instant moment) {
        Money before = Money.ZERO;
        for (Layer layer : layers) {
            before = layer.heldAt().isBefore(moment) ? before.plus(layer.amount()) : before;
        }
        return before.min(cost);
    }

    /** What was held at one moment. */
    record Layer(Instant heldAt, Money amount, List<Part> parts) {}

    /** Of one pool, in which understanding. */
    record Part(Pool of, Money held, int epoch) {
        PoolId pool() {
            return of.id();
        }

        boolean credit() {
            return of.kind().isCredit();
        }

        Share share(Instant heldAt) {
            return new Share(pool().poolId(), held, heldAt);
        }
    }

    /** Its cost was drawn from credit that it may use and that was in force when it was held. */
    void compare(List<RequestDraw> draws, Map<Long, Grant> grants, Supplier<String> story) {
        Money drawn = Money.ZERO;
        NavigableMap<Instant, Money> drawnByEnd = new TreeMap<>();
        for (RequestDraw draw : draws) {
            Grant grant = Objects.requireNonNull(grants.get(draw.grantId()));
            Instant end = grant.expiresAt();
            if (end != null) {
                drawnByEnd.merge(end, draw.amount(), Money::plus);
            }
            assertThat(grant.scope().admits(payer.projectId(), model))
                    .as("%s drew on a grant for others%n%s", this, story.get())
                    .isTrue();
            drawn = drawn.plus(draw.amount());
        }
        assertThat(drawn).isEqualTo(cost);
        Money drawnOfEnded = Money.ZERO;
        for (Map.Entry<Instant, Money> ended : drawnByEnd.entrySet()) {
            drawnOfEnded = drawnOfEnded.plus(ended.getValue());
            assertThat(costHeldBefore(ended.getKey()).isLessThan(drawnOfEnded))
                    .as("%s drew on grants that had ended%n%s", this, story.get())
                    .isFalse();
        }
    }
}
