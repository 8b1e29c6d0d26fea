package dev.scrip.gateway;

import dev.scrip.charging.Admission;
import dev.scrip.charging.Extension;
import dev.scrip.charging.Hold;
import dev.scrip.ledger.Payer;
import dev.scrip.pricing.Ask;
import dev.scrip.pricing.Usage;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How much of a stream its hold covers. It is extended when half of the window is used, by some
 * seconds of output at the stream's own speed; what it does not cover must not be relayed. Used on
 * the request's context.
 */
final class OutputWindow {

    /** What a stream begins with, of each choice. */
    private static final long FIRST_TOKENS = 512;

    private static final Logger LOG = LoggerFactory.getLogger(OutputWindow.class);
    private static final long TOKENS_MAX = 16_384;
    private static final long MILLIS = 4_000;

    /** Fewer bytes are not worth a tokenizer. */
    private static final long BYTES_WORTH_COUNTING = 64;

    /** After a refusal it is asked again when so much more is used, and at the very end. */
    private static final long TOKENS_BETWEEN_REFUSALS = 128;

    private static final long PAUSE_MILLIS = 500;
    private static final int TRIES_MAX = 8;

    private final Parts parts;
    private final Dispatch dispatch;
    private final Context context;
    private final OutputMeter meter;
    private final Runnable whenKnown;
    private final Hold hold;
    private final int choices;
    private long started;
    private boolean asking;
    private @Nullable Admission refused;
    private long refusedAt;
    private int tries;
    private boolean closed;

    /**
     * @param whenKnown told when what was asked for is there or refused
     */
    OutputWindow(
            Parts parts,
            Dispatch dispatch,
            Context context,
            OutputMeter meter,
            Runnable whenKnown) {
        this.parts = parts;
        this.dispatch = dispatch;
        this.context = context;
        this.meter = meter;
        this.whenKnown = whenKnown;
        this.hold = dispatch.hold();
        this.choices = hold.quote().ask().choices();
    }

    /**
     * Sets money aside: for the first of windows, or for all at once.
     *
     * @param windowed whether more can be asked for while it runs
     */
    static CompletionStage<Admission> admit(Parts parts, Payer payer, Ask ask, boolean windowed) {
        return windowed
                ? parts.charging().admit(payer, ask, FIRST_TOKENS)
                : parts.charging().admit(payer, ask);
    }

    /** Whether a hold has one at all. */
    static boolean isNeeded(Hold hold) {
        return hold.outputTokensHeld() < hold.quote().outputTokensMax();
    }

    /** An event was read: whether the hold covers all until now. Sees to it that it does. */
    boolean covers() {
        if (started == 0) {
            started = System.nanoTime();
        }
        if (isWhole()) {
            return true; // the upstream knows the bound
        }
        long used = meter.tokensMax();
        if (!asking && !closed && isShort(used, used <= held())) {
            ask(); // whose answer may be there already
        }
        return isWhole() || meter.tokensMax() <= held();
    }

    private boolean isShort(long used, boolean covered) {
        if (held() - used >= size() / 2) {
            return false;
        }
        return refused == null
                || used - refusedAt >= TOKENS_BETWEEN_REFUSALS
                || (!covered && used > refusedAt);
    }

    /** What there is, is used, and there is no more. */
    boolean isUsedUp() {
        return !asking && !isWhole() && meter.tokensMax() > held();
    }

    /** Why there is no more, in the words that clients are told. */
    String because() {
        return switch (refused) {
            case Admission.LimitReached _ -> "limit";
            case Admission.Unavailable _ -> "unavailable";
            case Admission.Frozen _ -> "frozen";
            case Admission.InsufficientCredit _,
                    Admission.TooLong _,
                    Admission.Unpriced _,
                    Admission.TierUnpriced _,
                    Admission.Held _ ->
                    "credit";
            case null -> "limit";
        };
    }

    private long held() {
        return hold.outputTokensHeld() * choices;
    }

    private boolean isWhole() {
        return hold.outputTokensHeld() >= hold.quote().outputTokensMax();
    }

    /** Some seconds of output, of all choices together. */
    private long size() {
        long millis = Math.max(1_000, (System.nanoTime() - started) / 1_000_000);
        long used = meter.tokensMax();
        // Not more than it has used already, so that short answers leave the rest to others.
        long most = Math.clamp(used, FIRST_TOKENS * choices, TOKENS_MAX * choices);
        return Math.clamp(used * MILLIS / millis, FIRST_TOKENS * choices, most);
    }

    private void ask() {
        asking = true;
        if (meter.uncountedBytes() < BYTES_WORTH_COUNTING) {
            extend(meter.tokensMax() + size());
            return;
        }
        String text = meter.uncounted();
        int from = meter.countedChars();
        parts.vertx()
                .executeBlocking(() -> dispatch.counter().outputMax(text), false)
                .onComplete(
                        tokens -> {
                            if (tokens.succeeded()) {
                                meter.count(from, text, tokens.result());
                            }
                            counted();
                        });
    }

    /** A tokenizer has counted: perhaps there is enough after all. */
    private void counted() {
        long used = meter.tokensMax();
        if (!closed && isShort(used, used <= held())) {
            extend(used + size());
        } else {
            known();
        }
    }

    private void extend(long tokens) {
        more(Math.ceilDiv(tokens, choices))
                .onSuccess(this::extended)
                .onFailure(
                        failure -> {
                            LOG.error("a hold cannot be extended", failure);
                            refuse(new Admission.Unavailable(String.valueOf(failure)));
                        });
    }

    private Future<Extension> more(long tokensOfEach) {
        try {
            return Future.fromCompletionStage(parts.charging().extend(hold, tokensOfEach), context);
        } catch (IllegalStateException underWay) {
            return Future.failedFuture(underWay);
        }
    }

    private void extended(Extension extension) {
        switch (extension) {
            case Extension.Extended _ -> {
                refused = null;
                tries = 0;
                known();
            }
            case Extension.Refused(Admission reason) -> refuse(reason);
            case Extension.Ended() -> asking = false;
        }
    }

    private void refuse(Admission reason) {
        refused = reason;
        refusedAt = meter.tokensMax();
        tries++;
        boolean mayChange = reason instanceof Admission.Unavailable && tries < TRIES_MAX;
        if (mayChange && !closed && refusedAt > held()) {
            parts.vertx()
                    .setTimer(
                            PAUSE_MILLIS,
                            _ -> {
                                if (closed) {
                                    asking = false;
                                } else {
                                    extend(meter.tokensMax() + size());
                                }
                            });
        } else {
            known();
        }
    }

    private void known() {
        asking = false;
        if (!closed) {
            whenKnown.run();
        }
    }

    /** The stream has come to its end: covers what the upstream says that it used, if it can. */
    Future<Void> cover(Usage usage) {
        if (asking || closed || usage.outputTokens() <= held() || isWhole()) {
            return Future.succeededFuture();
        }
        asking = true;
        return more(Math.ceilDiv(usage.outputTokens(), choices))
                .onComplete(_ -> asking = false)
                .mapEmpty();
    }

    /** The hold ends. */
    void close() {
        closed = true;
    }
}
