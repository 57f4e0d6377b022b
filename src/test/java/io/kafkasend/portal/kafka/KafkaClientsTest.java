package io.kafkasend.portal.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkasend.portal.call.Parts;
import io.kafkasend.portal.lifecycle.FailStop;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class KafkaClientsTest {
    private final Parts parts = new Parts();
    private final KafkaClients clients =
            new KafkaClients(parts.ledger, parts.configuration, new FailStop(code -> {}, System::nanoTime));

    private static Properties of(String name, Object value) {
        Properties properties = new Properties();
        properties.put(name, value);
        return properties;
    }

    @Test
    void noClientOfOursHasKafkasSlowDefaults() {
        // Given: as Camel gives them for a producer
        Properties camels = of("metadata.max.age.ms", "300000");

        // Then
        assertThat(clients.forProducer(camels)).containsEntry("metadata.max.age.ms", "30000");
        assertThat(clients.forConsumer(camels)).containsEntry("metadata.max.age.ms", "30000");
        assertThat(clients.forProducer(new Properties())).containsEntry("connections.max.idle.ms", "180000");
    }

    @Test
    void theRoutesMayAskForLess() {
        assertThat(clients.forConsumer(of("metadata.max.age.ms", 5_000))).containsEntry("metadata.max.age.ms", 5_000);
        assertThat(clients.forProducer(of("connections.max.idle.ms", "-1")))
                .containsEntry("connections.max.idle.ms", "-1");
    }
}
