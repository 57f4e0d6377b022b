package io.kafkasend.portal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class CallSlotsTest {
    private final CallSlots slots = new CallSlots(Configurations.with(Map.of("max-concurrent-jobs", "2")));

    @Test
    void isFullAtTheLimitAndOverIt() {
        // Given
        slots.take();
        assertThat(slots.full()).isFalse();

        // When
        slots.take();
        slots.take();

        // Then
        assertThat(slots.taken()).isEqualTo(3);
        assertThat(slots.full()).isTrue();
        slots.free();
        assertThat(slots.full()).isTrue();
        slots.free();
        assertThat(slots.full()).isFalse();
    }
}
