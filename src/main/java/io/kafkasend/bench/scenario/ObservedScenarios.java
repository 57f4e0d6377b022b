package io.kafkasend.bench.scenario;

import io.kafkasend.bench.load.SmallCalls;
import io.kafkasend.bench.load.WarmUp;
import io.kafkasend.bench.result.Figure;
import io.kafkasend.bench.testbed.Deployment;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What it costs a portal to be looked at: small GETs with metrics, or with a trace of each, beside a portal that has neither. */
final class ObservedScenarios {
    private static final Map<String, String> UNSEEN = Map.of("PORTAL_MANAGEMENT_PORT", "off");
    private static final Deployment BARE = new Deployment("unobserved", 3, 1, true, UNSEEN);
    private static final Deployment METRICS = new Deployment("metrics", 3, 1, true, Map.of());
    private static final Deployment TRACES = new Deployment(
            "traces",
            3,
            1,
            true,
            Map.of(
                    "PORTAL_MANAGEMENT_PORT",
                    "off",
                    Deployment.TRACES_EXPORTER,
                    "otlp",
                    "PORTAL_TRACES_PER_SECOND",
                    "1000000"));

    private static final int CALLS = 200;
    private static final Duration LOAD = Duration.ofSeconds(3);
    private static final double MOST = 1.05;
    private static final double LEAST = 0.95;

    private ObservedScenarios() {}

    /** All of them. */
    static List<Scenario> all() {
        return List.of(
                oneAtATime("metrics-get", "with metrics", METRICS),
                inFlight("metrics-gets-64", "with metrics", METRICS),
                oneAtATime("traces-get", "each traced", TRACES),
                inFlight("traces-gets-64", "each traced", TRACES));
    }

    private static Scenario oneAtATime(String name, String how, Deployment observed) {
        return scenario(
                name,
                "small GETs, one at a time, " + how,
                "the same with neither metrics nor traces",
                Figure.less("p50", "p50", "ms", MOST, 1),
                observed,
                calls -> () -> calls.oneAtATime(CALLS));
    }

    private static Scenario inFlight(String name, String how, Deployment observed) {
        return scenario(
                name,
                "small GETs, 64 in flight, " + how,
                "the same with neither metrics nor traces",
                Figure.more("rate", "requests a second", "1/s", LEAST, 1),
                observed,
                calls -> () -> calls.inFlight(64, LOAD));
    }

    /** Puts calls to use. */
    @FunctionalInterface
    private interface Load {
        Contender of(SmallCalls calls);
    }

    private static Scenario scenario(
            String name, String title, String baseline, Figure figure, Deployment observed, Load load) {
        return new Scenario(name, title, baseline, List.of(figure), 15, 0, 3, Set.of(observed, BARE), bed -> {
            SmallCalls with = WarmUp.smallCalls(bed.running(observed).client());
            SmallCalls without = WarmUp.smallCalls(bed.running(BARE).client());
            return Contender.pair(load.of(with), load.of(without));
        });
    }
}
