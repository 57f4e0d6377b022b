package io.kafkasend.portal.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.camel.component.kafka.KafkaConstants;
import org.junit.jupiter.api.Test;

class KafkaHeaderTest {

    @Test
    void namesAreThoseOfTheComponentThatRuns() {
        assertThat(KafkaHeader.TOPIC).isEqualTo(KafkaConstants.TOPIC);
        assertThat(KafkaHeader.PARTITION).isEqualTo(KafkaConstants.PARTITION);
        assertThat(KafkaHeader.OFFSET).isEqualTo(KafkaConstants.OFFSET);
        assertThat(KafkaHeader.TIMESTAMP).isEqualTo(KafkaConstants.TIMESTAMP);
        assertThat(KafkaHeader.KEY).isEqualTo(KafkaConstants.KEY);
        assertThat(KafkaHeader.HEADERS).isEqualTo(KafkaConstants.HEADERS);
        assertThat(KafkaHeader.OVERRIDE_TOPIC).isEqualTo(KafkaConstants.OVERRIDE_TOPIC);
    }

    /** In compiled classes a copy of a constant cannot be told from a string of our own. */
    @Test
    void noOtherClassTakesItsNamesFromTheComponent() throws IOException {
        // When
        List<Path> users;
        try (Stream<Path> sources = Files.walk(Path.of("src/main/java"))) {
            users = sources.filter(file -> file.toString().endsWith(".java"))
                    .filter(KafkaHeaderTest::namesKafkaConstants)
                    .toList();
        }

        // Then
        assertThat(users).containsExactly(Path.of("src/main/java/io/kafkasend/portal/kafka/KafkaHeader.java"));
    }

    private static boolean namesKafkaConstants(Path source) {
        try {
            return Files.readString(source).contains("KafkaConstants");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
