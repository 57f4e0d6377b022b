package io.kafkasend.bench.scenario;

import io.kafkasend.bench.load.SmallCalls;
import io.kafkasend.bench.load.Transfers;
import io.kafkasend.bench.load.WarmUp;
import io.kafkasend.bench.load.WireForm;
import io.kafkasend.bench.result.Figure;
import io.kafkasend.bench.testbed.ChildProcess;
import io.kafkasend.bench.testbed.Deployment;
import io.kafkasend.bench.testbed.TestBed;
import io.kafkasend.client.KafkaSendClient;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The first jobs of a portal: each round starts one, waits until it says that it is up, and measures. Beside each is the same with a
 * portal that has worked for long and, for small calls, an echo whose process has just started, too. The client is connected and
 * warm.
 */
final class ColdScenarios {
    /** Warmed up by itself, as by default: that is what nothing means. */
    private static final Deployment COLD = new Deployment("cold", 3, 1, false, Map.of("PORTAL_WARM_UP_SECONDS", ""));

    private static final int MIB = 1 << 20;
    private static final int IN_FLIGHT = 64;
    private static final Duration CROWD = Duration.ofSeconds(10);
    private static final int WORTHLESS = 5_000;

    private static final double FIRST_MS = 150;
    private static final double MINUTE_MS = 50;
    private static final double FLOOD_MS = 250;

    private ColdScenarios() {}

    /** All of them; bodies travel in this form. */
    static List<Scenario> all(WireForm usual) {
        return Stream.concat(
                        Stream.of(first(), minute(), upload(usual), crowd()),
                        Stream.of(WorthlessRecords.Kind.values()).map(ColdScenarios::flood))
                .toList();
    }

    /** What is measured of a portal that has just come up, through a client that is connected. */
    @FunctionalInterface
    private interface Measured {
        Map<String, Double> with(KafkaSendClient client) throws Exception;
    }

    /** The clients of a cold and a warm deployment. */
    private record Stage(TestBed bed, KafkaSendClient toCold, KafkaSendClient toWarm) {
        static Stage on(TestBed bed) throws Exception {
            KafkaSendClient toWarm = bed.running(Deployment.BASE).client();
            bed.createTopics(COLD);
            Stage stage = new Stage(bed, bed.client(COLD).build(), toWarm);
            stage.cold(client -> WarmUp.smallCalls(client).oneAtATime(1)); // connects the client
            return stage;
        }

        Map<String, Double> cold(Measured measured) throws Exception {
            ChildProcess portal = bed.startColdPortal(COLD);
            try {
                return measured.with(toCold);
            } finally {
                portal.close();
            }
        }

        Contender coldly(Measured measured) {
            return () -> cold(measured);
        }
    }

    private static Scenario first() {
        return new Scenario(
                "cold-first",
                "the first GET after a portal is up",
                "150 ms; a warm portal; the first record of an echo that is up",
                List.of(
                        Figure.less("bar", "to its answer, beside 150", "ms", 1, 0.3),
                        Figure.less("warm", "beside a warm portal", "ms"),
                        Figure.less("echo", "beside an echo", "ms")),
                7,
                0,
                1,
                Set.of(Deployment.BASE),
                bed -> {
                    Stage stage = Stage.on(bed);
                    Contender cold = stage.coldly(client -> {
                        double millis = one(WarmUp.smallCalls(client));
                        return Map.of("bar", millis, "warm", millis, "echo", millis);
                    });
                    Contender others = () -> {
                        try (Echo echo = Echo.cold(bed)) {
                            return Map.of(
                                    "bar",
                                    FIRST_MS,
                                    "warm",
                                    one(WarmUp.smallCalls(stage.toWarm())),
                                    "echo",
                                    one(new SmallCalls(echo::call)));
                        }
                    };
                    return Contender.pair(cold, others, stage.toCold()::close);
                });
    }

    private static double one(SmallCalls calls) throws InterruptedException {
        return calls.oneAtATime(1).get("p50");
    }

    private static Scenario minute() {
        return new Scenario(
                "cold-minute",
                "one GET a second in the first minute of a portal",
                "the same second of a warm portal, and of an echo as old; 50 ms",
                List.of(
                        Figure.less("p50", "p50, beside a warm portal", "ms", 2.5, 1.5),
                        Figure.less("bar", "p99, beside 50", "ms", 1, 0.5),
                        Figure.less("p99", "p99, beside a warm portal", "ms"),
                        Figure.less("p50-echo", "p50, beside an echo", "ms"),
                        Figure.less("p99-echo", "p99, beside an echo", "ms")),
                3,
                0,
                0,
                Set.of(Deployment.BASE),
                bed -> {
                    Stage stage = Stage.on(bed);
                    return new FirstMinute(
                            () -> bed.startColdPortal(COLD),
                            () -> Echo.cold(bed),
                            WarmUp.smallCalls(stage.toCold()),
                            WarmUp.smallCalls(stage.toWarm()),
                            MINUTE_MS,
                            stage.toCold()::close);
                });
    }

    private static Scenario upload(WireForm form) {
        return new Scenario(
                "cold-upload",
                "the first upload of a portal, 50 MiB, " + form.title(),
                "the same to a warm portal",
                List.of(
                        Figure.less("end", "to the client's answer", "s", 1.6, 1.2),
                        Figure.less("last-byte", "to the API's last byte", "s")),
                7,
                0,
                1,
                Set.of(Deployment.BASE),
                bed -> {
                    Stage stage = Stage.on(bed);
                    byte[] body = form.content().bytes(50 * MIB);
                    Transfers warm = new Transfers(stage.toWarm(), form);
                    return Contender.pair(
                            stage.coldly(client -> new Transfers(client, form).upload(body)),
                            () -> warm.upload(body),
                            stage.toCold()::close);
                });
    }

    private static Scenario crowd() {
        return new Scenario(
                "cold-crowd",
                "the first 10 s of a portal, small GETs, 64 in flight",
                "the same with a warm portal; with an echo that has just started",
                List.of(
                        Figure.more("warm", "requests a second, beside a warm portal", "1/s", 0.5, 0.8),
                        new Figure("echo", "requests a second, beside an echo", "1/s", true, null, null)),
                3,
                0,
                1,
                Set.of(Deployment.BASE),
                bed -> {
                    Stage stage = Stage.on(bed);
                    Contender cold = stage.coldly(client -> {
                        double rate = rate(WarmUp.smallCalls(client));
                        return Map.of("warm", rate, "echo", rate);
                    });
                    Contender others = () -> {
                        try (Echo echo = Echo.cold(bed)) {
                            return Map.of(
                                    "warm",
                                    rate(WarmUp.smallCalls(stage.toWarm())),
                                    "echo",
                                    rate(new SmallCalls(echo::call)));
                        }
                    };
                    return Contender.pair(cold, others, stage.toCold()::close);
                });
    }

    private static double rate(SmallCalls calls) throws InterruptedException {
        return calls.inFlight(IN_FLIGHT, CROWD).get("rate");
    }

    private static Scenario flood(WorthlessRecords.Kind kind) {
        return new Scenario(
                "cold-behind-" + kind.name().toLowerCase(Locale.ROOT).replace('_', '-'),
                "the first GET of a portal behind " + WORTHLESS + " records that are refused (" + kind.title() + ")",
                "250 ms; a warm portal",
                List.of(
                        Figure.less("bar", "to its answer, beside 250", "ms", 1, 0.5),
                        Figure.less("warm", "beside a warm portal", "ms")),
                5,
                0,
                1,
                Set.of(Deployment.BASE),
                bed -> {
                    Stage stage = Stage.on(bed);
                    WorthlessRecords toCold = new WorthlessRecords(bed, COLD);
                    WorthlessRecords toWarm = new WorthlessRecords(bed, Deployment.BASE);
                    SmallCalls warm = WarmUp.smallCalls(stage.toWarm());
                    Contender cold = stage.coldly(client -> {
                        toCold.write(kind, WORTHLESS);
                        double millis = one(WarmUp.smallCalls(client));
                        return Map.of("bar", millis, "warm", millis);
                    });
                    Contender others = () -> {
                        toWarm.write(kind, WORTHLESS);
                        Map<String, Double> waits = Map.of("bar", FLOOD_MS, "warm", one(warm));
                        warm.oneAtATime(200); // until what was refused is told
                        return waits;
                    };
                    return Contender.pair(cold, others, toCold::close, toWarm::close, stage.toCold()::close);
                });
    }
}
