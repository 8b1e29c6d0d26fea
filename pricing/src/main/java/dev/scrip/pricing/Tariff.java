package dev.scrip.pricing;

import dev.scrip.money.Money;
import dev.scrip.pricing.Charge.Line;
import java.util.ArrayList;
import java.util.List;

/**
 * Usage times rates: the one place where that is computed, exactly and without overflow.
 *
 * <p>Nobody tells which of the cached tokens are sound or pictures where these have rates of their
 * own, so text counts as cached first, then pictures, then sound; what is written to the cache is
 * text as far as there is text.
 */
final class Tariff {

    private static final int USUAL_LINES = 4;

    private Tariff() {}

    /** What each part of the usage comes to; parts that were not used are left out. */
    static List<Line> lines(TokenRates rates, UnitRates units, long picosPerRequest, Usage usage) {
        List<Line> lines = new ArrayList<>(USUAL_LINES);
        if (usage.extras().isNone()) {
            addPlain(lines, rates, usage);
        } else {
            if (units.picos().isEmpty()) {
                addPlain(lines, rates, usage);
            } else {
                addSplitInput(lines, rates, units, usage);
                addSplitOutput(lines, rates, units, usage);
            }
            addPieces(lines, units, usage.extras());
        }
        if (picosPerRequest > 0) {
            add(lines, "request", 1, picosPerRequest);
        }
        return lines;
    }

    /** The lines' sum, rounded up once. */
    static Money sum(List<Line> lines) {
        long picos = 0;
        for (Line line : lines) {
            picos = saturatedSum(picos, line.picos());
        }
        return Money.ofPicosRoundedUp(picos);
    }

    private static void addPlain(List<Line> lines, TokenRates rates, Usage usage) {
        addInput(lines, rates, usage, usage.inputTokens());
        add(lines, "output tokens", usage.outputTokens(), rates.outputPicosPerToken());
    }

    /**
     * @param text of the input, what is neither sound nor pictures with a rate of their own
     */
    private static void addInput(List<Line> lines, TokenRates rates, Usage usage, long text) {
        long cached = Math.min(usage.cachedInputTokens(), text);
        long written = Math.min(usage.cacheWriteTokens(), text - cached);
        add(lines, "input tokens", text - cached - written, rates.inputPicosPerToken());
        add(lines, "cached input tokens", cached, rates.cachedInputPicosPerToken());
        add(lines, "cache write tokens", written, rates.cacheWritePicosPerToken());
    }

    private static void addSplitInput(
            List<Line> lines, TokenRates rates, UnitRates units, Usage usage) {
        Extras extras = usage.extras();
        long input = usage.inputTokens();
        long image = 0;
        if (has(units, Unit.IMAGE_INPUT, Unit.CACHED_IMAGE_INPUT)) {
            image = Math.min(extras.imageInputTokens(), input);
        }
        long audio = 0;
        if (has(units, Unit.AUDIO_INPUT, Unit.CACHED_AUDIO_INPUT)) {
            audio = Math.min(extras.audioInputTokens(), input - image);
        }
        long text = input - image - audio;
        addInput(lines, rates, usage, text);
        long cached = Math.max(0, usage.cachedInputTokens() - text);
        long cachedImage = Math.min(cached, image);
        long cachedAudio = Math.min(cached - cachedImage, audio);
        long plain = rates.inputPicosPerToken();
        add(lines, units, Unit.IMAGE_INPUT, image - cachedImage, plain);
        add(lines, units, Unit.CACHED_IMAGE_INPUT, cachedImage, freshRate(units, true, plain));
        add(lines, units, Unit.AUDIO_INPUT, audio - cachedAudio, plain);
        add(lines, units, Unit.CACHED_AUDIO_INPUT, cachedAudio, freshRate(units, false, plain));
    }

    private static void addSplitOutput(
            List<Line> lines, TokenRates rates, UnitRates units, Usage usage) {
        Extras extras = usage.extras();
        long output = usage.outputTokens();
        long image = 0;
        if (has(units, Unit.IMAGE_OUTPUT, Unit.IMAGE_OUTPUT)) {
            image = Math.min(extras.imageOutputTokens(), output);
        }
        long audio = 0;
        if (has(units, Unit.AUDIO_OUTPUT, Unit.AUDIO_OUTPUT)) {
            audio = Math.min(extras.audioOutputTokens(), output - image);
        }
        long plain = rates.outputPicosPerToken();
        add(lines, "output tokens", output - image - audio, plain);
        add(lines, units, Unit.IMAGE_OUTPUT, image, plain);
        add(lines, units, Unit.AUDIO_OUTPUT, audio, plain);
    }

    private static void addPieces(List<Line> lines, UnitRates units, Extras extras) {
        String variant = extras.imageVariant();
        add(
                lines,
                variant == null ? "images" : "images " + variant,
                extras.images(),
                units.ofMadeImage(variant));
        add(lines, units, Unit.AUDIO_SECOND, extras.audioSeconds(), 0);
        add(lines, units, Unit.CHARACTER, extras.characters(), 0);
    }

    private static boolean has(UnitRates units, Unit fresh, Unit cached) {
        return units.of(fresh).isPresent() || units.of(cached).isPresent();
    }

    private static long freshRate(UnitRates units, boolean image, long plain) {
        return units.of(image ? Unit.IMAGE_INPUT : Unit.AUDIO_INPUT).orElse(plain);
    }

    private static void add(
            List<Line> lines, UnitRates units, Unit unit, long quantity, long otherwise) {
        add(lines, unit.plural(), quantity, units.of(unit).orElse(otherwise));
    }

    private static void add(List<Line> lines, String what, long quantity, long picosEach) {
        if (quantity > 0) {
            lines.add(line(what, quantity, picosEach));
        }
    }

    private static Line line(String what, long quantity, long picosEach) {
        return new Line(what, quantity, picosEach, saturatedProduct(quantity, picosEach));
    }

    /** Of numbers that are not negative. An upstream's absurd count must not lose its request. */
    static long saturatedProduct(long quantity, long each) {
        return Math.multiplyHigh(quantity, each) > 0 || quantity * each < 0
                ? Long.MAX_VALUE
                : quantity * each;
    }

    private static long saturatedSum(long sum, long more) {
        return sum > Long.MAX_VALUE - more ? Long.MAX_VALUE : sum + more;
    }
}
