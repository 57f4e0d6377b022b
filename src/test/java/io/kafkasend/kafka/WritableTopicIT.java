package io.kafkasend.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kafkasend.dev.EmbeddedBroker;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WritableTopicIT {
    private static EmbeddedBroker broker;
    private static WritableTopic writable;

    @BeforeAll
    static void start() {
        broker = EmbeddedBroker.start();
        writable = new WritableTopic(Map.of("bootstrap.servers", broker.bootstrapServers()), Duration.ofSeconds(10));
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @Test
    void aTopicThatTakesRecordsHasNoFault() throws Exception {
        // Given
        broker.createTopic("good", 3);

        // Then
        assertThat(writable.fault("good")).isEmpty();
    }

    @Test
    void aTopicThatIsMissingIsNamed() throws Exception {
        assertThat(writable.fault("missing")).hasValue("topic missing does not exist");
    }

    @Test
    void aTopicWithTooFewReplicasSaysHowManyItNeeds() throws Exception {
        // Given
        broker.createTopic("thin", 1, Map.of("min.insync.replicas", "2"));

        // Then
        assertThat(writable.fault("thin"))
                .hasValue("partition 0 of topic thin has 1 replicas in sync, and takes records with 2"
                        + " (min.insync.replicas)");
    }

    @Test
    void aBrokerThatIsAwaySaysNothingOfTheTopic() {
        WritableTopic nowhere = new WritableTopic(Map.of("bootstrap.servers", "127.0.0.1:1"), Duration.ofSeconds(1));

        assertThatThrownBy(() -> nowhere.fault("good")).isInstanceOf(WritableTopic.UnknownException.class);
    }
}
