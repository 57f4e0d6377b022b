package io.kafkasend.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClientVersionTest {
    @Test
    void theOneThatWeAreBuiltWithIsEnough() {
        assertThat(ClientVersion.fault()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"4.1.0", "4.1.1-ccs", "4.4.0", "10.0.0", "5", "unknown", "vendor-build"})
    void soIsANewerOneAndOneWhoseNameSaysNothing(String version) {
        assertThat(ClientVersion.fault(version, "a.jar")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"3.9.1", "4.0.0", "2.8.2", "3.9.0.redhat-00003", "4.0.0-ccs"})
    void anOlderOneIsNamedAndWhatIsNeeded(String version) {
        assertThat(ClientVersion.fault(version, "kafka-clients.jar")).hasValueSatisfying(fault -> assertThat(fault)
                .startsWith("kafka-clients is " + version + " (kafka-clients.jar), and KafkaSend needs 4.1 or newer: ")
                .doesNotContain("\n"));
    }
}
