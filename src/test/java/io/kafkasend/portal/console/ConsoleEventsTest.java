package io.kafkasend.portal.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kafkasend.management.EventStream;
import io.kafkasend.portal.call.Parts;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ConsoleEventsTest {
    private final Parts parts = new Parts();
    private final JobHistory history = new JobHistory(System::currentTimeMillis);
    private final ConsoleEvents events =
            new ConsoleEvents(new OpenJobs(parts.jobs, System::currentTimeMillis), history);

    @AfterEach
    void close() {
        events.close();
    }

    @Test
    void anErrorEndsNoLook() {
        // Given
        AtomicInteger looks = new AtomicInteger();
        events.feed("series", 0, () -> {
            if (looks.incrementAndGet() == 1) {
                throw new OutOfMemoryError("thrown by a test");
            }
            return new byte[] {'{', '}'};
        });

        // When
        events.join();

        // Then
        await().until(() -> looks.get() > 2);
    }

    @Test
    void eightMayListenAndWhoLeavesMakesRoom() {
        // Given
        List<EventStream> streams = new ArrayList<>();
        for (int i = 0; i < ConsoleEvents.LISTENERS; i++) {
            streams.add(events.join().orElseThrow());
        }

        // Then
        assertThat(events.join()).isEmpty();

        // When
        streams.get(3).end();

        // Then
        assertThat(events.join()).isPresent();
        assertThat(events.join()).isEmpty();
    }

    @Test
    void nothingIsLookedAtWhileNobodyListens() {
        // Given
        AtomicInteger looks = new AtomicInteger();
        events.feed("series", 0, () -> {
            looks.incrementAndGet();
            return new byte[0];
        });

        // When
        EventStream stream = events.join().orElseThrow();
        await().until(() -> looks.get() > 0);
        stream.end();
        EventStream again = events.join().orElseThrow();
        again.end();

        // Then: a look of nobody's ends the looks
        await().until(() -> {
            int before = looks.get();
            await().pollDelay(java.time.Duration.ofMillis(1_200)).until(() -> true);
            return looks.get() == before;
        });
    }

    @Test
    void afterTheEndNobodyMayListen() {
        // Given
        EventStream stream = events.join().orElseThrow();

        // When
        events.close();

        // Then
        assertThat(stream.isOpen()).isFalse();
        assertThat(events.join()).isEmpty();
    }
}
