package io.kafkasend.bench.testbed;

import io.kafkasend.client.KafkaSendClient;
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
    @Override
    public void close() {
        client.close();
        portals.parallelStream().forEach(ChildProcess::close);
    }
}
