package io.kafkasend.bench.scenario;

import io.kafkasend.bench.load.SmallCalls;
import io.kafkasend.bench.load.Transfers;
import io.kafkasend.bench.load.WireForm;
import io.kafkasend.bench.result.Figure;
import io.kafkasend.bench.testbed.Deployment;
import io.kafkasend.protocol.JobId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** How much the machine itself lets figures differ: a baseline beside the same one. What is within that is no difference. */
final class NoiseScenarios {
    private static final int BYTES = 50 << 20;
    private static final int CALLS = 200;
    private static final Duration ECHO_WARM_UP = Duration.ofSeconds(2);

    private NoiseScenarios() {}

    /** All of them. */
    static List<Scenario> all(WireForm usual) {
        return List.of(pipes(usual), echoes());
    }

    private static Scenario pipes(WireForm form) {
        return new Scenario(
                "noise-pipe",
                "noise: the pipe of an upload of 50 MiB, " + form.title(),
                "the same pipe",
                List.of(Figure.less("end", "to the last record", "s")),
                9,
                1,
                2,
                Set.of(Deployment.BASE),
                bed -> {
                    List<byte[]> values = form.requestValues(
                            JobId.random(), Transfers.UPLOAD, form.content().bytes(BYTES));
                    Pipe pipe = Pipe.likeKafkaSend(bed);
                    Contender bare = () -> Map.of("end", pipe.seconds(values));
                    return Contender.pair(bare, bare, pipe::close);
                });
    }

    private static Scenario echoes() {
        return new Scenario(
                "noise-echo",
                "noise: the echo, one at a time",
                "the same echo",
                List.of(Figure.less("p50", "p50", "ms")),
                9,
                1,
                2,
                Set.of(Deployment.BASE),
                bed -> {
                    Echo echo = Echo.atOnce(bed);
                    SmallCalls bare = new SmallCalls(echo::call);
                    bare.inFlight(64, ECHO_WARM_UP);
                    Contender calls = () -> Map.of("p50", bare.oneAtATime(CALLS).get("p50"));
                    return Contender.pair(calls, calls, echo::close);
                });
    }
}
