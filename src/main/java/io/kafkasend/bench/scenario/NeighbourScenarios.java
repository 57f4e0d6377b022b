package io.kafkasend.bench.scenario;

import io.kafkasend.bench.load.SmallCalls;
import io.kafkasend.bench.load.WarmUp;
import io.kafkasend.bench.result.Figure;
import io.kafkasend.bench.testbed.Deployment;
import io.kafkasend.bench.testbed.TestBed;
import io.kafkasend.client.KafkaSendClient;
import io.kafkasend.client.Request;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What noisy neighbours do to small GETs: calls that hang, jobs that are kept open, records that are only refused. Each is
 * beside the same GETs without them.
 */
final class NeighbourScenarios {
    private static final Deployment ROOMY =
            new Deployment("roomy", 3, 1, true, Map.of("PORTAL_MAX_CONCURRENT_JOBS", "20"));

    private static final String OTHERS_REPLIES = "bench-shared-replies";
    /** Two clients: one that is answered on the portal's own topic, and one on a topic of its own. */
    private static final Deployment SHARED =
            new Deployment("shared", 3, 1, true, Map.of("PORTAL_REPLY_TOPICS", OTHERS_REPLIES));

    private static final int OPEN_STARTS = 1_000;
    private static final int WORTHLESS = 5_000;

    private static final int HANGING = 10;
    /** Of so many that the slowest hundredth is more than two. */
    private static final int CALLS_BESIDE_HANGING = 1_000;
    /** So many that they are on every partition, behind what was sent before. */
    private static final int CALLS_BEHIND = 200;

    private NeighbourScenarios() {}

    /** All of them. */
    static List<Scenario> all() {
        return Stream.concat(
                        Stream.of(
                                getsBesideHangingCalls(),
                                getsBesideAnothersHangingCalls(),
                                getsBesideAnothersOpenStarts()),
                        Stream.of(WorthlessRecords.Kind.values()).map(NeighbourScenarios::getBehindWorthlessRecords))
                .toList();
    }

    private static Scenario getsBesideHangingCalls() {
        return getsBeside(
                "hanging",
                HANGING + " calls that hang, 20 call slots",
                1,
                ROOMY,
                (bed, gets) ->
                        Contender.pair(besideHanging(bed, bed.running(ROOMY).client(), HANGING, gets), gets));
    }

    private static Scenario getsBesideAnothersHangingCalls() {
        return getsBeside(
                "shares-calls",
                HANGING + " calls of another client that hang, 10 call slots",
                0,
                SHARED,
                (bed, gets) -> {
                    KafkaSendClient other =
                            bed.client(SHARED).replyTo(OTHERS_REPLIES).build();
                    return Contender.pair(besideHanging(bed, other, HANGING / 2, gets), gets, other::close);
                });
    }

    private static Scenario getsBesideAnothersOpenStarts() {
        return getsBeside(
                "shares-starts", OPEN_STARTS + " jobs of another client that are kept open", 0, SHARED, (bed, gets) -> {
                    SmallCalls calls = WarmUp.smallCalls(bed.running(SHARED).client());
                    Contender beside = () -> {
                        OpenStarts greedy = new OpenStarts(bed, SHARED, OTHERS_REPLIES, OPEN_STARTS);
                        try {
                            calls.oneAtATime(CALLS_BEHIND); // behind the STARTs on every partition
                            return gets.measure();
                        } finally {
                            greedy.end();
                        }
                    };
                    return Contender.pair(beside, gets);
                });
    }

    /** Makes an experiment of small GETs, and of something beside which they are measured. */
    @FunctionalInterface
    private interface Beside {
        Experiment of(TestBed bed, Contender gets) throws Exception;
    }

    private static Scenario getsBeside(
            String name, String what, int quickRounds, Deployment deployment, Beside beside) {
        return new Scenario(
                name,
                "small GETs beside " + what,
                "the same GETs without them",
                List.of(Figure.less("p99", "p99", "ms", 1.5, 1.1), Figure.less("p50", "p50", "ms")),
                7,
                quickRounds,
                3,
                Set.of(deployment),
                bed -> {
                    SmallCalls calls = WarmUp.smallCalls(bed.running(deployment).client());
                    return beside.of(bed, () -> calls.oneAtATime(CALLS_BESIDE_HANGING));
                });
    }

    /**
     * Measures while calls of a client hang.
     *
     * @param running how many of them the portal calls the API for
     */
    private static Contender besideHanging(TestBed bed, KafkaSendClient client, int running, Contender measured) {
        return () -> {
            List<? extends CompletableFuture<?>> hanging = IntStream.range(0, HANGING)
                    .mapToObj(i -> client.send(
                            Request.builder().endpoint("/api/v1/hang").build()))
                    .toList();
            bed.awaitHanging(running);
            Map<String, Double> figures = measured.measure();
            while (hanging.stream().anyMatch(call -> !call.isDone())) {
                bed.api().release(); // those that waited for a caller hang then
            }
            for (CompletableFuture<?> call : hanging) {
                SmallCalls.await(call);
            }
            return figures;
        };
    }

    private static Scenario getBehindWorthlessRecords(WorthlessRecords.Kind kind) {
        return new Scenario(
                "behind-" + kind.name().toLowerCase(Locale.ROOT).replace('_', '-'),
                "a GET behind " + WORTHLESS + " records that are refused (" + kind.title() + ")",
                "a GET alone",
                List.of(Figure.less("wait", "to the client's answer", "ms")),
                7,
                0,
                5,
                Set.of(Deployment.BASE),
                bed -> {
                    SmallCalls calls =
                            WarmUp.smallCalls(bed.running(Deployment.BASE).client());
                    WorthlessRecords flood = new WorthlessRecords(bed, Deployment.BASE);
                    Contender alone = () -> Map.of("wait", calls.oneAtATime(1).get("p50"));
                    Contender behind = () -> {
                        flood.write(kind, WORTHLESS);
                        Map<String, Double> wait = alone.measure();
                        calls.oneAtATime(CALLS_BEHIND); // until what was refused is told
                        return wait;
                    };
                    return Contender.pair(behind, alone, flood::close);
                });
    }
}
