package io.kafkasend.portal.body;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kafkasend.portal.Start;
import io.kafkasend.portal.call.Parts;
import io.kafkasend.portal.event.PortalEvents;
import io.kafkasend.portal.failure.RefusedException;
import io.kafkasend.portal.failure.SpoolException;
import io.kafkasend.portal.job.Expiry;
import io.kafkasend.portal.job.Job;
import io.kafkasend.portal.job.JobOutcome;
import io.kafkasend.portal.job.Turns;
import io.kafkasend.portal.receive.Admission;
import io.kafkasend.portal.receive.RequestPolicy;
import io.kafkasend.portal.report.FailureReport;
import io.kafkasend.portal.requester.Requester;
import io.kafkasend.protocol.BodyDigest;
import io.kafkasend.protocol.ContentEncoding;
import io.kafkasend.protocol.ErrorCode;
import io.kafkasend.protocol.Method;
import io.kafkasend.protocol.ProtocolException;
import io.kafkasend.protocol.RequestChunk;
import io.kafkasend.protocol.RequestDigest;
import io.kafkasend.protocol.RequestStart;
import io.kafkasend.protocol.Transfer;
import io.kafkasend.security.client.ClientPolicies;
import io.kafkasend.security.client.ClientPolicy;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.camel.Exchange;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bounds by bytes and the spool, as admission and the failure route use them. */
class BodyBudgetTest {
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
        new Admission(
                        parts.jobs,
                        new RequestPolicy(parts.configuration),
                        parts.replyTopics,
                        parts.events,
                        parts.configuration)
                .process(exchange);
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
        isRefused(ErrorCode.REQUEST_TOO_LARGE, () -> parts.open(announcing(third + 1), offset++, Parts.UNSIGNED));
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
                assertThatCode(job.body()::verify).doesNotThrowAnyException();
                assertThatThrownBy(wrong.body()::verify)
                        .isInstanceOfSatisfying(ProtocolException.class, e -> assertThat(e.code())
                                .isEqualTo(ErrorCode.CRC_MISMATCH));
                job.body().release();
                wrong.body().release();
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
        assertThat(good.body().chunks()).isEqualTo(7);
    }

    private static void fail(Parts parts, Job job, Exception cause) {
        Exchange exchange = parts.exchange(job);
        exchange.setProperty(Exchange.EXCEPTION_CAUGHT, cause);
        new FailureReport(parts.jobs, parts.configuration, new PortalEvents(), parts.ledger).process(exchange);
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
                        Parts.UNSIGNED,
                        Expiry.NEVER));
        open(parts, 1);
        isRefused(
                ErrorCode.TOO_MANY_JOBS,
                () -> parts.jobs.open(
                        Start.of(Method.GET).headers(headers).build(),
                        RequestDigest.NONE,
                        parts.read(offset++),
                        Parts.UNSIGNED,
                        Expiry.NEVER));
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
        parts.jobs.end(job);
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
        isRefused(ErrorCode.REQUEST_TOO_LARGE, () -> parts.open(announcing(2 * MIB), offset++, Parts.UNSIGNED));
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
                        job.body().add(Start.chunk(start, i, ""));
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
        parts.jobs.leaveAssembly(job);

        // Then
        assertThat(parts.bodies.heldBytes()).isGreaterThan(QUARTER);
        parts.jobs.end(job);
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
        assertThat(job.body().whole()).isTrue();
        job.body().verify();
        byte[] body = new ChunkStream(job.body().store()).readAllBytes();
        assertThat(body).hasSize(12 * QUARTER);
        for (int i = 0; i < body.length; i++) {
            if (body[i] != i / QUARTER) {
                throw new AssertionError("byte " + i + " is " + body[i]);
            }
        }
        parts.jobs.end(job);
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
        assertThat(first.body().whole()).isTrue();
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
        assertThat(job.body().chunks()).isEqualTo(1);
    }

    @Test
    void aDiskThatFailsCostsTheJobOneError() throws Exception {
        // Given
        Parts parts = spooling(4, 0);
        Job job = open(parts, 3);
        Job other = open(parts, 1);
        chunk(parts, job, 0, (byte) 1);
        job.body().store().close(); // as good as a disk that fails

        // When
        Throwable failure = org.assertj.core.api.Assertions.catchThrowable(() -> chunk(parts, job, 1, (byte) 1));

        // Then
        assertThat(failure).isInstanceOf(SpoolException.class);
        fail(parts, job, (Exception) failure);
        assertThat(chunk(parts, job, 2, (byte) 1).isRouteStop()).isTrue();
        chunk(parts, other, 0, (byte) 1);
        assertThat(other.body().whole()).isTrue();
    }

    @Test
    void oneClientHasHalfOfTheMemoryWhereThereAreOthersByWhatIsHeld() throws Exception {
        // Given: what came has some 50 bytes
        Parts parts = bounded(8, "reply-topics", "a,b");
        byte[] small = ContentEncoding.ZSTD.encode(new byte[MIB]);
        assertThat(small).hasSizeLessThan(100);
        Admission admission = new Admission(
                parts.jobs,
                new RequestPolicy(parts.configuration),
                parts.replyTopics,
                parts.events,
                parts.configuration);

        // When
        for (String topic : List.of("a", "b")) {
            Job job = parts.open(zstd(), offset++, Parts.UNSIGNED.answeredOn(topic));
            for (int i = 0; i < 3; i++) {
                admission.process(parts.exchange(new RequestChunk(job.id(), i, 9, true, small), parts.read(offset++)));
            }
            isRefused(
                    ErrorCode.REQUEST_TOO_LARGE,
                    () -> admission.process(
                            parts.exchange(new RequestChunk(job.id(), 4, 9, true, small), parts.read(offset++))));
            isRefused(ErrorCode.TOO_MANY_JOBS, () -> {
                Job next = parts.open(zstd(), offset++, Parts.UNSIGNED.answeredOn(topic));
                admission.process(parts.exchange(new RequestChunk(next.id(), 0, 9, true, small), parts.read(offset++)));
            });
        }

        // Then
        assertThat(parts.bodies.heldBytes()).isBetween(6L * MIB, 6L * MIB + 100_000);
        assertThat(parts.forced).isEmpty();
    }

    private static RequestStart zstd() {
        return Start.of(Method.POST)
                .chunks(9)
                .transfer(new Transfer(ContentEncoding.ZSTD, true, false, Set.of()))
                .build();
    }

    @Test
    void theLargestUnfinishedBodyOfTheHeaviestGivesWayToAThird() throws Exception {
        // Given: two have half each, all but a little
        Parts parts = bounded(2, "reply-topics", "a,b,c");
        Job small = parts.open(Start.withChunks(9), offset++, Parts.UNSIGNED.answeredOn("a"));
        chunk(parts, small, 0, (byte) 1);
        Job large = parts.open(Start.withChunks(9), offset++, Parts.UNSIGNED.answeredOn("a"));
        chunk(parts, large, 0, (byte) 1);
        chunk(parts, large, 1, (byte) 1);
        Job other = parts.open(Start.withChunks(9), offset++, Parts.UNSIGNED.answeredOn("b"));
        for (int i = 0; i < 3; i++) {
            chunk(parts, other, i, (byte) 2);
        }
        Job third = parts.open(Start.withChunks(9), offset++, Parts.UNSIGNED.answeredOn("c"));
        chunk(parts, third, 0, (byte) 3);

        // When
        chunk(parts, third, 1, (byte) 3);

        // Then
        assertThat(parts.forced).hasSize(1);
        assertThat(third.body().chunks()).isEqualTo(2);
        assertThat(large.state().givenUp().isPresent()
                        || other.state().givenUp().isPresent())
                .isTrue();
        assertThat(small.state().givenUp().isPresent()).isFalse();
        assertThat(chunk(parts, large.state().givenUp().isPresent() ? large : other, 5, (byte) 4)
                        .isRouteStop())
                .isTrue();
    }

    @Test
    void aPolicyBoundsWhatAClientHasInMemoryAndOnDiskTogether() throws Exception {
        // Given
        Parts parts = spooling(8, 2 * QUARTER);
        ClientPolicy policy = ClientPolicies.parse("anonymous: {bytes_held: " + MIB + "}", true)
                .anonymous();
        Requester narrow = new Requester(null, () -> Optional.of(policy), null);
        Job onDisk = parts.open(Start.withChunks(9), offset++, narrow);
        for (int i = 0; i < 3; i++) {
            chunk(parts, onDisk, i, (byte) 1);
        }
        assertThat(parts.bodies.spooled()).isEqualTo(1);
        Job inMemory = parts.open(Start.withChunks(9), offset++, narrow);

        // Then
        isRefused(ErrorCode.TOO_MANY_JOBS, () -> chunk(parts, inMemory, 0, (byte) 1));
        parts.jobs.endIfAssembling(onDisk, JobOutcome.ELSEWHERE);
        chunk(parts, inMemory, 0, (byte) 1);
        assertThat(inMemory.body().chunks()).isEqualTo(1);
    }

    @Test
    void whatWaitsForACallerIsCountedWithoutABodyToo() throws Exception {
        // Given
        Parts parts = bounded(1, "reply-topics", "a", "max-concurrent-jobs", "1");
        Map<String, String> headers = new HashMap<>();
        for (int i = 0; i < 20; i++) {
            headers.put("h" + i, "x".repeat(8_000));
        }
        RequestStart start = Start.of(Method.GET).headers(headers).build();

        // When
        isRefused(ErrorCode.TOO_MANY_JOBS, () -> {
            for (int i = 0; i < 4; i++) {
                Job job = parts.open(Start.of(Method.GET).headers(headers).build(), offset++, Parts.UNSIGNED);
                parts.turns.add(new Turns.Turn() {
                    @Override
                    public Job job() {
                        return job;
                    }

                    @Override
                    public void lapse() {
                        throw new AssertionError("the job goes on");
                    }
                });
            }
        });

        // Then
        assertThat(parts.open(start, offset++, Parts.UNSIGNED.answeredOn("a"))).isNotNull();
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
        Admission admission = new Admission(
                parts.jobs,
                new RequestPolicy(parts.configuration),
                parts.replyTopics,
                parts.events,
                parts.configuration);

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
