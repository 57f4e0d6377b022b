package io.kafkasend.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The most memory (resident set, in MiB, all of the JVM's own included) that portal and client have while a file goes up
 * by {@code kafkasend send-file}: a large one, and one of a single byte. Not thread-safe.
 */
final class PeakMemory implements Experiment {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final TestBed bed;
    private final Site site;
    private final Path large;
    private final Path small;

    PeakMemory(TestBed bed, Site site, byte[] body) throws IOException, SkippedException {
        this.bed = bed;
        this.site = site;
        large = Files.write(bed.workDirectory().resolve("large.bin"), body);
        small = Files.write(bed.workDirectory().resolve("small.bin"), new byte[1]);
        site.portals().get(0).forgetPeakMemory();
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
        Child portal = site.portals().get(0);
        portal.forgetPeakMemory();
        // Without the launcher, whose process would be another one until it has found its Java.
        List<String> command = JavaCommand.shortLivedJava(
                "send-file",
                file.toString(),
                "--endpoint=" + Transfers.UPLOAD,
                "--bootstrap-servers=" + bed.bootstrapServers(),
                "--request-topic=" + site.stage().requestTopic(),
                "--response-topic=" + site.stage().responseTopic());
        double client = 0;
        try (Child sending = bed.child("send-file", command, Map.of())) {
            while (sending.isAlive()) {
                Optional<Long> peak = sending.peakMemory();
                client = Math.max(client, peak.orElse(0L));
                Thread.sleep(5);
            }
            sending.awaitEnd(PATIENCE);
        }
        double peak = portal.peakMemory().orElseThrow(() -> new BenchmarkException("the portal has ended"));
        return Map.of("portal", peak / (1 << 20), "client", client / (1 << 20));
    }
}
