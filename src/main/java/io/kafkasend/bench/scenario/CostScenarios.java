package io.kafkasend.bench.scenario;

import io.kafkasend.bench.load.SmallCalls;
import io.kafkasend.bench.load.Transfers;
import io.kafkasend.bench.load.WarmUp;
import io.kafkasend.bench.load.WireForm;
import io.kafkasend.bench.result.Figure;
import io.kafkasend.bench.testbed.Deployment;
import io.kafkasend.bench.testbed.RunningDeployment;
import io.kafkasend.bench.testbed.TestBed;
import io.kafkasend.protocol.JobId;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Processor time and memory, of portal and client apart. A millicore for each MB/s is a millisecond of processor time for each
 * MB, whatever the rate.
 */
final class CostScenarios {
    private static final int BYTES = 50 << 20;
    private static final int TRANSFERS = 10;
    private static final double MEGABYTES = TRANSFERS * BYTES / 1e6;
    private static final int IN_FLIGHT = 64;
    private static final Duration LOAD = Duration.ofSeconds(5);
    private static final Duration ECHO_WARM_UP = Duration.ofSeconds(2);

    private static final Deployment OPEN = new Deployment(
            "open",
            3,
            1,
            true,
            Map.of("PORTAL_REPLY_TOPICS", "bench-open-replies", "PORTAL_MAX_ASSEMBLING_JOBS", "30000"));

    private CostScenarios() {}

    /** All of them; bodies travel in this form. */
    static List<Scenario> all(WireForm form) {
        return List.of(bodies(form, true), bodies(form, false), gets(), openJobs());
    }

    private static List<Figure> apart(String unit) {
        return List.of(
                Figure.less("portal", "portal's processor time", unit),
                Figure.less("client", "client's processor time", unit));
    }

    private static Scenario bodies(WireForm form, boolean up) {
        return new Scenario(
                up ? "cost-upload" : "cost-download",
                "cost of " + (up ? "uploads" : "downloads") + " of 50 MiB, " + form.title(),
                "the pipe's producer and consumer together",
                apart("millicores for 1 MB/s"),
                7,
                0,
                1,
                Set.of(Deployment.BASE),
                bed -> {
                    byte[] body = form.content().bytes(BYTES);
                    RunningDeployment running = bed.running(Deployment.BASE);
                    Transfers transfers = new Transfers(running.client(), form);
                    List<byte[]> values = up
                            ? form.requestValues(JobId.random(), Transfers.UPLOAD, body)
                            : form.responseValues(JobId.random(), body);
                    Pipe pipe = Pipe.likeKafkaSend(bed);
                    return Contender.pair(
                            () -> {
                                Cost cost = Cost.begin(running);
                                for (int i = 0; i < TRANSFERS; i++) {
                                    if (up) {
                                        transfers.upload(body);
                                    } else {
                                        transfers.download(BYTES);
                                    }
                                }
                                return cost.millicoreSecondsFor(MEGABYTES);
                            },
                            () -> {
                                Cost cost = Cost.begin(running);
                                for (int i = 0; i < TRANSFERS; i++) {
                                    pipe.seconds(values);
                                }
                                return cost.ofTheClientFor(MEGABYTES);
                            },
                            pipe::close);
                });
    }

    private static Scenario gets() {
        return new Scenario(
                "cost-gets",
                "cost of small GETs, 64 in flight",
                "the echo's two ends together",
                apart("millicores for 100 requests a second"),
                7,
                0,
                2,
                Set.of(Deployment.BASE),
                bed -> {
                    RunningDeployment running = bed.running(Deployment.BASE);
                    SmallCalls calls = WarmUp.smallCalls(running.client());
                    Echo echo = Echo.atOnce(bed);
                    SmallCalls bare = new SmallCalls(echo::call);
                    bare.inFlight(IN_FLIGHT, ECHO_WARM_UP);
                    return Contender.pair(
                            () -> {
                                Cost cost = Cost.begin(running);
                                return cost.millicoreSecondsFor(hundreds(calls));
                            },
                            () -> {
                                Cost cost = Cost.begin(running);
                                return cost.ofTheClientFor(hundreds(bare));
                            },
                            echo::close);
                });
    }

    private static double hundreds(SmallCalls calls) throws InterruptedException {
        return calls.inFlight(IN_FLIGHT, LOAD).get("calls") / 100;
    }

    private static Scenario openJobs() {
        return new Scenario(
                "cost-open-jobs",
                "memory for each of 10,000 open jobs without a body, above idle",
                "the same of 1,000",
                List.of(
                        Figure.less("portal", "portal's live objects", "KiB"),
                        Figure.less("client", "client's live objects", "KiB")),
                3,
                0,
                1,
                Set.of(OPEN),
                bed -> {
                    RunningDeployment running = bed.running(OPEN);
                    return Contender.pair(() -> open(bed, running, 10_000), () -> open(bed, running, 1_000));
                });
    }

    private static Map<String, Double> open(TestBed bed, RunningDeployment running, int jobs) throws Exception {
        SmallCalls calls = WarmUp.smallCalls(running.client());
        long idle = running.portals().get(0).liveHeap();
        OpenStarts open = new OpenStarts(bed, OPEN, OPEN.replyTopics().get(0), jobs);
        Map<String, Double> perJob = new HashMap<>();
        try {
            calls.oneAtATime(100); // behind the STARTs on every partition
            perJob.put("portal", kibibytes(running.portals().get(0).liveHeap() - idle, jobs));
        } finally {
            open.end();
        }
        perJob.put("client", kibibytes(ClientHeap.of(bed, jobs), jobs));
        return perJob;
    }

    private static double kibibytes(long bytes, int jobs) {
        return Math.max(1, bytes) / 1024.0 / jobs;
    }

    /** The processor time of portal and client since an instant. */
    private record Cost(RunningDeployment running, Duration portal, Duration client) {
        static Cost begin(RunningDeployment running) {
            return new Cost(running, running.cpuTime(), here());
        }

        Map<String, Double> millicoreSecondsFor(double units) {
            return Map.of(
                    "portal", running.cpuTime().minus(portal).toNanos() / 1e6 / units,
                    "client", here().minus(client).toNanos() / 1e6 / units);
        }

        /** Where both ends are in this process. */
        Map<String, Double> ofTheClientFor(double units) {
            double both = here().minus(client).toNanos() / 1e6 / units;
            return Map.of("portal", both, "client", both);
        }

        private static Duration here() {
            return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
        }
    }
}
