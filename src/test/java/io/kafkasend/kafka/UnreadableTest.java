package io.kafkasend.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.CorruptRecordException;
import org.apache.kafka.common.errors.InconsistentGroupProtocolException;
import org.apache.kafka.common.errors.InvalidSessionTimeoutException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class UnreadableTest {
    private static final String FETCHING =
            "Received exception when fetching the next record from a-b-2. If needed, please"
                    + " seek past the record to continue consumption.";

    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of(
                        fetching(new ExceptionInInitializerError(new UnsatisfiedLinkError("no zstd-jni"))), "zstd"),
                Arguments.of(fetching(new NoClassDefFoundError("Could not initialize class x.y.Zstd")), "zstd"),
                Arguments.of(fetching(new NoClassDefFoundError("org/xerial/snappy/Snappy")), "snappy"),
                Arguments.of(fetching(new NoClassDefFoundError("a/Snappy")), "-Djava.io.tmpdir in KAFKASEND_JAVA_OPTS"),
                Arguments.of(fetching(new NoClassDefFoundError("q")), "what stands next in a-b-2"),
                Arguments.of(
                        new KafkaException("Record batch for partition a-0 at offset 17 is invalid, cause: crc"),
                        "what stands next in a-0 at offset 17 is damaged"),
                Arguments.of(new CorruptRecordException(), "what stands next in a partition is damaged"),
                Arguments.of(fetching(new IllegalArgumentException("odd")), "IllegalArgumentException: odd"),
                Arguments.of(new InconsistentGroupProtocolException("x"), "KAFKA_PARTITION_ASSIGNOR"),
                Arguments.of(new InvalidSessionTimeoutException("x"), "KAFKA_SESSION_TIMEOUT_MS"),
                Arguments.of(new KafkaException(new UnsupportedVersionException("no v2")), "too old for this client"));
    }

    private static KafkaException fetching(Throwable cause) {
        return new KafkaException(FETCHING, new KafkaException(cause));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void namesCauseAndCureInOneLine(Exception failure, String expected) {
        assertThat(Unreadable.in(failure)).hasValueSatisfying(unreadable -> assertThat(unreadable.reason())
                .contains(expected)
                .doesNotContain("\n")
                .doesNotContain("org.apache"));
    }

    @Test
    void leavesWhatPasses() {
        assertThat(Unreadable.in(new TimeoutException("slow"))).isEmpty();
        assertThat(Unreadable.in(new KafkaException(new NoClassDefFoundError("of/another/Thing"))))
                .as("a class that is no codec's")
                .isEmpty();
        assertThat(Unreadable.in(new KafkaException(new IllegalStateException("x"))))
                .isEmpty();
        assertThat(Refusal.orShown(new TimeoutException("slow"))).isEqualTo("TimeoutException: slow");
    }
}
