package io.kafkasend.bench.scenario;

import io.kafkasend.bench.load.Transfers;
import io.kafkasend.bench.result.BenchmarkException;
import io.kafkasend.bench.result.SkippedException;
import io.kafkasend.bench.testbed.ChildProcess;
import io.kafkasend.bench.testbed.Deployment;
import io.kafkasend.bench.testbed.JavaCommand;
import io.kafkasend.bench.testbed.TestBed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The most memory (resident set, in MiB, all of the JVM's own included) that a portal that was just started and {@code
 * kafkasend send-file} have while a file goes up: a large one, and one of a single byte. Not thread-safe.
 */
final class PeakMemory implements Experiment {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Deployment STAGE = new Deployment("peak-memory", 3, 1, false, Map.of());

    private final TestBed bed;
    private final Path large;
    private final Path small;

    PeakMemory(TestBed bed, byte[] body) throws IOException, InterruptedException, SkippedException {
        if (!Files.isReadable(Path.of("/proc/self/status"))) {
            throw new SkippedException("peak memory is read from Linux's /proc");
        }
        this.bed = bed;
        large = Files.write(bed.workDirectory().resolve("large.bin"), body);
        small = Files.write(bed.workDirectory().resolve("small.bin"), new byte[1]);
        bed.createTopics(STAGE);
    }

    @Override
    public Map<String, Double> scenario() throws Exception {
        return measure(large);
    }

    @Override
    public Map<String, Double> baseline() throws Exception {
        return measure(small);
    }

    private Map<String, Double> measure(Path file) throws Exception {
        // Without the launcher, whose process would be another one until it has found its Java.
        List<String> command = JavaCommand.shortLivedJava(
                "send-file",
                file.toString(),
                "--endpoint=" + Transfers.UPLOAD,
                "--bootstrap-servers=" + bed.bootstrapServers(),
                "--request-topic=" + STAGE.requestTopic(),
                "--response-topic=" + STAGE.responseTopic());
        try (ChildProcess portal = bed.startPortal(STAGE, List.of())) {
            portal.await(TestBed.PORTAL_UP, PATIENCE);
            long client = 0;
            try (ChildProcess sending = bed.child("send-file", command, Map.of())) {
                while (sending.isAlive()) {
                    client = Math.max(client, sending.peakMemory().orElse(0L));
                    TimeUnit.MILLISECONDS.sleep(2);
                }
                sending.awaitEnd(PATIENCE);
            }
            long peak =
                    portal.peakMemory().orElseThrow(() -> new BenchmarkException("the portal ended during the upload"));
            return Map.of("portal", mebibytes(peak), "client", mebibytes(client));
        }
    }

    private static double mebibytes(long bytes) {
        return bytes / (double) (1 << 20);
    }
}
