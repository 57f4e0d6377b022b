package io.kafkasend.client.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class SpillBufferTest {
    @Property(tries = 200)
    void whateverTheReadersPaceBytesComeOutInTheirOrder(
            @ForAll long seed, @ForAll @IntRange(max = 300) int most, @ForAll @IntRange(max = 300) int ofAll)
            throws IOException {
        // Given
        Random random = new Random(seed);
        AnswerMemory memory = new AnswerMemory(0, ofAll);
        ByteArrayOutputStream in = new ByteArrayOutputStream();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (SpillBuffer buffer = new SpillBuffer(memory, most)) {
            for (int i = 0; i < 60; i++) {
                // When
                byte[] data = new byte[random.nextInt(120)];
                random.nextBytes(data);
                if (random.nextInt(3) > 0) {
                    in.write(data);
                    if (random.nextBoolean()) {
                        buffer.take(data.clone());
                    } else {
                        buffer.add(data, data.length);
                        Arrays.fill(data, (byte) 0); // used again
                    }
                } else {
                    drain(buffer, out, 1 + random.nextInt(200), random.nextInt(4));
                }

                // Then
                assertThat(buffer.size()).isEqualTo(in.size() - out.size());
                assertThat(memory.taken()).isLessThanOrEqualTo(Math.min(most, ofAll));
            }
            drain(buffer, out, 64, Integer.MAX_VALUE);
        }
        assertThat(out.toByteArray()).isEqualTo(in.toByteArray());
        assertThat(memory.taken()).isZero();
    }

    @Test
    void whatIsEmptyDoesNotHideWhatComesAfterIt() throws IOException {
        try (SpillBuffer buffer = new SpillBuffer(new AnswerMemory(0, 2), 2)) {
            buffer.take(new byte[0]);
            buffer.add(new byte[] {1}, 0);
            buffer.take(new byte[] {1, 2});
            buffer.take(new byte[0]);
            buffer.add(new byte[] {3, 4}, 2);
            ByteArrayOutputStream out = new ByteArrayOutputStream();

            drain(buffer, out, 10, Integer.MAX_VALUE);

            assertThat(out.toByteArray()).containsExactly(1, 2, 3, 4);
        }
    }

    @Test
    void aReaderThatKeepsUpNeedsNoFile() throws IOException {
        AnswerMemory memory = new AnswerMemory(0, 1_000);
        try (SpillBuffer buffer = new SpillBuffer(memory, 100)) {
            for (int i = 0; i < 50; i++) {
                buffer.add(new byte[100], 100);
                assertThat(buffer.spilled()).isFalse();
                assertThat(buffer.read(new byte[100], 0, 100)).isEqualTo(100);
            }
            buffer.add(new byte[100], 100);
            buffer.add(new byte[1], 1);
            assertThat(buffer.spilled()).isTrue();
        }
    }

    @Test
    void whatIsForgottenGivesBackItsMemoryAndTheBufferServesAgain() throws IOException {
        AnswerMemory memory = new AnswerMemory(0, 1_000);
        SpillBuffer buffer = new SpillBuffer(memory, 100);
        buffer.add(new byte[90], 90);
        buffer.add(new byte[90], 90);
        assertThat(buffer.read(new byte[100], 0, 20)).isEqualTo(20);

        buffer.close();

        assertThat(memory.taken()).isZero();
        assertThat(buffer.size()).isZero();
        assertThat(buffer.read(new byte[1], 0, 1)).isZero();
        buffer.add(new byte[] {7}, 1);
        byte[] one = new byte[1];
        assertThat(buffer.read(one, 0, 1)).isEqualTo(1);
        assertThat(one).containsExactly(7);
        buffer.close();
    }

    private static void drain(SpillBuffer buffer, ByteArrayOutputStream out, int length, int reads) throws IOException {
        byte[] some = new byte[length];
        for (int i = 0; i < reads; i++) {
            int bytes = buffer.read(some, 0, length);
            if (bytes == 0) {
                return;
            }
            out.write(some, 0, bytes);
        }
    }
}
