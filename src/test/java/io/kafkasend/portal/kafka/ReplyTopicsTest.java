package io.kafkasend.portal.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kafkasend.portal.lifecycle.FailStop;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(60)
class ReplyTopicsTest {
    private final List<Integer> ends = new CopyOnWriteArrayList<>();
    private final FailStop failStop = new FailStop(ends::add, System::nanoTime);
    private final List<String> looks = new CopyOnWriteArrayList<>();
    private final Set<String> missing = ConcurrentHashMap.newKeySet();
    private final AtomicLong now = new AtomicLong();
    private final Semaphore mayLook = new Semaphore(1_000);
    private final ReplyTopics asked = new ReplyTopics(Set.of("a", "b"), this::look, failStop, now::get);

    private Optional<String> look(String topic) {
        looks.add(topic);
        mayLook.acquireUninterruptibly();
        return missing.contains(topic) ? Optional.of("topic " + topic + " does not exist") : Optional.empty();
    }

    @AfterEach
    void stop() {
        mayLook.release(1_000);
        asked.stop();
    }

    /** Both are missing, as the look at the start has found; what is looked at from here on is looked at for requests. */
    private void startWithoutTopics() {
        missing.addAll(Set.of("a", "b"));
        asked.start();
        await().until(() ->
                asked.knownFault("a").isPresent() && asked.knownFault("b").isPresent());
        looks.clear();
    }

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
        ReplyTopics topics = new ReplyTopics(
                Set.of("a", "b"),
                topic -> {
                    asked.add(topic);
                    throw error;
                },
                failStop,
                System::nanoTime);

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
        ReplyTopics topics = new ReplyTopics(
                Set.of("a"),
                topic -> {
                    asked.add(topic);
                    return Optional.of("topic a does not exist");
                },
                failStop,
                System::nanoTime);
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

    @Test
    void isLookedAtAtOnceForARequestThatNamesOneThatWasMissing() {
        // Given
        startWithoutTopics();
        missing.remove("a");
        List<Optional<String>> verdicts = new CopyOnWriteArrayList<>();

        // When
        asked.look("a").orElseThrow().then(verdicts::add);

        // Then
        await().untilAsserted(() -> assertThat(verdicts).containsExactly(Optional.empty()));
        assertThat(asked.knownFault("a")).isEmpty();
        assertThat(looks).startsWith("a");
    }

    @Test
    void requestsWaitForOneLookTogetherAndTheNextBeginsHalfASecondLaterAtTheEarliest() {
        // Given
        startWithoutTopics();
        mayLook.drainPermits();
        List<Optional<String>> verdicts = new CopyOnWriteArrayList<>();
        asked.look("a").orElseThrow().then(verdicts::add);

        // When
        asked.look("a").orElseThrow().then(verdicts::add);

        // Then
        assertThat(asked.look("b")).isEmpty();
        mayLook.release();
        await().until(() -> verdicts.size() == 2);
        assertThat(verdicts).containsOnly(Optional.of("topic a does not exist"));
        assertThat(looks).containsExactly("a");
        assertThat(asked.look("a")).isEmpty();
        now.addAndGet(Duration.ofMillis(500).toNanos());
        assertThat(asked.look("b")).isPresent();
    }

    @Test
    void noMoreThanSomeRequestsWait() {
        // Given
        startWithoutTopics();
        mayLook.drainPermits();

        // When
        long waiting = IntStream.range(0, 1_000)
                .filter(i -> asked.look("a").isPresent())
                .count();

        // Then
        assertThat(waiting).isEqualTo(64);
        mayLook.release();
        await().until(() -> {
            now.addAndGet(Duration.ofMillis(500).toNanos());
            return asked.look("a").isPresent();
        });
    }

    @Test
    void anErrorForATopicThatWasMissingWaitsForALook() {
        // Given
        startWithoutTopics();
        missing.remove("a");

        // Then
        assertThat(asked.fault("a")).isEmpty();
        assertThat(asked.fault("b")).contains("topic b does not exist"); // as is known: it is too soon
        assertThat(asked.faultAfterLook("b")).contains("topic b does not exist");
    }

    @Test
    void aLookThatFailsLeavesWhatIsKnownAndWhoWaitsIsToldOfIt() {
        // Given
        AtomicBoolean breaks = new AtomicBoolean();
        ReplyTopics topics = new ReplyTopics(
                Set.of("a"),
                topic -> {
                    if (breaks.get()) {
                        throw new StackOverflowError("made by a test");
                    }
                    return Optional.of("topic a does not exist");
                },
                failStop,
                now::get);
        topics.start();
        await().until(() -> topics.knownFault("a").isPresent());
        breaks.set(true);
        List<Optional<String>> verdicts = new CopyOnWriteArrayList<>();

        // When
        topics.look("a").orElseThrow().then(verdicts::add);

        // Then
        await().until(() -> verdicts.equals(List.of(Optional.of("topic a does not exist"))));
        topics.stop();
    }

    @Test
    void aJobThatIsLostInItsWaitEndsThePortal() {
        // Given
        startWithoutTopics();
        mayLook.drainPermits();
        TopicLook look = asked.look("a").orElseThrow();
        List<Optional<String>> verdicts = new CopyOnWriteArrayList<>();
        look.then(fault -> {
            throw new NoClassDefFoundError("made by a test");
        });
        look.then(verdicts::add);

        // When
        mayLook.release();

        // Then
        await().until(() -> ends.equals(List.of(FailStop.EXIT_CODE)) && verdicts.size() == 1);
    }

    @Test
    void whoeverWaitsWhenItIsStoppedIsToldWhatIsKnown() {
        // Given
        startWithoutTopics();
        mayLook.drainPermits();
        List<Optional<String>> verdicts = new CopyOnWriteArrayList<>();
        asked.look("a").orElseThrow().then(verdicts::add);

        // When
        asked.stop();

        // Then
        assertThat(verdicts).containsExactly(Optional.of("topic a does not exist"));
        assertThat(asked.look("a")).isEmpty();
    }
}
