package io.kafkasend.cli.finding;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkasend.cli.finding.Finding.Level;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClusterTest {
    @ParameterizedTest
    @CsvSource({
        "0, OK, within 1 s of Kafka's",
        "-4500, OK, within 5 s of Kafka's",
        "6000, WARN, Kafka's controller is 6 s ahead of this machine",
        "-19999, WARN, Kafka's controller is 19 s behind this machine",
        "-3600000, FAIL, Kafka's controller is 3600 s behind this machine"
    })
    void clocksThatDifferAreTold(long millis, Level level, String what) {
        // When
        Finding finding = Cluster.skew(Duration.ofMillis(millis));

        // Then
        assertThat(finding.level()).isEqualTo(level);
        assertThat(finding.what()).isEqualTo(what);
    }
}
