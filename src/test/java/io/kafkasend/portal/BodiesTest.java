package io.kafkasend.portal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kafkasend.protocol.BodyDigest;
import io.kafkasend.protocol.ContentEncoding;
import io.kafkasend.protocol.ErrorCode;
import io.kafkasend.protocol.Method;
import io.kafkasend.protocol.ProtocolException;
import io.kafkasend.protocol.RequestChunk;
import io.kafkasend.protocol.RequestDigest;
import io.kafkasend.protocol.RequestStart;
import io.kafkasend.protocol.Transfer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.camel.Exchange;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bounds by bytes and the spool, as admission and the failure route use them. */
class BodiesTest {
    private static final int MIB = 1 << 20;
    private static final int QUARTER = MIB / 4;

    @TempDir
    Path directory;

    private long offset;

    private static Parts bounded(int mebibytes, String... more) {
        Map<String, String> settings = new HashMap<>();
        settings.put("max-buffered-bytes", String.valueOf(mebibytes * MIB));
        for (int i = 0; i < more.length; i += 2) {
            settings.put(more[i], more[i + 1]);
        }
        return new Parts(settings);
    }

    private Exchange chunk(Parts parts, Job job, int sequence, byte value) throws Exception {
        byte[] data = new byte[QUARTER];
        Arrays.fill(data, value);
        Exchange exchange = parts.exchange(
                new RequestChunk(job.id(), sequence, job.start().totalChunks(), data), parts.read(offset++));
        new Admission(parts.jobs, new RequestPolicy(parts.configuration), parts.outcomes).process(exchange);
        return exchange;
    }

    private Job open(Parts parts, int chunks) {
        return parts.open(Start.withChunks(chunks), offset++);
    }

    private static void isRefused(ErrorCode code, ThrowingCallable action) {
        assertThatThrownBy(action).isInstanceOfSatisfying(RefusedException.class, e -> assertThat(e.code())
                .isEqualTo(code));
    }

    @Test
    void aThirdOfTheHeapIsTheBoundWhereNoneIsSet() {
        // Given
        Parts parts = new Parts();
        long third = Runtime.getRuntime().maxMemory() / 3;

        // Then
        isRefused(
                ErrorCode.REQUEST_TOO_LARGE,
                () -> parts.jobs.open(announcing(third + 1), RequestDigest.NONE, parts.read(offset++), Parts.UNSIGNED));
        assertThat(parts.open(announcing(third), offset++)).isNotNull();
    }

    private static RequestStart announcing(long totalBytes) {
        return Start.of(Method.POST).chunks(1).totalBytes(totalBytes).build();
    }

    @Test
    void countsWhatCameAndNotWhatIsClaimed() throws Exception {
        // Given
        Parts parts = bounded(4);
        Job job =
                parts.open(Start.of(Method.POST).chunks(16).totalBytes(4 * MIB).build(), offset++);
        assertThat(parts.bodies.heldBytes()).isBetween(1L, 10_000L);

        // When
        chunk(parts, job, 3, (byte) 1);
        chunk(parts, job, 3, (byte) 1);

        // Then
        assertThat(parts.bodies.heldBytes()).isBetween((long) QUARTER, QUARTER + 10_000L);
    }

    @Test
    void checksumsAreOfTheBodysOrderWhateverOrderItsChunksCameIn() throws Exception {
        // Given
        BodyDigest digest = new BodyDigest(true);
        for (byte value = 0; value < 4; value++) {
            byte[] data = new byte[QUARTER];
            Arrays.fill(data, value);
            digest.update(data);
        }
        String sha256 = digest.sha256();
        List<Parts> stores = List.of(
                bounded(4), bounded(4, "spool-directory", directory.toString(), "spool-threshold-bytes", "600000"));
        for (Parts parts : stores) {
            for (String order : List.of("0123", "3210", "1032", "0213", "00112233", "20301")) {
                // When
                Job job = parts.open(
                        Start.of(Method.POST)
                                .chunks(4)
                                .crc32(digest.crc32())
                                .sha256(sha256)
                                .build(),
                        offset++);
                Job wrong = parts.open(
                        Start.of(Method.POST)
                                .chunks(4)
                                .crc32(digest.crc32() ^ 1)
                                .build(),
                        offset++);
                for (char sequence : order.toCharArray()) {
                    chunk(parts, job, sequence - '0', (byte) (sequence - '0'));
                    chunk(parts, wrong, sequence - '0', (byte) (sequence - '0'));
                }

                // Then
                assertThatCode(job::verify).doesNotThrowAnyException();
                assertThatThrownBy(wrong::verify)
                        .isInstanceOfSatisfying(ProtocolException.class, e -> assertThat(e.code())
                                .isEqualTo(ErrorCode.CRC_MISMATCH));
                job.releaseBody();
                wrong.releaseBody();
            }
        }
    }

    @Test
    void aChunkOverTheBoundFailsItsJobFreesItsMemoryAndLateChunksAreSwallowed() throws Exception {
        // Given
        Parts parts = bounded(2);
        Job good = open(parts, 8);
        Job bad = open(parts, 8);
        for (int i = 0; i < 3; i++) {
            chunk(parts, good, i, (byte) 1);
            chunk(parts, bad, i, (byte) 2);
        }
        chunk(parts, good, 3, (byte) 1);

        // When
        isRefused(ErrorCode.TOO_MANY_JOBS, () -> chunk(parts, bad, 3, (byte) 2));
        fail(parts, bad, new RefusedException(ErrorCode.TOO_MANY_JOBS, "full"));

        // Then
        assertThat(chunk(parts, bad, 4, (byte) 2).isRouteStop()).isTrue();
        assertThat(parts.bodies.heldBytes()).isLessThan(4 * QUARTER + 10_000L);
        for (int i = 4; i < 7; i++) {
            chunk(parts, good, i, (byte) 1);
        }
        assertThat(good.received()).isEqualTo(7);
    }

    private static void fail(Parts parts, Job job, Exception cause) {
        Exchange exchange = parts.exchange(job);
        exchange.setProperty(Exchange.EXCEPTION_CAUGHT, cause);
        new Explanation(parts.jobs, parts.outcomes, parts.configuration).process(exchange);
        assertThat(exchange.getMessage().getBody()).isNotNull();
    }

    @Test
    void refusesAStartOverTheBoundButNoneThatIsSmallAndHasNoBody() throws Exception {
        // Given
        Parts parts = bounded(1);
        Job job = open(parts, 8);
        for (int i = 0; i < 3; i++) {
            chunk(parts, job, i, (byte) 1);
        }
        String value = "x".repeat(8_000);
        Map<String, String> headers = new HashMap<>();
        for (int i = 0; i < 20; i++) {
            headers.put("h" + i, value);
        }

        // Then
        isRefused(
                ErrorCode.TOO_MANY_JOBS,
                () -> parts.jobs.open(
                        Start.of(Method.POST).chunks(1).headers(headers).build(),
                        RequestDigest.NONE,
                        parts.read(offset++),
                        Parts.UNSIGNED));
        open(parts, 1);
        isRefused(
                ErrorCode.TOO_MANY_JOBS,
                () -> parts.jobs.open(
                        Start.of(Method.GET).headers(headers).build(),
                        RequestDigest.NONE,
                        parts.read(offset++),
                        Parts.UNSIGNED));
        assertThat(parts.open(Start.of(Method.GET).headers(Map.of("h", value)).build(), offset++))
                .isNotNull();
    }

    @Test
    void aStartCountsForItsTextsAndForEachOfItsHeaders() {
        // Given
        Parts texts = bounded(4);
        Parts names = bounded(4);
        Map<String, String> empty = new HashMap<>();
        for (int i = 0; i < 128; i++) {
            empty.put("h" + i, "");
        }

        // When
        texts.open(
                Start.of(Method.POST)
                        .chunks(1)
                        .headers(Map.of("h", "x".repeat(8_000)))
                        .build(),
                offset++);
        names.open(Start.of(Method.POST).chunks(1).headers(empty).build(), offset++);

        // Then
        assertThat(texts.bodies.heldBytes()).isGreaterThan(16_000);
        assertThat(names.bodies.heldBytes()).isGreaterThan(128 * 150);
    }

    @Test
    void aStartIsCountedUntilItsClientHasTheOutcome() throws Exception {
        // Given
        Parts parts = bounded(4);
        Job job = parts.open(
                Start.of(Method.POST)
                        .chunks(4)
                        .headers(Map.of("h", "x".repeat(8_000)))
                        .build(),
                offset++);
        chunk(parts, job, 0, (byte) 1);

        // When
        parts.jobs.end(job, false);
        long owed = parts.bodies.heldBytes();
        parts.jobs.settle(job);
        parts.jobs.settle(job);

        // Then
        assertThat(owed).isBetween(16_000L, 40_000L);
        assertThat(parts.bodies.heldBytes()).isZero();
    }

    @Test
    void aStartThatGoesWithItsPartitionIsCountedNoMore() {
        // Given
        Parts parts = bounded(4);
        open(parts, 4);

        // When
        parts.ledger.forget(List.of(Parts.PARTITION));

        // Then
        assertThat(parts.bodies.heldBytes()).isZero();
    }

    @Test
    void aBodyThatCanNeverFitIsToldSo() throws Exception {
        // Given
        Parts parts = bounded(1);
        Job job = open(parts, 8);
        for (int i = 0; i < 3; i++) {
            chunk(parts, job, i, (byte) 1);
        }

        // Then
        isRefused(ErrorCode.REQUEST_TOO_LARGE, () -> chunk(parts, job, 3, (byte) 1));
        isRefused(
                ErrorCode.REQUEST_TOO_LARGE,
                () -> parts.jobs.open(announcing(2 * MIB), RequestDigest.NONE, parts.read(offset++), Parts.UNSIGNED));
    }

    @Test
    void manyTinyChunksCountForWhatTheyTake() {
        // Given
        Parts parts = bounded(1);
        RequestStart start = Start.withChunks(100_000);
        Job job = parts.open(start, offset++);

        // Then
        assertThatThrownBy(() -> {
                    for (int i = 0; i < 100_000; i++) {
                        job.take(Start.chunk(start, i, ""), parts.read(offset++));
                    }
                })
                .isInstanceOf(RefusedException.class);
    }

    @Test
    void jobsInCallCountUntilTheyEnd() throws Exception {
        // Given
        Parts parts = bounded(1);
        Job job = open(parts, 1);
        chunk(parts, job, 0, (byte) 1);

        // When
        parts.jobs.beginCall(job);

        // Then
        assertThat(parts.bodies.heldBytes()).isGreaterThan(QUARTER);
        parts.jobs.end(job, false);
        parts.jobs.settle(job);
        assertThat(parts.bodies.heldBytes()).isZero();
    }

    @Test
    void bodiesOfAPartitionThatIsGoneAreLetGoOf() throws Exception {
        // Given
        Parts parts = spooling(4, QUARTER);
        Job job = open(parts, 3);
        chunk(parts, job, 0, (byte) 1);
        chunk(parts, job, 1, (byte) 1);
        assertThat(parts.bodies.spooled()).isEqualTo(1);

        // When
        parts.ledger.forget(java.util.List.of(Parts.PARTITION));

        // Then
        assertThat(parts.bodies.heldBytes()).isZero();
        assertThat(parts.bodies.spooled()).isZero();
    }

    private Parts spooling(int mebibytes, int threshold) {
        return bounded(
                mebibytes, "spool-directory", directory.toString(), "spool-threshold-bytes", String.valueOf(threshold));
    }

    @Test
    void aBodyOverTheThresholdGoesToDiskWhole() throws Exception {
        // Given
        Parts parts = spooling(1, 2 * QUARTER);
        Job job = open(parts, 12);
        chunk(parts, job, 11, (byte) 11);
        chunk(parts, job, 10, (byte) 10);
        assertThat(parts.bodies.spooled()).isZero();

        // When
        for (int i = 9; i >= 0; i--) {
            chunk(parts, job, i, (byte) i);
        }

        // Then
        assertThat(parts.bodies.spooled()).isEqualTo(1);
        assertThat(parts.bodies.heldBytes()).isLessThan(10_000);
        assertThat(job.whole()).isTrue();
        job.verify();
        byte[] body = new ChunkStream(job.body()).readAllBytes();
        assertThat(body).hasSize(12 * QUARTER);
        for (int i = 0; i < body.length; i++) {
            if (body[i] != i / QUARTER) {
                throw new AssertionError("byte " + i + " is " + body[i]);
            }
        }
        parts.jobs.end(job, false);
        parts.jobs.settle(job);
        assertThat(parts.bodies.spooled()).isZero();
        assertThat(parts.bodies.heldBytes()).isZero();
    }

    @Test
    void aSmallBodyGoesToDiskWhenMemoryIsShort() throws Exception {
        // Given
        Parts parts = spooling(1, 8 * MIB);
        Job first = open(parts, 4);
        for (int i = 0; i < 3; i++) {
            chunk(parts, first, i, (byte) 1);
        }
        Job second = open(parts, 4);

        // When
        chunk(parts, second, 0, (byte) 2);
        chunk(parts, first, 3, (byte) 1);

        // Then
        assertThat(parts.bodies.spooled()).isEqualTo(2);
        assertThat(first.whole()).isTrue();
    }

    @Test
    void comparesChunksWithThoseOnDisk() throws Exception {
        // Given
        Parts parts = spooling(4, 0);
        Job job = open(parts, 3);
        chunk(parts, job, 0, (byte) 1);
        assertThat(parts.bodies.spooled()).isEqualTo(1);

        // Then
        assertThat(chunk(parts, job, 0, (byte) 1).isRouteStop()).isTrue();
        assertThatThrownBy(() -> chunk(parts, job, 0, (byte) 2))
                .isInstanceOfSatisfying(
                        ProtocolException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CHUNK_CONFLICT));
        assertThat(job.received()).isEqualTo(1);
    }

    @Test
    void aDiskThatFailsCostsTheJobOneError() throws Exception {
        // Given
        Parts parts = spooling(4, 0);
        Job job = open(parts, 3);
        Job other = open(parts, 1);
        chunk(parts, job, 0, (byte) 1);
        job.body().close(); // as good as a disk that fails

        // When
        Throwable failure = org.assertj.core.api.Assertions.catchThrowable(() -> chunk(parts, job, 1, (byte) 1));

        // Then
        assertThat(failure).isInstanceOf(SpoolException.class);
        fail(parts, job, (Exception) failure);
        assertThat(chunk(parts, job, 2, (byte) 1).isRouteStop()).isTrue();
        chunk(parts, other, 0, (byte) 1);
        assertThat(other.whole()).isTrue();
    }

    @Test
    void aBombIsCountedByWhatComesOutOfIt() throws Exception {
        // Given
        Parts parts = bounded(2);
        Job job = parts.open(
                Start.of(Method.POST)
                        .chunks(100)
                        .transfer(new Transfer(ContentEncoding.GZIP, true, false, Set.of()))
                        .build(),
                offset++);
        byte[] small = ContentEncoding.GZIP.encode(new byte[MIB]);
        Admission admission = new Admission(parts.jobs, new RequestPolicy(parts.configuration), parts.outcomes);

        // When
        admission.process(parts.exchange(new RequestChunk(job.id(), 0, 100, true, small), parts.read(offset++)));

        // Then
        assertThat(parts.bodies.heldBytes()).isGreaterThan(MIB);
        isRefused(
                ErrorCode.REQUEST_TOO_LARGE,
                () -> admission.process(
                        parts.exchange(new RequestChunk(job.id(), 1, 100, true, small), parts.read(offset++))));
    }
}
