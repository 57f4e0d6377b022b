package io.kafkasend.bench.scenario;

import io.kafkasend.bench.load.SmallCalls;
import io.kafkasend.bench.load.Transfers;
import io.kafkasend.bench.load.WarmUp;
import io.kafkasend.bench.load.WireForm;
import io.kafkasend.bench.result.Figure;
import io.kafkasend.bench.testbed.Deployment;
import io.kafkasend.bench.testbed.RunningGateway;
import io.kafkasend.bench.testbed.SampleService;
import io.kafkasend.bench.testbed.TestBed;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a gateway costs its callers: small GETs and bodies through it, beside the SDK and beside HTTP straight to the API. */
final class GatewayScenarios {
    private static final Deployment DEPLOYMENT = new Deployment(
            "gateway",
            3,
            1,
            true,
            Map.of("PORTAL_REPLY_TOPICS", "bench-gateway-replies", "PORTAL_MAX_CONCURRENT_JOBS", "64"));
    private static final int CALLS = 200;
    private static final Duration LOAD = Duration.ofSeconds(3);
    /** A gateway is a process of its own, which the deployment's warm-up does not warm. */
    private static final Duration GATEWAY_WARM_UP = Duration.ofSeconds(10);

    private static final int BODY_BYTES = 50 << 20;

    private GatewayScenarios() {}

    /** All of them. */
    static List<Scenario> all(WireForm usual) {
        return List.of(
                get("gateway-get", "the SDK", (bed, gateway) -> sdk(bed)),
                get("gateway-http-get", "HTTP straight to the API", (bed, gateway) -> http(bed.api())),
                getsInFlight(),
                body("gateway-upload-50", "upload", "the SDK", (bed, gateway) -> {
                    Transfers transfers = transfers(bed, usual);
                    byte[] body = usual.content().bytes(BODY_BYTES);
                    return pair(
                            () -> upload(gateway.http(), bed, body),
                            () -> rate(transfers.upload(body).get("end")),
                            gateway);
                }),
                body("gateway-http-upload-50", "upload", "HTTP straight to the API", (bed, gateway) -> {
                    byte[] body = usual.content().bytes(BODY_BYTES);
                    return pair(() -> upload(gateway.http(), bed, body), () -> upload(bed.api(), bed, body), gateway);
                }),
                body("gateway-download-50", "download", "the SDK", (bed, gateway) -> {
                    Transfers transfers = transfers(bed, usual);
                    return pair(
                            () -> download(gateway.http(), bed, usual),
                            () -> rate(transfers.download(BODY_BYTES).get("end")),
                            gateway);
                }),
                body(
                        "gateway-http-download-50",
                        "download",
                        "HTTP straight from the API",
                        (bed, gateway) -> pair(
                                () -> download(gateway.http(), bed, usual),
                                () -> download(bed.api(), bed, usual),
                                gateway)));
    }

    /** Opens one side, or both, on a bed with a gateway. */
    @FunctionalInterface
    private interface Opening<T> {
        T on(TestBed bed, RunningGateway gateway) throws Exception;
    }

    private static Experiment pair(Contender through, Contender beside, RunningGateway gateway) {
        return Contender.pair(through, beside, gateway::close);
    }

    private static SmallCalls sdk(TestBed bed) throws Exception {
        return WarmUp.smallCalls(bed.running(DEPLOYMENT).client());
    }

    private static Transfers transfers(TestBed bed, WireForm form) throws Exception {
        return new Transfers(bed.running(DEPLOYMENT).client(), form);
    }

    private static SmallCalls http(SampleService service) throws IOException, InterruptedException {
        String token = service.token();
        return new SmallCalls(() -> service.begin(SmallCalls.ENDPOINT, token));
    }

    private static RunningGateway gateway(TestBed bed) throws Exception {
        bed.running(DEPLOYMENT);
        RunningGateway gateway = bed.startGateway(DEPLOYMENT);
        try {
            http(gateway.http()).inFlight(64, GATEWAY_WARM_UP);
            return gateway;
        } catch (Exception e) {
            gateway.close();
            throw e;
        }
    }

    private static Scenario get(String name, String baseline, Opening<SmallCalls> beside) {
        return new Scenario(
                name,
                "small GETs through a gateway, one at a time",
                baseline,
                List.of(Figure.less("p50", "p50", "ms"), Figure.less("p99", "p99", "ms")),
                7,
                0,
                2,
                Set.of(DEPLOYMENT),
                bed -> {
                    RunningGateway gateway = gateway(bed);
                    SmallCalls through = http(gateway.http());
                    SmallCalls other = beside.on(bed, gateway);
                    return pair(() -> through.oneAtATime(CALLS), () -> other.oneAtATime(CALLS), gateway);
                });
    }

    private static Scenario getsInFlight() {
        return new Scenario(
                "gateway-gets-64",
                "small GETs through a gateway, 64 in flight",
                "the SDK",
                List.of(new Figure("rate", "requests a second", "1/s", true, null, null)),
                7,
                0,
                2,
                Set.of(DEPLOYMENT),
                bed -> {
                    RunningGateway gateway = gateway(bed);
                    SmallCalls through = http(gateway.http());
                    SmallCalls other = sdk(bed);
                    return pair(() -> through.inFlight(64, LOAD), () -> other.inFlight(64, LOAD), gateway);
                });
    }

    private static Scenario body(String name, String what, String baseline, Opening<Experiment> opening) {
        return new Scenario(
                name,
                what + " of 50 MiB through a gateway",
                baseline,
                List.of(new Figure("rate", "MB a second", "MB/s", true, null, null)),
                7,
                0,
                2,
                Set.of(DEPLOYMENT),
                bed -> opening.on(bed, gateway(bed)));
    }

    private static Map<String, Double> upload(SampleService service, TestBed bed, byte[] body)
            throws IOException, InterruptedException {
        String token = bed.api().token();
        long begin = System.nanoTime();
        service.upload(Transfers.UPLOAD, token, body);
        return rate((System.nanoTime() - begin) / 1e9);
    }

    private static Map<String, Double> download(SampleService service, TestBed bed, WireForm form)
            throws IOException, InterruptedException {
        String token = bed.api().token();
        long begin = System.nanoTime();
        service.download(Transfers.download(form, BODY_BYTES), token);
        return rate((System.nanoTime() - begin) / 1e9);
    }

    private static Map<String, Double> rate(double seconds) {
        return Map.of("rate", BODY_BYTES / 1e6 / seconds);
    }
}
