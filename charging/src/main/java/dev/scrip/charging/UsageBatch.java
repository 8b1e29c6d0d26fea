package dev.scrip.charging;

import dev.scrip.charging.UsageEvent.Cost;
import dev.scrip.ledger.Lanes;
import dev.scrip.ledger.Ledger;
import dev.scrip.ledger.Refusal;
import dev.scrip.ledger.UsageOrder;
import dev.scrip.ledger.UsageOutcome;
import dev.scrip.ledger.UsageOutcome.AskAgain;
import dev.scrip.ledger.UsageOutcome.Charged;
import dev.scrip.metering.Metering;
import dev.scrip.metering.UsageRecord;
import dev.scrip.money.Money;
import dev.scrip.postgres.Database;
import dev.scrip.postgres.Ids;
import dev.scrip.pricing.Charge;
import dev.scrip.pricing.Usage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** One call's usage events, priced, charged lane by lane and recorded with the charges. */
final class UsageBatch {

    /** Clocks differ a little. */
    private static final Duration AHEAD_MAX = Duration.ofMinutes(5);

    /** Older ones are taken for a mistake. */
    private static final Duration BEHIND_MAX = Duration.ofDays(31);

    /** An event with what it costs. */
    private record Priced(
            UsageEvent event, UsageOrder order, @Nullable Usage usage, long priceId) {}

    private final Database database;
    private final Ledger ledger;
    private final Metering metering;
    private final Authorizations prices;
    private final Instant now;
    private final List<Priced> events;
    private final @Nullable UsageOutcome[] outcomes;

    UsageBatch(
            Database database,
            Ledger ledger,
            Metering metering,
            Authorizations prices,
            Instant now,
            List<UsageEvent> events) {
        this.database = database;
        this.ledger = ledger;
        this.metering = metering;
        this.prices = prices;
        this.now = now;
        this.events = events.stream().map(this::priced).toList();
        this.outcomes = new @Nullable UsageOutcome[events.size()];
    }

    private Priced priced(UsageEvent event) {
        Optional<Refusal> impossible = impossible(event.happenedAt());
        if (impossible.isPresent()) {
            return priced(event, Money.ZERO, impossible, null, ExternalRecords.NO_PRICE);
        }
        return switch (event.cost()) {
            case Cost.Known known ->
                    priced(event, known.amount(), Optional.empty(), null, ExternalRecords.NO_PRICE);
            case Cost.Used used -> {
                Optional<Charge> charge =
                        prices.price(event.model(), used.usage(), event.happenedAt());
                yield charge.isPresent()
                        ? priced(
                                event,
                                charge.get().amount(),
                                Optional.empty(),
                                used.usage(),
                                charge.get().priceId())
                        : priced(
                                event,
                                Money.ZERO,
                                Optional.of(Authorizations.unpriced(event.model())),
                                used.usage(),
                                ExternalRecords.NO_PRICE);
            }
        };
    }

    private Priced priced(
            UsageEvent event,
            Money amount,
            Optional<Refusal> refusal,
            @Nullable Usage usage,
            long priceId) {
        UsageOrder order =
                new UsageOrder(
                        event.key(), event.payer(), Ids.at(now), event.model(), amount, refusal);
        return new Priced(event, order, usage, priceId);
    }

    private Optional<Refusal> impossible(Instant happenedAt) {
        if (happenedAt.isAfter(now.plus(AHEAD_MAX))) {
            return Optional.of(
                    new Refusal(Refusal.Reason.IMPOSSIBLE_TIME, "it lies in the future"));
        }
        return happenedAt.isBefore(now.minus(BEHIND_MAX))
                ? Optional.of(
                        new Refusal(
                                Refusal.Reason.IMPOSSIBLE_TIME,
                                "it is more than " + BEHIND_MAX.toDays() + " days ago"))
                : Optional.empty();
    }

    List<UsageOutcome> charge() {
        Map<Integer, List<Integer>> lanes = new TreeMap<>();
        for (int index = 0; index < events.size(); index++) {
            int lane = Lanes.of(events.get(index).event().payer().organizationId());
            lanes.computeIfAbsent(lane, key -> new ArrayList<>()).add(index);
        }
        lanes.values().forEach(this::chargeLane);
        List<UsageOutcome> answers = new ArrayList<>(events.size());
        for (UsageOutcome outcome : outcomes) {
            answers.add(Objects.requireNonNull(outcome));
        }
        return answers;
    }

    /** Those that are put off are asked again, alone: the others have their answer. */
    private void chargeLane(List<Integer> lane) {
        List<Integer> pending = new ArrayList<>(lane);
        boolean _ =
                Patience.decide(
                        mayWait -> {
                            List<Integer> asked = List.copyOf(pending);
                            List<UsageOutcome> answers =
                                    database.transaction(tx -> charge(tx, asked, mayWait));
                            pending.clear();
                            for (int at = 0; at < asked.size(); at++) {
                                if (answers.get(at) instanceof AskAgain) {
                                    pending.add(asked.get(at));
                                } else {
                                    outcomes[asked.get(at)] = answers.get(at);
                                }
                            }
                            return pending.isEmpty();
                        },
                        decided -> !decided);
    }

    private List<UsageOutcome> charge(Handle tx, List<Integer> asked, boolean mayWait) {
        List<UsageOrder> orders = asked.stream().map(index -> events.get(index).order()).toList();
        List<UsageOutcome> answers = ledger.holds().charge(tx, orders, mayWait);
        List<UsageRecord> records = new ArrayList<>();
        for (int at = 0; at < asked.size(); at++) {
            if (answers.get(at) instanceof Charged charged && !charged.replayed()) {
                Priced priced = events.get(asked.get(at));
                records.add(
                        ExternalRecords.of(
                                priced.event(), charged, priced.usage(), priced.priceId()));
            }
        }
        metering.record(tx, records);
        return answers;
    }
}
