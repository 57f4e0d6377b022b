package io.kafkasend.bench.scenario;

import io.kafkasend.bench.result.Figure;
import io.kafkasend.bench.testbed.Deployment;
import io.kafkasend.bench.testbed.TestBed;
import java.util.List;
import java.util.Set;

/**
 * What can be measured. Immutable.
 *
 * @param name as on the command line
 * @param title what is measured, for people
 * @param baseline what it is held against, for people
 * @param figures what it measures
 * @param rounds how often, by default; at least 1
 * @param quickRounds how often in a quick run; 0 leaves it out
 * @param warmUps rounds that are not counted
 * @param deployments the portals that it needs; others are stopped before it
 * @param opening prepares it
 */
public record Scenario(
        String name,
        String title,
        String baseline,
        List<Figure> figures,
        int rounds,
        int quickRounds,
        int warmUps,
        Set<Deployment> deployments,
        Opening opening) {

    /** Prepares a scenario on a test bed. */
    @FunctionalInterface
    public interface Opening {
        /**
         * Prepares.
         *
         * @throws io.kafkasend.bench.result.SkippedException where this machine cannot measure it
         */
        Experiment open(TestBed bed) throws Exception;
    }
}
