package io.kafkasend.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SequenceRangesTest {
    private static SequenceRanges of(BitSet bits, int total) {
        return SequenceRanges.of(bits::get, bits.cardinality(), total);
    }

    @Test
    void saysWhatHasComeAndReadsItAgain() {
        // Given
        Random random = new Random(7);
        for (int round = 0; round < 200; round++) {
            int total = 1 + random.nextInt(100);
            BitSet bits = new BitSet();
            IntStream.range(0, total).filter(sequence -> random.nextInt(4) > 0).forEach(bits::set);

            // When
            SequenceRanges ranges = of(bits, total);

            // Then
            assertThat(SequenceRanges.read(ranges.toString())).contains(ranges);
            assertThat(IntStream.range(0, total + 2).filter(ranges::has))
                    .containsExactlyElementsOf(bits.stream().boxed().toList());
            assertThat(ranges.count()).isEqualTo(bits.cardinality());
        }
    }

    @Test
    void leavesOutTheHighestWhereThereAreTooMany() {
        // Given
        BitSet bits = new BitSet();
        IntStream.range(0, Limits.CHUNKS).filter(sequence -> sequence % 2 == 0).forEach(bits::set);

        // When
        SequenceRanges ranges = of(bits, Limits.CHUNKS);

        // Then
        assertThat(ranges.runs()).hasSize(SequenceRanges.MOST);
        assertThat(ranges.has(126)).isTrue();
        assertThat(ranges.has(128)).isFalse();
        assertThat(new SequenceRanges(IntStream.range(0, SequenceRanges.MOST)
                                .mapToObj(run -> new SequenceRanges.Run(99_000 + 3 * run, 99_001 + 3 * run))
                                .toList())
                        .toString())
                .hasSizeLessThanOrEqualTo(Limits.RECEIVED_CHARS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"4-2", "3,2", "0-4,4", "a", "1,", ",1", "-1", "1-", "1234567", " 1", "1--2"})
    void takesWhatIsNotOfItsFormForNothing(String text) {
        assertThat(SequenceRanges.read(text)).isEmpty();
    }

    @Test
    void countsTheBytesOfThatWithAShortLastChunk() {
        assertThat(SequenceRanges.read("0-1,3").orElseThrow().bytes(10, 35)).isEqualTo(25);
        assertThat(SequenceRanges.NONE.bytes(10, 35)).isZero();
        assertThat(SequenceRanges.saidBy(new ResponseStatus(
                                JobId.random(), "calling", 0, 4, null, null, null, null, null, null, null))
                        .bytes(10, 35))
                .isEqualTo(35);
    }
}
