package io.kafkasend.bench;

import io.kafkasend.bench.load.WarmUp;
import io.kafkasend.bench.network.Distance;
import io.kafkasend.bench.scenario.Catalogue;
import io.kafkasend.bench.scenario.Scenario;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What is to be run. Immutable.
 *
 * @param scenarios their names; empty for all
 * @param quick whether to measure less, so that it takes two minutes at most
 * @param rounds how many for each; 0 for the scenario's own number
 * @param warmUp how long portals work before anything is measured; null for what a quick or a whole run takes
 * @param data where the broker keeps its data; null for the fastest place that is found
 * @param portalOptions options for the portals' JVMs, such as those that record a profile
 * @param distances between the parts, each of which has its scenarios; empty for the scenarios of parts that are near
 */
public record Plan(
        List<String> scenarios,
        boolean quick,
        int rounds,
        Duration warmUp,
        Path data,
        List<String> portalOptions,
        List<Distance> distances) {
    public Plan {
        distances = List.copyOf(distances);
        scenarios = List.copyOf(scenarios);
        portalOptions = List.copyOf(portalOptions);
    }

    List<Scenario> chosen() {
        return Catalogue.all(distances).stream()
                .filter(scenario -> scenarios.isEmpty()
                        ? !quick || scenario.quickRounds() > 0
                        : scenarios.contains(scenario.name()))
                .toList();
    }

    int rounds(Scenario scenario) {
        return rounds > 0 ? rounds : quick ? Math.max(1, scenario.quickRounds()) : scenario.rounds();
    }

    WarmUp beforeMeasuring() {
        return new WarmUp(warmUp != null ? warmUp : quick ? WarmUp.QUICK : WarmUp.USUAL);
    }

    int warmUps(Scenario scenario) {
        return quick ? Math.min(1, scenario.warmUps()) : scenario.warmUps();
    }
}
