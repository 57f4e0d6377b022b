package io.kafkasend.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AnswerEntityTest {
    private final byte[] content = new byte[1_000_000];

    /** Who takes little at a time counts as one who takes nothing only after a piece that takes as long, not after a whole buffer. */
    @Test
    void eachPieceOfABodyHasATimeOfItsOwn() throws Exception {
        // Given
        AnswerEntity entity = new AnswerEntity(new ByteArrayInputStream(content), content.length, () -> {});
        List<Long> since = new ArrayList<>();
        List<Integer> pieces = new ArrayList<>();

        // When
        entity.writeTo(new OutputStream() {
            @Override
            public void write(int one) throws IOException {
                throw new IOException("by pieces");
            }

            @Override
            public void write(byte[] bytes, int offset, int length) {
                since.add(entity.writingSince());
                pieces.add(length);
            }
        });

        // Then
        assertThat(pieces).allMatch(length -> length <= 8_192);
        assertThat(pieces.stream().mapToInt(Integer::intValue).sum()).isEqualTo(content.length);
        assertThat(since).doesNotContain(0L).doesNotHaveDuplicates();
        assertThat(entity.writingSince()).isZero();
    }

    @Test
    void aBodyThatEndsEarlyIsBrokenOff() {
        // Given
        List<String> brokenOff = new ArrayList<>();
        AnswerEntity entity =
                new AnswerEntity(new ByteArrayInputStream(content), content.length + 1, () -> brokenOff.add("here"));

        // When
        Throwable failure = catchThrowable(() -> entity.writeTo(OutputStream.nullOutputStream()));

        // Then
        assertThat(failure)
                .isSameAs(entity.unread())
                .hasMessageContaining("1000000 bytes")
                .hasMessageContaining("1000001");
        assertThat(brokenOff).containsExactly("here");
    }
}
