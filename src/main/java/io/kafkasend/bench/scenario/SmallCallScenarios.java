package io.kafkasend.bench.scenario;

import io.kafkasend.bench.load.SmallCalls;
import io.kafkasend.bench.load.WarmUp;
import io.kafkasend.bench.result.Figure;
import io.kafkasend.bench.testbed.Deployment;
import io.kafkasend.bench.testbed.TestBed;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Small GETs, one at a time and many in flight: beside an echo over bare Kafka, and beside HTTP straight to the API. */
final class SmallCallScenarios {
    private static final int CALLS = 200;
    private static final Duration LOAD = Duration.ofSeconds(3);
    /** An echo runs where all of Kafka's client has run for long. */
    private static final Duration ECHO_WARM_UP = Duration.ofSeconds(2);

    private SmallCallScenarios() {}

    /** All of them. */
    static List<Scenario> all() {
        return List.of(get(), httpGet(), getsInFlight(), getsInFlightBesideDefaults(), httpGetsInFlight());
    }

    private static Scenario get() {
        return new Scenario(
                "get",
                "small GETs, one at a time",
                "echo: one record there, one back",
                List.of(Figure.less("p50", "p50", "ms", 3, 2), Figure.less("p99", "p99", "ms")),
                9,
                2,
                5,
                Set.of(Deployment.BASE),
                bed -> {
                    SmallCalls calls =
                            WarmUp.smallCalls(bed.running(Deployment.BASE).client());
                    Echo echo = Echo.atOnce(bed);
                    SmallCalls bare = new SmallCalls(echo::call);
                    bare.inFlight(64, ECHO_WARM_UP);
                    return Contender.pair(() -> calls.oneAtATime(CALLS), () -> bare.oneAtATime(CALLS), echo::close);
                });
    }

    private static Scenario httpGet() {
        return new Scenario(
                "http-get",
                "small GETs, one at a time",
                "HTTP straight to the API",
                List.of(Figure.less("p50", "p50", "ms"), Figure.less("p99", "p99", "ms")),
                5,
                0,
                1,
                Set.of(Deployment.BASE),
                bed -> {
                    SmallCalls calls =
                            WarmUp.smallCalls(bed.running(Deployment.BASE).client());
                    String token = bed.api().token();
                    SmallCalls bare = new SmallCalls(() -> bed.api().begin(SmallCalls.ENDPOINT, token));
                    return Contender.pair(() -> calls.oneAtATime(CALLS), () -> bare.oneAtATime(CALLS));
                });
    }

    private static Scenario getsInFlight() {
        return getsInFlight("gets-64", "echo, 64 in flight", Echo::atOnce, 1);
    }

    private static Scenario getsInFlightBesideDefaults() {
        return getsInFlight(
                "gets-64-defaults", "echo with the producer's default linger, 64 in flight", Echo::byDefault, 0);
    }

    /** Makes an echo. */
    @FunctionalInterface
    private interface Echoing {
        Echo on(TestBed bed) throws InterruptedException;
    }

    private static Scenario getsInFlight(String name, String baseline, Echoing echoing, int quickRounds) {
        return new Scenario(
                name,
                "small GETs, 64 in flight",
                baseline,
                List.of(
                        Figure.more("rate", "requests a second", "1/s", 0.15, 0.3),
                        Figure.less("cpu", "processor time a request, all processes", "us")),
                7,
                quickRounds,
                5,
                Set.of(Deployment.BASE),
                bed -> {
                    SmallCalls calls =
                            WarmUp.smallCalls(bed.running(Deployment.BASE).client());
                    Echo echo = echoing.on(bed);
                    SmallCalls bare = new SmallCalls(echo::call);
                    bare.inFlight(64, ECHO_WARM_UP);
                    return Contender.pair(
                            withCpuTime(bed, () -> calls.inFlight(64, LOAD)),
                            withCpuTime(bed, () -> bare.inFlight(64, LOAD)),
                            echo::close);
                });
    }

    /** Adds {@code cpu}, the processor time that each of the calls has cost, in microseconds. */
    private static Contender withCpuTime(TestBed bed, Contender load) {
        return () -> {
            Duration before = bed.cpuTime();
            Map<String, Double> measured = new HashMap<>(load.measure());
            measured.put("cpu", bed.cpuTime().minus(before).toNanos() / 1e3 / measured.get("calls"));
            return measured;
        };
    }

    private static Scenario httpGetsInFlight() {
        return new Scenario(
                "http-gets-64",
                "small GETs, 64 in flight",
                "HTTP straight to the API, 64 in flight",
                List.of(new Figure("rate", "requests a second", "1/s", true, null, null)),
                5,
                0,
                3,
                Set.of(Deployment.BASE),
                bed -> {
                    SmallCalls calls =
                            WarmUp.smallCalls(bed.running(Deployment.BASE).client());
                    String token = bed.api().token();
                    SmallCalls bare = new SmallCalls(() -> bed.api().begin(SmallCalls.ENDPOINT, token));
                    return Contender.pair(() -> calls.inFlight(64, LOAD), () -> bare.inFlight(64, LOAD));
                });
    }
}
