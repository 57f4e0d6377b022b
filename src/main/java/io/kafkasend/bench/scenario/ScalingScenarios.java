package io.kafkasend.bench.scenario;

import io.kafkasend.bench.load.SmallCalls;
import io.kafkasend.bench.result.Figure;
import io.kafkasend.bench.testbed.Deployment;
import io.kafkasend.bench.testbed.RunningDeployment;
import io.kafkasend.bench.testbed.TestBed;
import io.kafkasend.client.KafkaSendClient;
import io.kafkasend.client.Request;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What more portals bring: to calls that wait, and to calls that are over at once, of which processors are the bound. */
final class ScalingScenarios {
    private static final Deployment ONE_PORTAL = new Deployment("one-portal", 6, 1, false, Map.of());
    private static final Deployment TWO_PORTALS = new Deployment("two-portals", 6, 2, false, Map.of());
    private static final Duration LOAD = Duration.ofSeconds(3);

    private ScalingScenarios() {}

    /** All of them. */
    static List<Scenario> all() {
        return List.of(portals(), shortCalls(2), shortCalls(4));
    }

    private static Scenario shortCalls(int portals) {
        Deployment many = ofShortCalls(portals);
        Deployment one = ofShortCalls(1);
        return new Scenario(
                "portals-" + portals + "-short",
                "calls of 1 ms, 128 in flight, " + portals + " portals on 12 partitions",
                "the same with one portal on 12 partitions",
                List.of(
                        new Figure("rate", "jobs a second", "1/s", true, null, null),
                        new Figure("per-core", "jobs a second for each core of the portals", "1/s", true, null, null),
                        new Figure("per-core-of-all", "jobs a second for each core of all", "1/s", true, null, null)),
                5,
                0,
                3,
                Set.of(one, many),
                bed -> {
                    List<RunningDeployment> both = bed.running(List.of(many, one));
                    return Contender.pair(() -> shortCalls(bed, both.get(0)), () -> shortCalls(bed, both.get(1)));
                });
    }

    private static Deployment ofShortCalls(int portals) {
        return new Deployment("short-" + portals, 12, portals, true, Map.of());
    }

    private static Map<String, Double> shortCalls(TestBed bed, RunningDeployment running) throws InterruptedException {
        Request request =
                Request.builder().endpoint("/api/v1/slow?seconds=0.001").build();
        Duration portals = running.cpuTime();
        Duration all = bed.cpuTime();
        Map<String, Double> load = new SmallCalls(() -> running.client().send(request)).inFlight(128, LOAD);
        double calls = load.get("calls");
        return Map.of(
                "rate", load.get("rate"),
                "per-core", calls * 1e9 / running.cpuTime().minus(portals).toNanos(),
                "per-core-of-all", calls * 1e9 / bed.cpuTime().minus(all).toNanos());
    }

    private static Scenario portals() {
        return new Scenario(
                "portals",
                "calls of 50 ms, 128 in flight, two portals on 6 partitions",
                "the same with one portal on 6 partitions",
                List.of(Figure.more("rate", "jobs a second", "1/s", 1.8, 2.0)),
                5,
                1,
                3,
                Set.of(ONE_PORTAL, TWO_PORTALS),
                bed -> {
                    SmallCalls two = slowCalls(bed.running(TWO_PORTALS).client());
                    SmallCalls one = slowCalls(bed.running(ONE_PORTAL).client());
                    return Contender.pair(() -> two.inFlight(128, LOAD), () -> one.inFlight(128, LOAD));
                });
    }

    private static SmallCalls slowCalls(KafkaSendClient client) {
        Request request =
                Request.builder().endpoint("/api/v1/slow?seconds=0.05").build();
        return new SmallCalls(() -> client.send(request));
    }
}
