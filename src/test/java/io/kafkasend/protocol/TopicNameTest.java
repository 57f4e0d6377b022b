package io.kafkasend.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.StringLength;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.internals.Topic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Kafka's own check is the measure. */
class TopicNameTest {
    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "a/b", "a b", "ä", "a\n", "a,b"})
    void refusesWhatKafkaRefuses(String name) {
        assertThat(TopicName.fits(name)).isFalse();
        assertThatThrownBy(() -> Topic.validate(name)).isInstanceOf(InvalidTopicException.class);
    }

    @Test
    void theLongestNameIsKafkasLongest() {
        assertThat(TopicName.fits("a".repeat(249))).isTrue();
        assertThat(TopicName.fits("a".repeat(250))).isFalse();
        assertThat(Topic.isValid("a".repeat(249))).isTrue();
        assertThat(Topic.isValid("a".repeat(250))).isFalse();
    }

    @Property(tries = 300)
    void saysWhatKafkaSays(@ForAll @StringLength(max = 4) @CharRange(from = '!', to = '~') String name) {
        assertThat(TopicName.fits(name)).isEqualTo(Topic.isValid(name));
    }
}
