package io.kafkasend.bench.scenario;

import io.kafkasend.bench.load.SmallCalls;
import io.kafkasend.bench.result.Figure;
import io.kafkasend.bench.testbed.Deployment;
import io.kafkasend.client.KafkaSendClient;
import io.kafkasend.client.Request;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What more portals bring. */
final class ScalingScenarios {
    private static final Deployment ONE_PORTAL = new Deployment("one-portal", 6, 1, false, Map.of());
    private static final Deployment TWO_PORTALS = new Deployment("two-portals", 6, 2, false, Map.of());
    private static final Duration LOAD = Duration.ofSeconds(3);

    private ScalingScenarios() {}

    /** All of them. */
    static List<Scenario> all() {
        return List.of(portals());
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
