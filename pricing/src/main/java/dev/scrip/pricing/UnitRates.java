package dev.scrip.pricing;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is charged besides plain tokens, in pico-dollars for one of each unit. Tokens of sound and
 * pictures without a rate of their own cost what plain tokens cost; pictures by the piece, seconds
 * and characters without one are not offered.
 *
 * @param picos by unit; the others have no rate of their own
 * @param imagePicos what one picture costs by its variant ({@code 1024x1024/high}); {@link
 *     #ANY_IMAGE} stands for those that are not named
 */
public record UnitRates(Map<Unit, Long> picos, SortedMap<String, Long> imagePicos) {

    /** The variant that stands for all that have no rate of their own. */
    public static final String ANY_IMAGE = "*";

    private static final int PICO_SCALE = 12;

    /** As the size or quality of a variant: whichever the upstream chooses. */
    public static final String AUTO = "auto";

    /** Plain tokens only. */
    public static final UnitRates NONE = new UnitRates(Map.of(), new TreeMap<>());

    public UnitRates {
        Map<Unit, Long> sorted = new EnumMap<>(Unit.class);
        sorted.putAll(picos);
        picos = Collections.unmodifiableMap(sorted);
        imagePicos = Collections.unmodifiableSortedMap(new TreeMap<>(imagePicos));
        if (picos.values().stream().anyMatch(rate -> rate < 0)
                || imagePicos.values().stream().anyMatch(rate -> rate < 0)) {
            throw new IllegalArgumentException("a negative rate");
        }
    }

    /** These, and of the others what is not among these. */
    UnitRates orElse(UnitRates others) {
        Map<Unit, Long> all = new EnumMap<>(Unit.class);
        all.putAll(others.picos);
        all.putAll(picos);
        SortedMap<String, Long> images = new TreeMap<>(others.imagePicos);
        images.putAll(imagePicos);
        return new UnitRates(all, images);
    }

    public boolean isEmpty() {
        return picos.isEmpty() && imagePicos.isEmpty();
    }

    /** What one costs, if it has a rate of its own. */
    public OptionalLong of(Unit unit) {
        Long rate = picos.get(unit);
        return rate == null ? OptionalLong.empty() : OptionalLong.of(rate);
    }

    /**
     * What a picture costs; where its size or quality is {@link #AUTO}, the dearest that it can
     * turn out to be.
     *
     * @param variant null: one that nobody can name
     */
    public OptionalLong ofImage(@Nullable String variant) {
        if (variant != null && isOpen(variant)) {
            return imagePicos.entrySet().stream()
                    .filter(
                            named ->
                                    named.getKey().equals(ANY_IMAGE)
                                            || fits(variant, named.getKey()))
                    .mapToLong(Map.Entry::getValue)
                    .max();
        }
        Long rate = variant == null ? null : imagePicos.get(variant);
        Long any = rate == null ? imagePicos.get(ANY_IMAGE) : rate;
        return any == null ? OptionalLong.empty() : OptionalLong.of(any);
    }

    /** All of them as they are usually said, images last. */
    public List<PublishedRate> published() {
        List<PublishedRate> all = new ArrayList<>();
        picos.forEach((unit, rate) -> all.add(unit.published(rate)));
        imagePicos.forEach(
                (variant, rate) ->
                        all.add(
                                new PublishedRate(
                                        imageTitle(variant),
                                        BigDecimal.valueOf(rate, PICO_SCALE),
                                        "image")));
        return all;
    }

    private String imageTitle(String variant) {
        if (!variant.equals(ANY_IMAGE)) {
            return variant;
        }
        return imagePicos.size() == 1 ? "Any size" : "Any other size";
    }

    /** What a picture costs that is there: one without a rate costs what the dearest does. */
    long ofMadeImage(@Nullable String variant) {
        return ofImage(variant)
                .orElseGet(
                        () ->
                                imagePicos.values().stream()
                                        .mapToLong(Long::longValue)
                                        .max()
                                        .orElse(0));
    }

    private static boolean isOpen(String variant) {
        return List.of(variant.split("/", -1)).contains(AUTO);
    }

    private static boolean fits(String open, String variant) {
        String[] asked = open.split("/", -1);
        String[] named = variant.split("/", -1);
        boolean fits = asked.length == named.length;
        for (int part = 0; fits && part < asked.length; part++) {
            fits = asked[part].equals(AUTO) || asked[part].equals(named[part]);
        }
        return fits;
    }

    /** Whether all that is asked for besides tokens has a rate. */
    boolean cover(Extras extras) {
        return cover(extras, false);
    }

    /**
     * Whether all that is asked for besides tokens has a rate.
     *
     * @param tokens the price sells output by tokens: then pictures, sound and speech may be
     *     counted in these instead, where the request says that they may
     */
    boolean cover(Extras extras, boolean tokens) {
        return (extras.images() == 0
                        || ofImage(extras.imageVariant()).isPresent()
                        || (tokens && extras.imageOutputTokens() > 0))
                && (extras.audioSeconds() == 0
                        || picos.containsKey(Unit.AUDIO_SECOND)
                        || (tokens && extras.audioInputTokens() > 0))
                && (extras.characters() == 0
                        || picos.containsKey(Unit.CHARACTER)
                        || (tokens && extras.audioOutputTokens() > 0));
    }

    /** What a token of sound in the input costs at most, however it is counted. */
    long dearestAudioInput(long plain) {
        return dearest(Unit.AUDIO_INPUT, Unit.CACHED_AUDIO_INPUT, plain);
    }

    /** What a token of pictures in the input costs at most, however it is counted. */
    long dearestImageInput(long plain) {
        return dearest(Unit.IMAGE_INPUT, Unit.CACHED_IMAGE_INPUT, plain);
    }

    private long dearest(Unit fresh, Unit cached, long plain) {
        long rate = of(fresh).orElse(plain);
        return Math.max(rate, of(cached).orElse(rate));
    }
}
