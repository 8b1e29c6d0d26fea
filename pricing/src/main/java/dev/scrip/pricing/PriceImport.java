package dev.scrip.pricing;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;

/** What an import of a catalogue would add to a book. */
record PriceImport(List<NewPrice> additions, ImportReport report) {

    /**
     * The context assumed where none is given: the largest that is sold. Too large a context only
     * makes holds larger; too small a one would let input through that no money was set aside for.
     */
    static final long CONTEXT_TOKENS_ASSUMED = 2_000_000;

    /**
     * The longest answer assumed where none is given. It is sent to the upstream for requests
     * without a bound of their own, and upstreams refuse more than their models give.
     */
    static final long OUTPUT_TOKENS_ASSUMED = 16_384;

    static PriceImport plan(
            GenaiPrices catalogue, Prices book, Instant effectiveFrom, Instant now) {
        Planning planning = new Planning(book, effectiveFrom, now);
        catalogue.models().stream()
                .sorted(Comparator.comparing(GenaiModel::model))
                .forEach(planning::model);
        planning.skipped.addAll(catalogue.skipped());
        return new PriceImport(
                planning.additions,
                new ImportReport(
                        planning.additions.size(),
                        planning.unchanged,
                        planning.skipped,
                        planning.notes));
    }

    private static final class Planning {

        private final Prices book;
        private final Instant effectiveFrom;
        private final Instant now;
        private final List<NewPrice> additions = new ArrayList<>();
        private final List<String> skipped = new ArrayList<>();
        private final List<String> notes = new ArrayList<>();
        private int unchanged;

        Planning(Prices book, Instant effectiveFrom, Instant now) {
            this.book = book;
            this.effectiveFrom = effectiveFrom;
            this.now = now;
        }

        void model(GenaiModel model) {
            NavigableMap<Instant, Price> history = book.history(model.model());
            boolean known = !history.isEmpty();
            Instant start = known && effectiveFrom.isBefore(now) ? now : effectiveFrom;
            for (Map.Entry<Instant, GenaiModel.Figures> dated : model.from(start).entrySet()) {
                NewPrice price = price(model, dated.getKey(), dated.getValue());
                Optional<Price> current = book.inForce(model.model(), dated.getKey());
                List<String> problems = PriceRules.problems(price);
                if (!problems.isEmpty()) {
                    skip(model, String.join(" ", problems));
                } else if (current.isPresent()
                        && current.get().sameFigures(PriceRules.price(price, now))) {
                    unchanged++;
                } else if (history.containsKey(dated.getKey())) {
                    skip(model, "has another price from " + dated.getKey());
                } else {
                    additions.add(price);
                }
            }
            if (!known
                    && model.figures().values().stream()
                            .allMatch(GenaiModel.Figures::givesTokens)) {
                note(model);
            }
        }

        private void skip(GenaiModel model, String reason) {
            skipped.add(model.provider() + "/" + model.model() + ": " + reason);
        }

        private void note(GenaiModel model) {
            notes.add(
                    "%s/%s: longest answer not given, assumed %,d tokens%s"
                            .formatted(
                                    model.provider(),
                                    model.model(),
                                    OUTPUT_TOKENS_ASSUMED,
                                    model.contextTokensMax().isPresent()
                                            ? ""
                                            : "; context not given, assumed %,d"
                                                    .formatted(CONTEXT_TOKENS_ASSUMED)));
        }

        /**
         * The bounds that the book has are kept: the catalogue is asked for prices. So are the
         * book's rates of what the catalogue does not name: it has no words for pictures, seconds
         * and characters.
         */
        private NewPrice price(GenaiModel model, Instant from, GenaiModel.Figures figures) {
            Map.Entry<Instant, Price> latest = book.history(model.model()).lastEntry();
            long context = model.contextTokensMax().orElse(0);
            long output = figures.givesTokens() ? OUTPUT_TOKENS_ASSUMED : 0;
            UnitRates units = figures.units();
            if (latest != null) {
                units = units.orElse(latest.getValue().units());
                context = Math.max(context, latest.getValue().contextTokensMax());
                output = latest.getValue().outputTokensMax();
            } else if (context == 0 || !figures.givesTokens()) {
                // The context of an embedding is that of one text; a request may bring many.
                context = CONTEXT_TOKENS_ASSUMED;
            }
            return new NewPrice(
                    model.model(),
                    model.displayName(),
                    Optional.of(from),
                    figures.rates(),
                    figures.picosPerRequest(),
                    context,
                    Math.min(output, context),
                    "pydantic/genai-prices, provider %s, imported %s"
                            .formatted(model.provider(), LocalDate.ofInstant(now, ZoneOffset.UTC)),
                    figures.tiers(),
                    Ask.DEFAULT_TIER,
                    units);
        }
    }
}
