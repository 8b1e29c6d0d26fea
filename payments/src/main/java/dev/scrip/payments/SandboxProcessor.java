package dev.scrip.payments;

import dev.scrip.postgres.Database;
import dev.scrip.postgres.Ids;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The shipped processor: it behaves like an outside party, accepts only published test cards and
 * moves no money. Its books are its own, written in transactions of its own; it knows nothing of
 * organizations and wallets.
 */
public final class SandboxProcessor implements Processor {

    static final String NAME = "sandbox";
    private static final Duration LATE_BY = Duration.ofSeconds(30);

    private final Database database;
    private final InstantSource clock;
    private final Duration lateBy;

    public SandboxProcessor(Database database, InstantSource clock) {
        this(database, clock, LATE_BY);
    }

    SandboxProcessor(Database database, InstantSource clock, Duration lateBy) {
        this.database = database;
        this.clock = clock;
        this.lateBy = lateBy;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public List<TestCard> testCards() {
        return Arrays.stream(SandboxCard.values()).map(SandboxCard::published).toList();
    }

    @Override
    public Attachment attach(CardDetails card) {
        Optional<SandboxCard> testCard = SandboxCard.of(card.number());
        if (testCard.isEmpty()) {
            return new Attachment.Refused(
                    "number",
                    "This is a sandbox: it takes only published test cards, such as "
                            + SandboxCard.VISA.published().number()
                            + ". The number you entered was not stored.");
        }
        String token = Ids.print("sandbox_card_", Ids.next());
        database.execute(
                tx ->
                        SandboxStore.insertCard(
                                tx, token, testCard.get(), card.expiry(), clock.instant()));
        return new Attachment.Attached(token, testCard.get().name());
    }

    @Override
    public void detach(String token) {
        database.execute(tx -> SandboxStore.detach(tx, token));
    }

    @Override
    public ChargeAnswer charge(ChargeOrder order) {
        Instant now = clock.instant();
        SandboxStore.Card card =
                database.read(tx -> SandboxStore.card(tx, order.token()))
                        .orElseThrow(() -> new IllegalArgumentException("no such card"));
        boolean isNew =
                database.transaction(
                        tx ->
                                SandboxStore.insertCharge(
                                        tx,
                                        order,
                                        Ids.print("sandbox_charge_", Ids.next()),
                                        decide(card, now),
                                        now));
        if (isNew && card.testCard().behaviour() == SandboxCard.Behaviour.ANSWERS_LATE) {
            waitUntilLate();
        }
        SandboxStore.Charge charge =
                database.read(tx -> SandboxStore.charge(tx, order.key())).orElseThrow();
        if (charge.isOther(order)) {
            throw new IllegalArgumentException("this key was used with another card or amount");
        }
        return charge.answer();
    }

    private static ChargeAnswer decide(SandboxStore.Card card, Instant now) {
        if (card.detached()) {
            return new ChargeAnswer.Declined(DeclineReason.CARD_REMOVED);
        }
        if (CardCheck.isOver(card.expiry(), now)) {
            return new ChargeAnswer.Declined(DeclineReason.EXPIRED_CARD);
        }
        return switch (card.testCard().behaviour()) {
            case ASKS_FOR_CONFIRMATION -> new ChargeAnswer.ConfirmationNeeded();
            case ANSWERS, ANSWERS_LATE -> inTheEnd(card.testCard());
        };
    }

    private static ChargeAnswer inTheEnd(SandboxCard testCard) {
        return testCard.decline()
                .<ChargeAnswer>map(ChargeAnswer.Declined::new)
                .orElseGet(() -> new ChargeAnswer.Succeeded(""));
    }

    @Override
    public Optional<ChargeAnswer> find(String key) {
        return database.read(tx -> SandboxStore.charge(tx, key)).map(SandboxStore.Charge::answer);
    }

    @Override
    public ChargeAnswer confirm(String key, boolean approved) {
        return database.transaction(
                tx -> {
                    SandboxStore.Charge charge = SandboxStore.lock(tx, key).orElseThrow();
                    if (charge.answer() instanceof ChargeAnswer.ConfirmationNeeded) {
                        SandboxStore.Card card =
                                SandboxStore.card(tx, charge.tokenOrThrow()).orElseThrow();
                        SandboxStore.decide(
                                tx,
                                key,
                                approved
                                        ? inTheEnd(card.testCard())
                                        : new ChargeAnswer.Declined(
                                                DeclineReason.CONFIRMATION_DENIED));
                    }
                    return SandboxStore.charge(tx, key).orElseThrow().answer();
                });
    }

    @Override
    public ChargeAnswer cancel(String key) {
        return database.transaction(
                tx -> {
                    SandboxStore.cancel(
                            tx, key, Ids.print("sandbox_charge_", Ids.next()), clock.instant());
                    return SandboxStore.charge(tx, key).orElseThrow().answer();
                });
    }

    private void waitUntilLate() {
        try {
            Thread.sleep(lateBy);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
