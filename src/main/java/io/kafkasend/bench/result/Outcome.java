package io.kafkasend.bench.result;

import java.util.List;

/**
 * A scenario as it was measured.
 *
 * @param name as on the command line
 * @param title what was measured
 * @param baseline what it was held against
 * @param skipped why it was not measured; null when it was
 * @param figures what was measured
 */
public record Outcome(String name, String title, String baseline, String skipped, List<Measurement> figures) {
    /** The same as of an earlier run. */
    Outcome kept(String run) {
        return with(figures.stream().map(figure -> figure.kept(run)).toList());
    }

    /** This one, with an earlier one's figures where these do not differ. */
    Outcome over(Outcome old) {
        if (skipped != null) {
            return old;
        }
        return with(figures.stream()
                .map(figure -> old.figures.stream()
                        .filter(known ->
                                known.figure().key().equals(figure.figure().key()))
                        .filter(known -> !figure.differsFrom(known))
                        .findFirst()
                        .orElse(figure))
                .toList());
    }

    private Outcome with(List<Measurement> measured) {
        return new Outcome(name, title, baseline, skipped, measured);
    }
}
