package io.kafkasend.bench.scenario;

import io.kafkasend.bench.load.SmallCalls;
import io.kafkasend.bench.load.Transfers;
import io.kafkasend.bench.load.WarmUp;
import io.kafkasend.bench.load.WireForm;
import io.kafkasend.bench.network.Distance;
import io.kafkasend.bench.network.Leg;
import io.kafkasend.bench.result.Figure;
import io.kafkasend.bench.testbed.Deployment;
import io.kafkasend.bench.testbed.TestBed;
import io.kafkasend.protocol.JobId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Bodies and small calls between parts that are far from one another, each beside its pipe or echo at the same distance. */
final class DistanceScenarios {
    private static final int MIB = 1 << 20;
    private static final int IN_FLIGHT = 64;
    /** Each call may last a round trip, and so many in flight are to be at the API at once. */
    private static final Deployment FAR =
            new Deployment("far", 3, 1, true, Map.of("PORTAL_MAX_CONCURRENT_JOBS", String.valueOf(IN_FLIGHT)));

    private static final Duration ECHO_WARM_UP = Duration.ofSeconds(2);
    /** What a job may cost beyond its round trips, in milliseconds. */
    private static final double OWN_MILLIS = 5;

    /** From here on round trips outweigh what this machine does. */
    private static final int FAR_MILLIS = 20;

    private final Distance distance;
    private final WireForm form;

    private DistanceScenarios(Distance distance, WireForm form) {
        this.distance = distance;
        this.form = form;
    }

    /** All of them at one distance. */
    static List<Scenario> all(Distance distance, WireForm form) {
        DistanceScenarios at = new DistanceScenarios(distance, form);
        return List.of(
                at.upload(1, 3),
                at.upload(50, 1),
                at.download(1, 3),
                at.download(50, 1),
                at.get(),
                at.getsInFlight(FAR, "gets-64", "small GETs, 64 in flight"),
                at.getsInFlight(Deployment.BASE, "gets-64-default", "small GETs, 64 in flight, 10 call slots"));
    }

    private boolean far() {
        return distance.rttMillis() >= FAR_MILLIS || distance.ackMillis() >= FAR_MILLIS;
    }

    private Figure bodies(String key, String title, int mebibytes) {
        return mebibytes == 50 && far() ? Figure.less(key, title, "s", 1.3, 1.1) : Figure.less(key, title, "s");
    }

    private Scenario scenario(
            String name, String title, String baseline, List<Figure> figures, int warmUps, Opening opening) {
        return scenario(FAR, name, title, baseline, figures, warmUps, opening);
    }

    private Scenario scenario(
            Deployment deployment,
            String name,
            String title,
            String baseline,
            List<Figure> figures,
            int warmUps,
            Opening opening) {
        return new Scenario(
                name + "-" + distance.suffix(),
                title + ", " + distance.title(),
                baseline,
                figures,
                5,
                1,
                warmUps,
                Set.of(deployment),
                bed -> {
                    bed.network().set(Distance.NONE);
                    bed.running(deployment);
                    Experiment near = opening.open(bed);
                    bed.network().set(distance);
                    return new Experiment() {
                        @Override
                        public Map<String, Double> scenario() throws Exception {
                            return near.scenario();
                        }

                        @Override
                        public Map<String, Double> baseline() throws Exception {
                            return near.baseline();
                        }

                        @Override
                        public void close() {
                            bed.network().set(Distance.NONE);
                            near.close();
                        }
                    };
                });
    }

    /** Prepares while the parts are near. */
    private interface Opening extends Scenario.Opening {}

    private Scenario upload(int mebibytes, int times) {
        return scenario(
                "upload-" + mebibytes,
                "upload of " + mebibytes + " MiB, " + form.title(),
                "pipe from the client to the portal: the same record values, one topic",
                List.of(
                        bodies("last-byte", "to the API's last byte", mebibytes),
                        Figure.less("end", "to the client's answer", "s")),
                1,
                bed -> {
                    byte[] body = form.content().bytes(mebibytes * MIB);
                    Transfers transfers = new Transfers(bed.running(FAR).client(), form);
                    List<byte[]> values = form.requestValues(JobId.random(), Transfers.UPLOAD, body);
                    Pipe pipe = Pipe.toThePortal(bed);
                    pipe.seconds(values);
                    Contender bare = () -> {
                        double seconds = pipe.seconds(values);
                        return Map.of("last-byte", seconds, "end", seconds);
                    };
                    return Contender.pair(
                            ((Contender) () -> transfers.upload(body)).times(times), bare.times(times), pipe::close);
                });
    }

    private Scenario download(int mebibytes, int times) {
        int bytes = mebibytes * MIB;
        return scenario(
                "download-" + mebibytes,
                "download of " + mebibytes + " MiB, " + form.title(),
                "pipe from the portal to the client: the same record values, one topic",
                List.of(bodies("end", "to the client's last byte", mebibytes)),
                1,
                bed -> {
                    Transfers transfers = new Transfers(bed.running(FAR).client(), form);
                    List<byte[]> values =
                            form.responseValues(JobId.random(), form.content().bytes(bytes));
                    Pipe pipe = Pipe.fromThePortal(bed);
                    pipe.seconds(values);
                    Contender bare = () -> Map.of("end", pipe.seconds(values));
                    return Contender.pair(
                            ((Contender) () -> transfers.download(bytes)).times(times), bare.times(times), pipe::close);
                });
    }

    private Scenario get() {
        List<Figure> figures = new ArrayList<>();
        figures.add(
                far()
                        ? Figure.less(
                                "allowed", "p50, beside the echo's, a round trip to the API and 5 ms", "ms", 1, 0.95)
                        : Figure.less("allowed", "p50, beside the echo's, a round trip to the API and 5 ms", "ms"));
        figures.add(Figure.less("p50", "p50", "ms"));
        figures.add(Figure.less("kafka", "requests to Kafka a call, of client and portal", "1"));
        int calls = Math.max(10, Math.min(200, 4_000 / Math.max(1, distance.rttMillis() + distance.ackMillis())));
        return scenario(
                "get",
                "small GETs, one at a time",
                "echo at the portal's place: one record there, one back",
                figures,
                2,
                bed -> {
                    SmallCalls through = WarmUp.smallCalls(bed.running(FAR).client());
                    Echo echo = warm(Echo.atThePortal(bed));
                    SmallCalls bare = new SmallCalls(echo::call);
                    double allowed = distance.rttMillis(Leg.API) + OWN_MILLIS;
                    return Contender.pair(
                            () -> alone(bed, through, calls, 0), () -> alone(bed, bare, calls, allowed), echo::close);
                });
    }

    private static Map<String, Double> alone(TestBed bed, SmallCalls calls, int count, double more)
            throws InterruptedException {
        long before = asked(bed);
        double p50 = calls.oneAtATime(count).get("p50");
        return Map.of("p50", p50, "allowed", p50 + more, "kafka", (asked(bed) - before) / (double) count);
    }

    private static long asked(TestBed bed) {
        return bed.network().passed().entrySet().stream()
                .filter(entry -> entry.getKey().matches("(client|portal) (Produce|Fetch|OffsetCommit|Metadata)"))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    private Scenario getsInFlight(Deployment deployment, String name, String title) {
        Duration load = Duration.ofMillis(Math.max(3_000, 60L * (distance.rttMillis() + distance.ackMillis())));
        return scenario(
                deployment,
                name,
                title,
                "echo at the portal's place, 64 in flight",
                List.of(
                        far() && deployment == FAR
                                ? Figure.more(
                                        "allowed", "requests a second, beside 64 times one alone", "1/s", 0.8, 0.9)
                                : new Figure(
                                        "allowed",
                                        "requests a second, beside 64 times one alone",
                                        "1/s",
                                        true,
                                        null,
                                        null),
                        new Figure("rate", "requests a second", "1/s", true, null, null)),
                1,
                bed -> {
                    SmallCalls through =
                            WarmUp.smallCalls(bed.running(deployment).client());
                    Echo echo = warm(Echo.atThePortal(bed));
                    SmallCalls bare = new SmallCalls(echo::call);
                    return Contender.pair(
                            () -> {
                                double rate = through.inFlight(IN_FLIGHT, load).get("rate");
                                return Map.of("rate", rate, "allowed", rate);
                            },
                            () -> {
                                Map<String, Double> rates = new HashMap<>(bare.inFlight(IN_FLIGHT, load));
                                rates.put(
                                        "allowed",
                                        IN_FLIGHT * 1e3 / through.oneAtATime(10).get("p50"));
                                rates.remove("calls");
                                return rates;
                            },
                            echo::close);
                });
    }

    private static Echo warm(Echo echo) throws InterruptedException {
        new SmallCalls(echo::call).inFlight(IN_FLIGHT, ECHO_WARM_UP);
        return echo;
    }
}
