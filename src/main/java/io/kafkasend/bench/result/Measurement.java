package io.kafkasend.bench.result;

import com.fasterxml.jackson.annotation.JsonInclude;
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
 * @param keptFrom the run that it is of, where a later one found no difference; null where it is of the results' own
 */
public record Measurement(
        @JsonUnwrapped Figure figure,
        List<Round> rounds,
        Spread scenario,
        Spread baseline,
        double ratio,
        Boolean met,
        @JsonInclude(JsonInclude.Include.NON_NULL) String keptFrom) {
    /** Less likely than so, two samples of one and the same are as far apart. */
    private static final double CHANCE = 0.05;

    /** Where the ratio lies, by that of each round. */
    Interval ratioInterval() {
        return Interval.of(ratios());
    }

    /** Whether its ratios differ from another's by more than chance, or another thing was measured. */
    boolean differsFrom(Measurement other) {
        return !figure.equals(other.figure) || RankTest.probability(ratios(), other.ratios()) < CHANCE;
    }

    /** The same, marked as of an earlier run unless it is marked already. */
    Measurement kept(String run) {
        return keptFrom != null ? this : new Measurement(figure, rounds, scenario, baseline, ratio, met, run);
    }

    private List<Double> ratios() {
        return rounds.stream().map(round -> round.scenario() / round.baseline()).toList();
    }

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
        return new Measurement(figure, List.copyOf(rounds), scenario, baseline, ratio, met, null);
    }
}
