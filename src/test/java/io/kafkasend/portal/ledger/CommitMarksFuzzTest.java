package io.kafkasend.portal.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever metadata a commit has, reading it ends, stays small, and says nothing below the offset or beyond the horizon. */
class CommitMarksFuzzTest {
    private static final long SAFE = 1_000;

    static Stream<byte[]> corpus() {
        OffsetRuns runs = new OffsetRuns();
        runs.add(1_001, 1_500);
        OffsetRuns bits = new OffsetRuns();
        for (long offset = 1_001; offset < 1_100; offset += 2) {
            bits.add(offset, offset + 1);
        }
        return Stream.of(runs, bits)
                .map(done ->
                        new CommitMarks(SAFE, 2_000, 2_000, done, new TreeSet<>(Set.of(1_000L, 1_600L)), Set.of(7L), 0))
                .map(marks -> Base64.getUrlDecoder().decode(marks.metadata().substring("ks1:".length())))
                .map(all -> Arrays.copyOfRange(all, 4, all.length));
    }

    /** The content gets a right checksum, which no fuzzer would find. */
    @MethodSource("corpus")
    @FuzzTest
    void anyMetadataIsReadOrNot(byte[] content) {
        assertThat(CommitMarks.read(SAFE, new String(content, StandardCharsets.ISO_8859_1)))
                .isEmpty();
        CRC32 crc = new CRC32();
        crc.update(ByteBuffer.allocate(8).putLong(0, SAFE));
        crc.update(content);
        byte[] all = ByteBuffer.allocate(4 + content.length)
                .putInt((int) crc.getValue())
                .put(content)
                .array();
        CommitMarks.read(SAFE, "ks1:" + Base64.getUrlEncoder().withoutPadding().encodeToString(all))
                .ifPresent(CommitMarksFuzzTest::require);
    }

    private static void require(CommitMarks marks) {
        assertThat(marks.covered()).isBetween(SAFE, marks.horizon());
        assertThat(marks.begun()).allMatch(offset -> offset >= SAFE && offset < marks.horizon());
        assertThat(marks.begun().size()).isLessThanOrEqualTo(CommitMarksCodec.BEGUN);
        assertThat(marks.endedEarly().size()).isLessThanOrEqualTo(EndedEarly.MOST);
        assertThat(marks.done().runs())
                .allMatch(run -> run.from() >= SAFE && run.from() < run.end() && run.end() <= marks.covered());
        assertThat(CommitMarks.read(SAFE, marks.metadata())
                        .map(CommitMarks::horizon)
                        .orElse(SAFE))
                .isEqualTo(marks.horizon());
    }
}
