package io.kafkasend.gateway.stored;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SlotTest {
    @Test
    void theSameKeyOfTheSameCallerIsTheSamePlace() {
        // Given
        Slot slot = Slot.ofKey("alice", "k");

        // Then
        assertThat(Slot.ofKey("alice", "k")).isEqualTo(slot);
        assertThat(Slot.of("alice", slot.handle())).isEqualTo(slot);
        assertThat(slot.handle()).matches(Slot.FORM);
        assertThat(slot.place()).matches("[0-9a-f]{32}");
    }

    @Test
    void anotherCallerNeverHasThePlace() {
        // Given
        Slot slot = Slot.fresh("alice");

        // Then
        assertThat(Slot.of("mallory", slot.handle()).place()).isNotEqualTo(slot.place());
        assertThat(Slot.of("", slot.handle()).place()).isNotEqualTo(slot.place());
        assertThat(Slot.of("alice\0x", "y").place())
                .isNotEqualTo(Slot.of("alice", "x\0y").place());
        assertThat(Slot.fresh("alice")).isNotEqualTo(slot);
    }
}
