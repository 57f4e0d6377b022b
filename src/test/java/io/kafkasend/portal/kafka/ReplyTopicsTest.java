package io.kafkasend.portal.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ReplyTopicsTest {
    static List<Error> errors() {
        return List.of(
                new StackOverflowError("made by a test"),
                new NoClassDefFoundError("made by a test"),
                new OutOfMemoryError("made by a test"));
    }

    @ParameterizedTest
    @MethodSource("errors")
    void anErrorEndsNoLook(Error error) {
        // Given
        List<String> asked = new CopyOnWriteArrayList<>();
        ReplyTopics topics = new ReplyTopics(Set.of("a", "b"), topic -> {
            asked.add(topic);
            throw error;
        });

        // When
        topics.start();

        // Then
        await().until(() -> Set.copyOf(asked).equals(Set.of("a", "b")));
        assertThat(topics.knownFault("a")).isEmpty();
        topics.stop();
    }

    @Test
    void isLookedAtAgainWhenItHasBeenStopped() {
        // Given
        List<String> asked = new CopyOnWriteArrayList<>();
        ReplyTopics topics = new ReplyTopics(Set.of("a"), topic -> {
            asked.add(topic);
            return Optional.of("topic a does not exist");
        });
        topics.start();
        await().until(() -> asked.size() == 1);
        topics.stop();

        // When
        topics.start();

        // Then
        await().until(() -> asked.size() == 2);
        assertThat(topics.knownFault("a")).contains("topic a does not exist");
        topics.stop();
    }
}
