package dev.scrip.proof;

import dev.scrip.money.Money;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Compares three books that know nothing of each other: what the clients were told, what reached
 * the upstream, and what is in the database.
 */
final class Audit {

    /**
     * An admitted request may reach the upstream, and one whose client is gone be settled, this
     * much later than the refusal that took it into account.
     */
    private static final long SLACK_NANOS = TimeUnit.MILLISECONDS.toNanos(700);

    private static final int EXAMPLES_MAX = 3;

    private final Evidence evidence;
    private final Repeats repeats;
    private final Map<String, List<Charged>> charges;
    private final Map<String, List<Effect>> effects;
    private final Map<String, Sent> sent;
    private final List<String> examples = new ArrayList<>();

    private Audit(Evidence all) {
        this.repeats = new Repeats(all);
        this.evidence = repeats.merged();
        this.charges = evidence.charges().stream().collect(Collectors.groupingBy(Charged::mark));
        this.effects = evidence.effects().stream().collect(Collectors.groupingBy(Effect::mark));
        this.sent = new HashMap<>();
        evidence.sent().forEach(one -> sent.put(one.mark(), one));
    }

    static Counts count(Evidence evidence) {
        Audit audit = new Audit(evidence);
        return new Counts(
                (int)
                        audit.evidence.sent().stream()
                                .filter(one -> !one.mark().contains(Trial.AGAIN))
                                .count(),
                audit.overspent(),
                audit.lost(),
                audit.doubled(),
                audit.falselyRefused(),
                List.copyOf(audit.examples));
    }

    /** In the order of arrival: each effect that finds nothing left of what was allowed. */
    private long overspent() {
        List<Effect> counted =
                evidence.effects().stream()
                        .filter(effect -> !isCutOff(effect))
                        .sorted(Comparator.comparingLong(Effect::at))
                        .toList();
        List<String> found = new ArrayList<>();
        Money spent = Money.ZERO;
        for (Effect effect : counted) {
            spent = spent.plus(paid(effect));
            Money most = evidence.allowed().most(effect.at(), counted);
            if (most.isLessThan(spent)) {
                found.add("%s: $%s spent of $%s".formatted(effect, spent.exact(), most.exact()));
            }
        }
        return told("overspent", found);
    }

    /** A stream that was ended before its time costs what of it was relayed. */
    private Money paid(Effect effect) {
        List<Charged> charged = charges.getOrDefault(effect.mark(), List.of());
        return effect.grows() && !charged.isEmpty()
                ? effect.cost().min(charged.getFirst().amount())
                : effect.cost();
    }

    /**
     * What a crash may lose: under way in the process that was killed, never answered, not charged.
     */
    private boolean isCutOff(Effect effect) {
        boolean died =
                evidence.deaths().stream()
                        .anyMatch(
                                death ->
                                        death.node().equals(effect.node())
                                                && death.at() - effect.at() > 0);
        return died && !charges.containsKey(effect.mark()) && !isAnswered(effect.mark());
    }

    private boolean isAnswered(String mark) {
        Sent one = sent.get(mark);
        return one != null && one.ending() == Sent.Ending.ANSWERED;
    }

    private long lost() {
        List<String> found = new ArrayList<>();
        for (Sent one : evidence.sent()) {
            if (one.ending() == Sent.Ending.ANSWERED && !isChargedRightly(one)) {
                found.add(
                        "%s: charged %s, effect %s"
                                .formatted(one, charges.get(one.mark()), effects.get(one.mark())));
            }
        }
        for (Effect effect : evidence.effects()) {
            boolean free = effect.cost().isZero() || isCutOff(effect);
            if (!free && !isAnswered(effect.mark()) && !charges.containsKey(effect.mark())) {
                found.add("never charged: %s of %s".formatted(effect, sent.get(effect.mark())));
            }
        }
        found.addAll(repeats.lost());
        return told("lost", found);
    }

    private boolean isChargedRightly(Sent one) {
        List<Charged> charged = charges.getOrDefault(one.mark(), List.of());
        List<Effect> carriedOut = effects.getOrDefault(one.mark(), List.of());
        if (charged.isEmpty() || carriedOut.isEmpty()) {
            return false;
        }
        Money amount = charged.getFirst().amount();
        Effect effect = carriedOut.getFirst();
        boolean right =
                one.isShortened()
                        ? effect.grows() && !effect.cost().isLessThan(amount)
                        : amount.equals(effect.cost());
        return right && (one.cost() == null || amount.equals(one.cost()));
    }

    private long doubled() {
        List<String> found = new ArrayList<>();
        charges.forEach(
                (mark, charged) -> {
                    boolean forNothing =
                            charged.getFirst().amount().isPositive()
                                    && effects.getOrDefault(mark, List.of()).stream()
                                            .allMatch(effect -> effect.cost().isZero());
                    if (charged.size() > 1 || forNothing) {
                        found.add("%s for %s".formatted(charged, effects.get(mark)));
                    }
                });
        effects.forEach(
                (mark, carriedOut) -> {
                    if (carriedOut.size() > 1) {
                        found.add("carried out twice: " + carriedOut);
                    }
                });
        found.addAll(repeats.doubled());
        return told("doubled", found);
    }

    /**
     * Counted carefully: of what was allowed, everything is taken off that may have been spent or
     * held when the refusal was decided. A stream that is ended for want of money is refused too.
     */
    private long falselyRefused() {
        List<String> found = new ArrayList<>();
        Set<Effect> cutOff =
                evidence.effects().stream().filter(this::isCutOff).collect(Collectors.toSet());
        for (Sent one : evidence.sent()) {
            if (!one.lacked()) {
                continue;
            }
            Money free = freeAt(one, cutOff);
            if (!free.isLessThan(evidence.price())) {
                found.add("%s while $%s was free".formatted(one, free.exact()));
            }
        }
        return told("falsely refused", found);
    }

    private Money freeAt(Sent refused, Set<Effect> cutOff) {
        long from = refused.sentAt() - SLACK_NANOS;
        long until = refused.endedAt() + SLACK_NANOS;
        Money free = evidence.allowed().least(from, until, evidence.effects());
        for (Effect effect : evidence.effects()) {
            if (effect.at() - until < 0) {
                if (end(effect) - refused.sentAt() > 0) {
                    free = free.minus(effect.hold());
                } else if (!cutOff.contains(effect)) {
                    free = free.minus(paid(effect));
                }
            }
        }
        for (Evidence.Stranded part : evidence.stranded()) {
            if (part.from() - until < 0 && from - part.until() < 0) {
                free = free.minus(part.amount());
            }
        }
        return free;
    }

    /** From when on what an effect did not cost is free for certain. */
    private long end(Effect effect) {
        Sent one = sent.get(effect.mark());
        return one == null || one.ending() == Sent.Ending.BROKEN_OFF
                ? effect.endedAt() + SLACK_NANOS
                : one.endedAt();
    }

    private long told(String what, List<String> found) {
        found.stream().limit(EXAMPLES_MAX).forEach(line -> examples.add(what + ": " + line));
        return found.size();
    }
}
