package dev.scrip.payments;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DeclineReasonTest {

    @ParameterizedTest
    @EnumSource(DeclineReason.class)
    void saysWhatHappenedThatNothingWasChargedAndWhatToDo(DeclineReason reason) {
        assertThat(reason.happened()).matches("[A-Z].{10,}\\.");
        assertThat(reason.next()).matches("[A-Z].{5,}\\.");
        assertThat(reason.message())
                .isEqualTo(reason.happened() + " Nothing was charged. " + reason.next());
    }

    @Test
    void everyReasonHasWordsOfItsOwn() {
        assertThat(DeclineReason.values())
                .extracting(DeclineReason::happened)
                .doesNotHaveDuplicates();
    }

    /** Reasons that no test card gives come from what people and processors do over time. */
    @Test
    void everyReasonOfABankHasATestCard() {
        Set<DeclineReason> shown =
                Arrays.stream(SandboxCard.values())
                        .map(SandboxCard::decline)
                        .flatMap(Optional::stream)
                        .collect(Collectors.toSet());
        assertThat(EnumSet.complementOf(EnumSet.copyOf(shown)))
                .containsExactlyInAnyOrder(
                        DeclineReason.CARD_REMOVED,
                        DeclineReason.CONFIRMATION_DENIED,
                        DeclineReason.CONFIRMATION_ABANDONED,
                        DeclineReason.PROCESSOR_UNREACHABLE);
    }
}
