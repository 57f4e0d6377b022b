package io.kafkasend.bench.result;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.List;

/**
 * A figure as it was measured.
 *
 * @param figure what was measured
 * @param rounds every counted round, in order
 * @param scenario what they come to
 * @param baseline what the baseline's come to
 * @param ratio the scenario's median divided by the baseline's
 * @param met whether the ratio reaches the bar; null where there is no bar
 */
public record Measurement(
        @JsonUnwrapped Figure figure, List<Round> rounds, Spread scenario, Spread baseline, double ratio, Boolean met) {

    /** How many times as long as the baseline it takes, or as much of it: of a rate the other way round than the ratio. */
    double times() {
        return figure.moreIsBetter() ? baseline.median() / scenario.median() : ratio;
    }

    /** Of these rounds; at least one. */
    public static Measurement of(Figure figure, List<Round> rounds) {
        Spread scenario = Spread.of(rounds.stream().map(Round::scenario).toList());
        Spread baseline = Spread.of(rounds.stream().map(Round::baseline).toList());
        double ratio = Spread.rounded(scenario.median() / baseline.median());
        Boolean met =
                figure.bar() == null ? null : figure.moreIsBetter() ? ratio >= figure.bar() : ratio <= figure.bar();
        return new Measurement(figure, List.copyOf(rounds), scenario, baseline, ratio, met);
    }
}
