package io.kafkasend.bench.testbed;

import io.kafkasend.client.KafkaSendClient;
import java.util.List;

/**
 * A stage whose portals are up, with a client that is connected.
 *
 * @param stage what it was made of
 * @param client sends to its portals
 * @param portals their processes
 */
public record Site(Stage stage, KafkaSendClient client, List<Child> portals) implements AutoCloseable {
    @Override
    public void close() {
        client.close();
        portals.parallelStream().forEach(Child::close);
    }
}
