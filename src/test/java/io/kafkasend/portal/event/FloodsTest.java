package io.kafkasend.portal.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FloodsTest {
    private static final Floods.Kind BAD = new Floods.Kind("message_rejected", "INVALID_JSON", "none");

    private final AtomicLong now = new AtomicLong();
    private final List<String> told = new ArrayList<>();
    private final Floods floods = new Floods((kind, count) -> told.add(kind.reason() + " " + count), now::get);

    @AfterEach
    void close() {
        floods.close();
    }

    private long tells(Floods.Kind kind, int times) {
        return IntStream.range(0, times).filter(i -> floods.tells(kind)).count();
    }

    @Test
    void whatComesSinglyIsTold() {
        for (int i = 0; i < 100; i++) {
            now.addAndGet(TimeUnit.SECONDS.toNanos(2));
            assertThat(floods.tells(BAD)).isTrue();
        }
        assertThat(told).isEmpty();
    }

    @Test
    void ofAFloodTheFirstAreToldAndOfTheRestOnceHowMany() {
        // When
        long whole = tells(BAD, 5_000);
        floods.tellEnded();

        // Then
        assertThat(whole).isEqualTo(Floods.TOLD);
        assertThat(told).isEmpty();

        // When
        now.addAndGet(TimeUnit.SECONDS.toNanos(Floods.SECONDS));
        floods.tellEnded();
        floods.tellEnded();

        // Then
        assertThat(told).containsExactly("INVALID_JSON " + (5_000 - Floods.TOLD));
        assertThat(floods.tells(BAD)).isTrue();
    }

    @Test
    void oneKindOrClientHidesNoOther() {
        tells(BAD, 5_000);

        assertThat(floods.tells(new Floods.Kind("message_rejected", "INVALID_JSON", "reports")))
                .isTrue();
        assertThat(floods.tells(new Floods.Kind("message_rejected", "KEY_MISMATCH", "none")))
                .isTrue();
    }

    @Test
    void whenThePortalStopsTheCountIsTold() {
        tells(BAD, 12);

        floods.close();

        assertThat(told).containsExactly("INVALID_JSON 2");
    }

    @Test
    void anErrorLosesNoCount() {
        // Given
        List<String> heard = new ArrayList<>();
        AtomicLong failures = new AtomicLong(1);
        try (Floods failing = new Floods(
                (kind, count) -> {
                    if (failures.getAndDecrement() > 0) {
                        throw new OutOfMemoryError("made by a test");
                    }
                    heard.add(kind.reason() + " " + count);
                },
                now::get)) {
            IntStream.range(0, Floods.TOLD + 3).forEach(i -> failing.tells(BAD));
            now.addAndGet(TimeUnit.SECONDS.toNanos(Floods.SECONDS));

            // When
            assertThatThrownBy(failing::tellEnded).isInstanceOf(OutOfMemoryError.class);
            failing.tellEnded();

            // Then
            assertThat(heard).containsExactly("INVALID_JSON 3");
        }
    }
}
