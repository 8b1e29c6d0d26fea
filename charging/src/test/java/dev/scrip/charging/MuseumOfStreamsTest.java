package dev.scrip.charging;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The museum's bugs of streams that hold a window of their output. */
class MuseumOfStreamsTest {

    @BeforeAll
    static void silence() {
        Shop.silence(); // every loss would be a warning
    }

    /** A stream goes on past what it holds, as where only the first request is checked. */
    @Test
    void anExtensionThatTakesNothing() {
        assertThatThrownBy(
                        () ->
                                MuseumTest.simulate(
                                        UnaryOperator.identity(),
                                        (charging, hold, outputTokensMax) ->
                                                CompletableFuture.completedStage(
                                                        new Extension.Extended(outputTokensMax))))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("I3");
    }
}
