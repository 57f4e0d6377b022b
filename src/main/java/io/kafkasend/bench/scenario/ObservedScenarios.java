package io.kafkasend.bench.scenario;

import io.kafkasend.bench.load.SmallCalls;
import io.kafkasend.bench.load.WarmUp;
import io.kafkasend.bench.result.Figure;
import io.kafkasend.bench.testbed.Deployment;
import io.kafkasend.bench.testbed.RunningDeployment;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * What it costs a portal to be looked at: small GETs with metrics, with a trace of each, or with as many traces as by default,
 * beside a portal that has neither, and has started and worked as often as the one that is held against it.
 */
final class ObservedScenarios {
    private static final Map<String, String> UNSEEN = Map.of("PORTAL_MANAGEMENT_PORT", "off");
    private static final Map<String, String> TRACED =
            Map.of("PORTAL_MANAGEMENT_PORT", "off", Deployment.TRACES_EXPORTER, "otlp");
    private static final Map<String, String> ALL_TRACED = Map.of(
            "PORTAL_MANAGEMENT_PORT", "off", Deployment.TRACES_EXPORTER, "otlp", "PORTAL_TRACES_PER_SECOND", "1000000");

    private static final Pair METRICS = Pair.of("metrics", Map.of());
    private static final Pair TRACES = Pair.of("traces", ALL_TRACED);
    private static final Pair BOUNDED_TRACES = Pair.of("bounded-traces", TRACED);

    private static final int CALLS = 200;
    private static final Duration LOAD = Duration.ofSeconds(3);
    private static final double MOST = 1.05;
    private static final double LEAST = 0.95;

    private ObservedScenarios() {}

    /** A portal that is looked at, and one that is not. */
    private record Pair(Deployment observed, Deployment bare) {
        static Pair of(String name, Map<String, String> settings) {
            return new Pair(
                    new Deployment(name, 3, 1, true, settings), new Deployment("no-" + name, 3, 1, true, UNSEEN));
        }
    }

    /** All of them. */
    static List<Scenario> all() {
        return List.of(
                oneAtATime("metrics-get", "with metrics", METRICS),
                inFlight("metrics-gets-64", "with metrics", METRICS),
                oneAtATime("traces-get", "each traced", TRACES),
                inFlight("traces-gets-64", "each traced", TRACES),
                oneAtATime("bounded-traces-get", "as many traced as by default", BOUNDED_TRACES),
                inFlight("bounded-traces-gets-64", "as many traced as by default", BOUNDED_TRACES));
    }

    private static Scenario oneAtATime(String name, String how, Pair pair) {
        return scenario(
                name, "small GETs, one at a time, " + how, Figure.less("p50", "p50", "ms", MOST, 1), pair, calls -> {
                    Map<String, Double> measured = new HashMap<>(calls.oneAtATime(CALLS));
                    measured.put("calls", (double) CALLS);
                    return measured;
                });
    }

    private static Scenario inFlight(String name, String how, Pair pair) {
        return scenario(
                name,
                "small GETs, 64 in flight, " + how,
                Figure.more("rate", "requests a second", "1/s", LEAST, 1),
                pair,
                calls -> calls.inFlight(64, LOAD));
    }

    /** Puts calls to use; gives among its figures how many {@code calls} there were. */
    @FunctionalInterface
    private interface Load {
        Map<String, Double> of(SmallCalls calls) throws InterruptedException;
    }

    private static Scenario scenario(String name, String title, Figure figure, Pair pair, Load load) {
        return new Scenario(
                name,
                title,
                "the same with neither metrics nor traces",
                List.of(
                        figure,
                        Figure.less("portal", "processor time a request, the portal", "us"),
                        Figure.less("cpu", "processor time a request, all processes", "us")),
                15,
                0,
                3,
                Set.of(pair.observed(), pair.bare()),
                bed -> {
                    List<RunningDeployment> running = bed.running(List.of(pair.observed(), pair.bare()));
                    return Contender.pair(
                            side(running.get(0), bed::cpuTime, load), side(running.get(1), bed::cpuTime, load));
                });
    }

    private static Contender side(RunningDeployment running, Supplier<Duration> all, Load load) {
        SmallCalls calls = WarmUp.smallCalls(running.client());
        return () -> {
            Duration portal = running.cpuTime();
            Duration cpu = all.get();
            Map<String, Double> measured = new HashMap<>(load.of(calls));
            measured.put("portal", micros(running.cpuTime().minus(portal)) / measured.get("calls"));
            measured.put("cpu", micros(all.get().minus(cpu)) / measured.get("calls"));
            return measured;
        };
    }

    private static double micros(Duration time) {
        return time.toNanos() / 1e3;
    }
}
