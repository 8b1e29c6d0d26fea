package dev.scrip.proof;

import dev.scrip.charging.RequestIds;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What was sent again and again under one {@code Idempotency-Key}: each is run once, charged once
 * and answered the same. Run again is only what a crash cut off before its charge, and what failed
 * upstream, which costs nothing. {@link #merged} is the evidence as if each had been sent once.
 */
final class Repeats {

    /** In the mark of a run that came to nothing, so that it is not one with what was run later. */
    private static final String RUN = " run ";

    private final Evidence evidence;
    private final Map<String, List<Try>> tries;
    private final Map<String, List<Charged>> charges;
    private final Map<String, List<Effect>> runs;

    Repeats(Evidence evidence) {
        this.evidence = evidence;
        this.tries =
                evidence.tries().stream()
                        .collect(
                                Collectors.groupingBy(
                                        Try::mark, LinkedHashMap::new, Collectors.toList()));
        this.charges =
                evidence.charges().stream()
                        .filter(charge -> tries.containsKey(charge.mark()))
                        .collect(Collectors.groupingBy(Charged::mark));
        this.runs = new HashMap<>();
        evidence.effects().stream()
                .filter(effect -> tries.containsKey(effect.mark()))
                .sorted(Comparator.comparingLong(Effect::at))
                .forEach(
                        effect ->
                                runs.computeIfAbsent(effect.mark(), _ -> new ArrayList<>())
                                        .add(effect));
    }

    // ---- as if each had been sent once ----

    Evidence merged() {
        List<Sent> sent = new ArrayList<>(evidence.sent());
        tries.forEach((mark, mine) -> sent.addAll(asOne(mark, mine)));
        List<Effect> effects = new ArrayList<>();
        for (Effect effect : evidence.effects()) {
            List<Effect> mine = runs.getOrDefault(effect.mark(), List.of());
            int run = mine.indexOf(effect);
            effects.add(cameToNothing(mine, run) ? named(effect, RUN + (run + 1)) : effect);
        }
        return new Evidence(
                evidence.price(),
                evidence.allowed(),
                sent,
                evidence.tries(),
                effects,
                evidence.charges(),
                evidence.stranded(),
                evidence.deaths());
    }

    /** One for the errand, from its first try to its first answer, and one for each refusal. */
    private static List<Sent> asOne(String mark, List<Try> mine) {
        List<Sent> all = new ArrayList<>();
        long began = first(mine, Comparator.comparingLong(one -> one.sent().sentAt())).sentAt();
        Comparator<Try> byEnd = Comparator.comparingLong(one -> one.sent().endedAt());
        List<Try> answered = mine.stream().filter(Try::isAnswered).toList();
        Sent last =
                first(
                        answered.isEmpty() ? mine : answered,
                        answered.isEmpty() ? byEnd.reversed() : byEnd);
        all.add(
                new Sent(
                        mark,
                        last.node(),
                        began,
                        last.endedAt(),
                        answered.isEmpty() ? Sent.Ending.BROKEN_OFF : Sent.Ending.ANSWERED,
                        last.cost(),
                        last.detail()));
        mine.stream().filter(Try::isRefused).map(Try::sent).forEach(all::add);
        return all;
    }

    private static Sent first(List<Try> some, Comparator<Try> order) {
        return some.stream().min(order).orElseThrow().sent();
    }

    private static Effect named(Effect effect, String what) {
        return new Effect(
                effect.mark() + what,
                effect.node(),
                effect.at(),
                effect.endedAt(),
                effect.hold(),
                effect.cost(),
                effect.grows());
    }

    /** A run after which another one was right: it failed, or its process died before the next. */
    private boolean cameToNothing(List<Effect> mine, int run) {
        if (run < 0 || run == mine.size() - 1) {
            return false;
        }
        Effect effect = mine.get(run);
        long next = mine.get(run + 1).at();
        boolean failed = effect.cost().isZero() && effect.endedAt() - next < 0;
        return failed
                || evidence.deaths().stream()
                        .anyMatch(
                                death ->
                                        death.node().equals(effect.node())
                                                && death.at() - effect.at() > 0
                                                && next - death.at() > 0);
    }

    // ---- what is wrong with what was sent more than once ----

    /** Other answers than the first, answers of another request, runs after the one charged. */
    List<String> doubled() {
        List<String> found = new ArrayList<>();
        tries.forEach(
                (mark, mine) -> {
                    List<Try> answered = mine.stream().filter(Try::isAnswered).toList();
                    Charged charge = charge(mark);
                    for (Try one : answered) {
                        Try first = answered.getFirst();
                        if (!one.about().equals(first.about())
                                || !one.digest().equals(first.digest())) {
                            found.add("answered anew: %s, before that %s".formatted(one, first));
                        } else if (charge != null && !isOf(charge, one)) {
                            found.add("another was charged: %s for %s".formatted(charge, one));
                        }
                    }
                    if (charge != null && !isOfLastRun(charge)) {
                        found.add("run again, though %s: %s".formatted(charge, runs.get(mark)));
                    }
                });
        return found;
    }

    private static boolean isOf(Charged charge, Try one) {
        return RequestIds.print(charge.requestId()).equals(one.about());
    }

    /** Its own run is the last one, or what came after it is counted as carried out twice. */
    private boolean isOfLastRun(Charged charge) {
        List<Effect> mine = runs.getOrDefault(charge.mark(), List.of());
        int before = mine.size() - 2;
        return before < 0
                || !cameToNothing(mine, before)
                || charge.begunAt() - mine.get(before).at() > 0;
    }

    private @Nullable Charged charge(String mark) {
        List<Charged> mine = charges.getOrDefault(mark, List.of());
        return mine.isEmpty() ? null : mine.getFirst();
    }

    /**
     * Answers that were paid for and are kept from whoever asks again, though no crash took them.
     */
    List<String> lost() {
        List<String> found = new ArrayList<>();
        tries.forEach(
                (mark, mine) -> {
                    Charged charge = charge(mark);
                    long answeredAt =
                            mine.stream()
                                    .filter(Try::isAnswered)
                                    .mapToLong(one -> one.sent().endedAt())
                                    .min()
                                    .orElse(Long.MAX_VALUE);
                    for (Try one : mine) {
                        boolean withheld =
                                one.isNotKept() || one.isRefused() || one.isStillRunning();
                        if (withheld && one.sent().sentAt() > answeredAt) {
                            found.add("was answered before: " + one);
                        } else if (one.isNotKept() && !wasTakenByACrash(one, charge)) {
                            found.add("for no reason: %s, %s".formatted(one, charge));
                        }
                    }
                    boolean refusedAtLast = mine.getLast().isRefused();
                    if (refusedAtLast && charge != null) {
                        found.add("paid for and refused: %s, %s".formatted(mine.getLast(), charge));
                    }
                });
        return found;
    }

    private boolean wasTakenByACrash(Try notKept, @Nullable Charged charge) {
        List<Effect> mine = runs.getOrDefault(notKept.mark(), List.of());
        return charge != null
                && isOf(charge, notKept)
                && !mine.isEmpty()
                && evidence.deaths().stream()
                        .anyMatch(
                                death ->
                                        death.node().equals(mine.getLast().node())
                                                && death.at() - mine.getLast().at() > 0);
    }

    // ---- what the attack came to ----

    /** How many errands met what, so that it is seen that the attack hit something. */
    String told() {
        long again = count(Try::isReplayed);
        long running = count(Try::isStillRunning);
        long notKept = count(Try::isNotKept);
        long rerun = runs.values().stream().filter(mine -> mine.size() > 1).count();
        return "of %d keys %d were answered again, %d while they ran, %d ran again, %d lost their answer"
                .formatted(tries.size(), again, running, rerun, notKept);
    }

    private long count(Predicate<Try> what) {
        return tries.values().stream().filter(mine -> mine.stream().anyMatch(what)).count();
    }
}
