package io.kafkasend.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ClientSettingsTest {
    private static ClientSettings with(Map<String, String> kafkaProperties) {
        return new ClientSettings(
                "localhost:9092", "a", "b", kafkaProperties, Duration.ofSeconds(1), Duration.ofSeconds(1), 1, 1);
    }

    @Test
    void noClientHasKafkasSlowDefaults() {
        for (Map<String, Object> properties : java.util.List.of(
                with(Map.of()).producer(),
                with(Map.of()).gatheringProducer(),
                with(Map.of()).consumer())) {
            assertThat(properties).containsEntry("metadata.max.age.ms", 30_000);
        }
        assertThat(with(Map.of()).producer()).containsEntry("connections.max.idle.ms", 180_000);
    }

    @Test
    void theUserHasTheLastWord() {
        ClientSettings settings = with(Map.of("metadata.max.age.ms", "600000"));
        assertThat(settings.producer()).containsEntry("metadata.max.age.ms", "600000");
        assertThat(settings.consumer()).containsEntry("metadata.max.age.ms", "600000");
    }

    @Test
    void smallRecordsOfACrowdGatherUnlessTheUserSaysOtherwise() {
        assertThat(with(Map.of()).gatheringProducer())
                .containsEntry("linger.ms", 1)
                .containsEntry("max.in.flight.requests.per.connection", 1)
                .containsEntry("batch.size", 65_536);
        assertThat(with(Map.of("linger.ms", "7", "batch.size", "9")).gatheringProducer())
                .containsEntry("linger.ms", "7")
                .containsEntry("max.in.flight.requests.per.connection", 1)
                .containsEntry("batch.size", "9");
    }
}
