package io.kafkasend.bench.testbed;

import io.kafkasend.client.KafkaSendClient;
import java.time.Duration;
import java.util.List;

/**
 * A deployment whose portals are up, with a client that is connected.
 *
 * @param deployment what it was made of
 * @param client sends to its portals
 * @param portals their processes
 */
public record RunningDeployment(Deployment deployment, KafkaSendClient client, List<ChildProcess> portals)
        implements AutoCloseable {
    /** The processor time that its portals have taken so far. */
    public Duration cpuTime() {
        return portals.stream().map(ChildProcess::cpuTime).reduce(Duration.ZERO, Duration::plus);
    }

    @Override
    public void close() {
        client.close();
        portals.parallelStream().forEach(ChildProcess::close);
    }
}
