package io.kafkasend.bench.scenario;

import io.kafkasend.bench.load.Events;
import io.kafkasend.bench.result.Figure;
import io.kafkasend.bench.testbed.Deployment;
import io.kafkasend.bench.testbed.SampleService;
import io.kafkasend.bench.testbed.TestBed;
import io.kafkasend.client.KafkaSendClient;
import io.kafkasend.client.Request;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** How late events are: through the SDK and through a gateway, beside HTTP straight to the API. */
final class EventScenarios {
    private static final int FIRSTS = 200;
    private static final int STREAMS = 5;
    private static final int EVENTS = 100;
    private static final String REPLIES = "bench-events-replies";

    private static final Deployment EVENTS_PORTAL =
            new Deployment("events", 3, 1, true, Map.of("PORTAL_REPLY_TOPICS", REPLIES));

    private static final List<Figure> FIGURES = List.of(
            Figure.less("first-p50", "first event, p50", "ms"),
            Figure.less("first-p99", "first event, p99", "ms"),
            Figure.less("late-p99", "events, p99", "ms"),
            Figure.less("late-max", "events, latest", "ms"));

    private EventScenarios() {}

    /** All of them. */
    static List<Scenario> all() {
        return List.of(
                new Scenario(
                        "events",
                        "server-sent events, ten a second in each of five streams, by the SDK",
                        "HTTP straight to the API",
                        FIGURES,
                        3,
                        1,
                        1,
                        Set.of(Deployment.BASE),
                        bed -> {
                            KafkaSendClient client =
                                    bed.running(Deployment.BASE).client();
                            return beside(bed, new Events(endpoint -> client.open(Request.get(endpoint))));
                        }),
                new Scenario(
                        "events-gateway",
                        "the same, by HTTP through a gateway",
                        "HTTP straight to the API",
                        FIGURES,
                        3,
                        0,
                        1,
                        Set.of(EVENTS_PORTAL),
                        bed -> {
                            bed.running(EVENTS_PORTAL);
                            SampleService gateway =
                                    bed.startGateway(EVENTS_PORTAL).http();
                            String token = gateway.token();
                            return beside(bed, new Events(endpoint -> gateway.open(endpoint, token)));
                        }));
    }

    private static Experiment beside(TestBed bed, Events events) throws Exception {
        String token = bed.api().token();
        Events direct = new Events(endpoint -> bed.api().open(endpoint, token));
        return Contender.pair(
                () -> events.measure(FIRSTS, STREAMS, EVENTS), () -> direct.measure(FIRSTS, STREAMS, EVENTS));
    }
}
