package dev.scrip.proof;

import dev.scrip.money.Money;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/** A bad network between every process and PostgreSQL. */
record Messages(String what, Wire.Weather weather) implements Attack {

    private static final Duration LONG = Duration.ofSeconds(4);

    static List<Attack> all() {
        return List.of(
                new Messages("doubled", new Wire.Weather(Duration.ZERO, 0, 50)),
                new Messages("delayed", new Wire.Weather(Duration.ofMillis(60), 0, 0)),
                new Messages("dropped", new Wire.Weather(Duration.ZERO, 25, 0)),
                new Messages(
                        "doubled, delayed and dropped",
                        new Wire.Weather(Duration.ofMillis(25), 8, 25)));
    }

    @Override
    public String name() {
        return "messages to PostgreSQL " + what;
    }

    @Override
    public Trial carryOut(Stage stage, Random random) throws InterruptedException {
        List<Node> nodes = stage.three();
        Trial trial = Trial.withCredit(stage.site(), name(), Money.ofDollars("40"));
        stage.site().upstream().behave(EffectLog.Manner.EXACT.varying());
        trial.oneStreamIn(3);
        nodes.forEach(node -> node.wire().weather(weather));
        Load load = Load.start(trial, nodes, 12, Duration.ofMillis(60));
        Thread.sleep(LONG);
        nodes.forEach(node -> node.wire().weather(Wire.Weather.CLEAR));
        load.stop();
        Load.spendToTheEnd(trial, nodes);
        trial.rest();
        trial.complainUnlessStreamsGrew();
        return trial;
    }
}
